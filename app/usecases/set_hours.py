"""A rep sets their own working week: it becomes a schedule of their own, and theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.actor import Actor
from app.configuration.document import Plain
from app.configuration.own_hours import SOURCE
from app.configuration.plan import ConfigurationResult
from app.db import transaction
from app.errors import Invalid
from app.faults import with_field
from app.store import configuration as store
from app.store.configuration.company import lock_revision
from app.usecases.change_configuration import change_configuration
from app.usecases.rep_in_use import rep_in_use


@dataclass(frozen=True, slots=True)
class Week:
    """Hours as they are written (`09:00-12:00`) by weekday (`mon` …), special days, and holidays (`DE-BE`)."""

    timezone: str
    weekly: Mapping[str, Sequence[str]]
    overrides: Sequence[Mapping[str, Any]] = field(default=())
    holidays: str | None = None

    def to_plain(self) -> Plain:
        """As a schedule is written in the configuration, without its name."""
        return {
            "timezone": self.timezone,
            "weekly": {day: list(hours) for day, hours in self.weekly.items()},
            "overrides": [dict(each) for each in self.overrides],
            **({"holidays": self.holidays} if self.holidays else {}),
        }


def set_hours(rep_id: int, week: Week, by: Actor) -> ConfigurationResult:
    """Give a rep their own schedule, named by their e-mail address. Shared schedules stay as they are.

    Raises NotFound, and Invalid with fields of the week (`weekly.mon`).
    """
    with transaction() as session:
        lock_revision(session)
        email = rep_in_use(session, rep_id).email
        item = store.read_collection(session, "reps")[email]
        patch = {"schedules": {email: week.to_plain()}, "reps": {email: {**item, "schedule": email}}}
        try:
            return change_configuration(patch, by, SOURCE)
        except Invalid as error:
            raise with_field(error, f"schedules[{email}]") from None
