"""A rep takes time off, or gives it back. Meetings that lie in it stay; somebody has to look at them."""

from dataclasses import dataclass

from app.actor import Actor
from app.configuration.plan import ConfigurationResult
from app.db import transaction
from app.errors import Invalid, NotFound
from app.faults import with_field
from app.models import TimeOff
from app.store import configuration as store
from app.store.configuration.company import lock_revision
from app.usecases.change_configuration import change_configuration
from app.usecases.rep_in_use import rep_in_use


@dataclass(frozen=True, slots=True)
class Absence:
    """Whole days from `first` to `last` (ISO dates, both included), or `hours` (`13:00-15:00`) of one day."""

    first: str
    last: str
    hours: str | None = None
    cover: str | None = None
    note: str = ""


def add_time_off(rep_id: int, absence: Absence, by: Actor) -> ConfigurationResult:
    """Close a rep's time. Raises NotFound, and Invalid with the fields of the absence (`from`, `to`, `hours`)."""
    with transaction() as session:
        lock_revision(session)
        rep = rep_in_use(session, rep_id)
        item = store.read_collection(session, "reps")[rep.email]
        entry = {
            "from": absence.first,
            "to": absence.last,
            "note": absence.note,
            **({"hours": absence.hours} if absence.hours else {}),
            **({"cover": absence.cover} if absence.cover else {}),
        }
        number = len(item["time_off"])
        patch = {"reps": {rep.email: {**item, "time_off": [*item["time_off"], entry]}}}
        try:
            return change_configuration(patch, by, "own time off")
        except Invalid as error:
            raise with_field(error, f"reps[{rep.email}].time_off[{number}]") from None


def remove_time_off(rep_id: int, public_id: str, by: Actor) -> ConfigurationResult:
    """Open the time again. Raises NotFound."""
    with transaction() as session:
        lock_revision(session)
        rep = rep_in_use(session, rep_id)
        off = next((each for each in rep.time_off if each.public_id == public_id), None)
        if off is None:
            raise NotFound("This time off is gone already.")
        item = store.read_collection(session, "reps")[rep.email]
        rest = [each for each in item["time_off"] if not _is(off, each)]
        return change_configuration({"reps": {rep.email: {**item, "time_off": rest}}}, by, "own time off")


def _is(off: TimeOff, entry: dict[str, object]) -> bool:
    dates = (off.starts_on.isoformat(), off.ends_on.isoformat())
    return (
        (entry["from"], entry["to"]) == dates
        and bool(entry["hours"]) == bool(off.minutes)
        and (not off.minutes or entry["hours"] == _hours(off.minutes))
    )


def _hours(minutes: list[int]) -> str:
    start, end = minutes
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
