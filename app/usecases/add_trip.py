"""A rep travels: for some dates their hours are meant in another time zone. Meetings that stand there stay."""

from dataclasses import dataclass

from app.actor import Actor
from app.configuration.plan import ConfigurationResult
from app.db import transaction
from app.errors import Invalid, NotFound
from app.faults import with_field
from app.store import configuration as store
from app.store.configuration.company import lock_revision
from app.usecases.change_configuration import change_configuration
from app.usecases.rep_in_use import rep_in_use


@dataclass(frozen=True, slots=True)
class Journey:
    """From `first` to `last` (ISO dates, both included), and the time zone of the place."""

    first: str
    last: str
    timezone: str
    note: str = ""


def add_trip(rep_id: int, journey: Journey, by: Actor) -> ConfigurationResult:
    """Have a rep's hours meant elsewhere. Raises NotFound, and Invalid with the fields of the trip (`from`, `to`,
    `timezone`)."""
    with transaction() as session:
        lock_revision(session)
        rep = rep_in_use(session, rep_id)
        item = store.read_collection(session, "reps")[rep.email]
        entry = {
            "from": journey.first,
            "to": journey.last,
            "timezone": journey.timezone,
            "note": journey.note,
        }
        place = f"reps[{rep.email}].travel"
        patch = {"reps": {rep.email: {**item, "travel": [*item["travel"], entry]}}}
        try:
            return change_configuration(patch, by, "own travel")
        except Invalid as error:
            nearer = with_field(error, f"{place}[{len(item['travel'])}]")
            raise with_field(nearer, place) from None


def remove_trip(rep_id: int, public_id: str, by: Actor) -> ConfigurationResult:
    """Take a trip back: the rep's hours are meant at home again. Raises NotFound."""
    with transaction() as session:
        lock_revision(session)
        rep = rep_in_use(session, rep_id)
        trip = next((each for each in rep.trips if each.public_id == public_id), None)
        if trip is None:
            raise NotFound("This trip is gone already.")
        item = store.read_collection(session, "reps")[rep.email]
        rest = [each for each in item["travel"] if each["from"] != trip.starts_on.isoformat()]
        return change_configuration({"reps": {rep.email: {**item, "travel": rest}}}, by, "own travel")
