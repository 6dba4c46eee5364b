"""A rep sets their own working week: it becomes a schedule of their own, and theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.actor import Actor
from app.configuration.plan import ConfigurationResult
from app.db import Session, transaction
from app.errors import Invalid, NotFound
from app.faults import with_field
from app.models import Rep
from app.store import configuration as store
from app.store.configuration.company import lock_revision
from app.usecases.change_configuration import change_configuration


@dataclass(frozen=True, slots=True)
class Week:
    """Hours as they are written (`09:00-12:00`) by weekday (`mon` …), special days, and holidays (`DE-BE`)."""

    timezone: str
    weekly: Mapping[str, Sequence[str]]
    overrides: Sequence[Mapping[str, Any]] = field(default=())
    holidays: str | None = None


def set_hours(rep_id: int, week: Week, by: Actor) -> ConfigurationResult:
    """Give a rep their own schedule, named by their e-mail address. Shared schedules stay as they are.

    Raises NotFound, and Invalid with fields of the week (`weekly.mon`).
    """
    with transaction() as session:
        lock_revision(session)
        email = _email_of(session, rep_id)
        item = store.read_collection(session, "reps")[email]
        schedule = {
            "timezone": week.timezone,
            "weekly": {day: list(hours) for day, hours in week.weekly.items()},
            "overrides": [dict(each) for each in week.overrides],
            **({"holidays": week.holidays} if week.holidays else {}),
        }
        patch = {"schedules": {email: schedule}, "reps": {email: {**item, "schedule": email}}}
        try:
            return change_configuration(patch, by, "own hours")
        except Invalid as error:
            raise with_field(error, f"schedules[{email}]") from None


def _email_of(session: Session, rep_id: int) -> str:
    rep = session.get(Rep, rep_id)
    if rep is None or rep.archived_at is not None:
        raise NotFound("There is no such rep.")
    return rep.email
