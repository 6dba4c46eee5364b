"""How many meetings are enough, by number and by minutes."""

from typing import Annotated

from pydantic import Field, model_validator

from app.configuration.words import DAY, Count, Item, Minutes, Percent, fault

_NESTED = (
    ("per_day", "per_week"),
    ("per_week", "per_month"),
    ("per_day", "per_month"),
    ("minutes_per_day", "minutes_per_week"),
    ("minutes_per_week", "minutes_per_month"),
    ("minutes_per_day", "minutes_per_month"),
    ("new_per_day", "new_per_week"),
)


class MeetingLimits(Item):
    """How much is enough, in the rep's own days, weeks (from Monday) and months, by the meeting's date; nothing said
    is no limit."""

    per_day: Count | None = None
    per_week: Count | None = None
    per_month: Count | None = None
    minutes_per_day: Annotated[Minutes, Field(ge=5, le=DAY)] | None = None
    minutes_per_week: Annotated[Minutes, Field(ge=5, le=7 * DAY)] | None = None
    minutes_per_month: Annotated[Minutes, Field(ge=5, le=31 * DAY)] | None = None

    @model_validator(mode="after")
    def _the_smaller_fits_the_larger(self) -> "MeetingLimits":
        for inner, outer in _NESTED:
            less, more = getattr(self, inner, None), getattr(self, outer, None)
            if less and more and less > more:
                raise fault("out-of-range", f"{inner} must not be more than {outer}")
        return self


class Limits(MeetingLimits):
    """A rep's limits. `new_per_…` count by the day a meeting was booked on, `open_leads` those still to come.
    `in_a_row`: how many meetings may follow one another with less than `pause` minutes between them."""

    max_utilization: Percent | None = None
    in_a_row: Annotated[int, Field(ge=1, le=50)] | None = None
    pause: Annotated[Minutes, Field(ge=1, le=480)] | None = None
    new_per_day: Count | None = None
    new_per_week: Count | None = None
    open_leads: Count | None = None

    @model_validator(mode="after")
    def _a_pause_ends_a_row(self) -> "Limits":
        if self.pause is not None and self.in_a_row is None:
            raise fault("missing", "pause belongs to in_a_row: how many meetings may follow one another")
        return self
