"""A prospect goes from one session to another: that is a new choice, for it is not the session that moves."""

from app.db import Session
from app.models import Booking, Request
from app.store.company import CompanyView
from app.usecases.announce import announce_session
from app.usecases.choose_rep import Choice
from app.usecases.give_turn_back import MOVED, give_turn_back
from app.usecases.live_check import MIRROR
from app.usecases.record_decision import record_decision
from app.usecases.sharing import close_if_empty, note_turn, turn_of
from app.usecases.take_time import route_of


def change_seat(
    session: Session, company: CompanyView, booking: Booking, request: Request, choice: Choice
) -> None:
    """Record the choice, whose time was taken, and let the old session go on without this booking; its turn is given
    back where nobody is left."""
    taken = choice.reservation
    before, turn = booking.group, turn_of(session, booking)
    if before is not None and taken.group_session_id == before.id:
        return  # another seat at the same session, or the same one
    booking.assignment_id = record_decision(
        session, company, request, route_of(session, request), choice, MIRROR
    )
    if turn is not None:
        give_turn_back(session, turn, MOVED)
    booking.group_session_id, booking.rep_id = taken.group_session_id, taken.rep_id
    booking.join_url = None
    booking.generation += 1
    session.flush()
    session.refresh(booking, ["group", "rep"])
    note_turn(session, booking, choice.assignment)
    if before is not None:
        close_if_empty(session, before)
        announce_session(session, before)
