"""The company, working hours, and the reps."""

import itertools
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, PlainValidator, TypeAdapter, WithJsonSchema, model_validator

from app.configuration.limits import Limits
from app.configuration.words import (
    DAY,
    Day,
    DayHours,
    Email,
    Holidays,
    Item,
    Languages,
    Link,
    Name,
    Names,
    Text,
    Zone,
    day_hours,
    fault,
)
from calendars.hours import parse_hours

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class Company(Item):
    """The company this deployment serves. Its `holidays` are no business days."""

    name: Name
    timezone: Zone
    calendar_moves: Annotated[
        Literal["follow", "ask"],
        Field(
            description="A rep moves a meeting in their own calendar: the meeting follows, or the rep is asked"
        ),
    ] = "follow"
    holidays: Holidays | None = None
    alerts_to: Annotated[
        Email | None, Field(description="Who is mailed about troubles of the installation; else all admins")
    ] = None


class Override(Item):
    """The hours of one date instead of the week's; none is a day off."""

    date: Day
    hours: DayHours


def _by_date(overrides: list[Override]) -> list[Override]:
    return sorted(overrides, key=lambda override: override.date)


def _without_empty(weekly: dict[Weekday, list[str]]) -> dict[Weekday, list[str]]:
    return {day: weekly[day] for day in WEEKDAYS if weekly.get(day)}


class Schedule(Item):
    """Working hours that reps share, on the wall clock of `timezone`. Days left out are days off."""

    name: Name
    timezone: Zone
    weekly: Annotated[dict[Weekday, DayHours], AfterValidator(_without_empty)]
    overrides: Annotated[list[Override], Field(max_length=2000), AfterValidator(_by_date)] = Field(
        default_factory=list
    )
    holidays: Holidays | None = None

    @model_validator(mode="after")
    def _is_a_week(self) -> "Schedule":
        _refuse_overlap_over_midnight(self.weekly)
        dates = [override.date for override in self.overrides]
        if len(set(dates)) < len(dates):
            twice = next(on for on in dates if dates.count(on) > 1)
            raise fault("duplicate", f"overrides {twice} twice")
        if not any(self.weekly.values()) and not any(override.hours for override in self.overrides):
            raise fault("empty-hours", "has no working hours at all")
        return self


class Trip(Item):
    """Dates, both included, on which a rep is in another time zone: their hours and time off are meant there."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    timezone: Zone
    note: Text = ""

    @model_validator(mode="after")
    def _is_a_stretch(self) -> "Trip":
        if self.to < self.from_:
            raise fault("out-of-range", f"ends on {self.to}, before it starts on {self.from_}")
        return self


class TimeOff(Item):
    """Whole days, both included, or a part of one day (`hours`). `cover` takes over meanwhile."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    hours: Annotated[str, Field(max_length=20)] | None = None
    cover: Email | None = None
    note: Text = ""

    @model_validator(mode="after")
    def _is_a_stretch(self) -> "TimeOff":
        if self.to < self.from_:
            raise fault("out-of-range", f"ends on {self.to}, before it starts on {self.from_}")
        if self.hours is not None and self.to != self.from_:
            raise fault("invalid-hours", "hours are for a part of one day: from and to must be the same date")
        return self

    @model_validator(mode="before")
    @classmethod
    def _write_hours(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("hours"), str):
            return {**data, "hours": _part_of_day(data["hours"])}
        return data


class Feed(Item):
    """A published iCalendar feed whose secret address is resolved from a file or the environment."""

    kind: Literal["ics"]
    secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")]


_FEEDS: TypeAdapter[list[Feed]] = TypeAdapter(Annotated[list[Feed], Field(max_length=20)])


def _read_calendars(value: Any) -> list[Feed] | Literal["none"]:
    if value == "none":
        return "none"
    feeds = _FEEDS.validate_python(value)
    if len({feed.secret for feed in feeds}) < len(feeds):
        raise fault("duplicate", "names a secret twice")
    return sorted(feeds, key=lambda feed: feed.secret)


def _by_start(stretches: list[TimeOff]) -> list[TimeOff]:
    return sorted(stretches, key=lambda off: (off.from_, off.to, off.hours or ""))


def _one_after_another(trips: list[Trip]) -> list[Trip]:
    found = sorted(trips, key=lambda trip: trip.from_)
    for earlier, later in itertools.pairwise(found):
        if later.from_ <= earlier.to:
            raise fault("overlapping-trips", f"two trips cover {later.from_}")
    return found


Calendars = Annotated[
    Any,
    PlainValidator(_read_calendars),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "none", "description": "No calendar to ask: the working hours alone decide"},
                {"type": "array", "items": {**Feed.model_json_schema(), "title": "Feed"}},
            ]
        }
    ),
]


class Rep(Item):
    """Somebody who takes meetings. Google, Microsoft and CalDAV are connected by signing in, not here."""

    email: Email
    name: Name
    timezone: Zone
    schedule: Name | None = None
    manager: Email | None = None
    languages: Languages = Field(default_factory=list)
    skills: Annotated[
        dict[Annotated[Name, Field(max_length=80)], Annotated[int, Field(ge=1, le=5)]], Field(max_length=200)
    ] = Field(default_factory=dict)
    territories: Names = Field(default_factory=list)
    limits: Limits = Limits()
    time_off: Annotated[list[TimeOff], Field(max_length=1000), AfterValidator(_by_start)] = Field(
        default_factory=list
    )
    travel: Annotated[list[Trip], Field(max_length=1000), AfterValidator(_one_after_another)] = Field(
        default_factory=list
    )
    calendars: Calendars = Field(default_factory=list)
    meeting_link: Link | None = None
    active: bool = True

    @model_validator(mode="after")
    def _each_absence_once(self) -> "Rep":
        stretches = [(off.from_, off.to, off.hours) for off in self.time_off]
        if len(set(stretches)) < len(stretches):
            raise fault("duplicate", "lists the same time off twice")
        return self


def _part_of_day(text: str) -> str:
    hours = day_hours([text])[0]
    if parse_hours(hours)[1] > DAY:
        raise fault("invalid-hours", "must end on the same day")
    return hours


def _refuse_overlap_over_midnight(weekly: dict[Weekday, list[str]]) -> None:
    for index, day in enumerate(WEEKDAYS):
        tomorrow = weekly.get(WEEKDAYS[(index + 1) % 7]) or []
        today = weekly.get(day) or []
        if today and tomorrow and parse_hours(today[-1])[1] - DAY > parse_hours(tomorrow[0])[0]:
            raise fault("overlapping-hours", f"the hours of {day} run into those of the next day")
