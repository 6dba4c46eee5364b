"""Why a prospect meets this rep, as far as it is about the two of them."""

from app.db import db
from app.models import AssignmentRecord, Booking, RouteRecord
from routing.assignment import Assignment
from routing.route import Route
from routing.summary import for_the_prospect


def why_you_meet(booking: Booking) -> tuple[str, ...]:
    """Codes of `for_the_prospect`, from the stored decision behind a booking; none when somebody else took it over."""
    record = db.session.get(AssignmentRecord, booking.assignment_id)
    if record is None or record.trace["winner"] != booking.rep.public_id:
        return ()
    route = db.session.get_one(RouteRecord, record.route_id)
    return for_the_prospect(Route.from_json(route.trace), Assignment.from_json(record.trace))
