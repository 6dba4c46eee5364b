"""A manager gives the seat of somebody beside the rep to another one: by name, or to the next by the same engine."""

from app.actor import Actor
from app.db import transaction
from app.errors import Conflict, NotFound
from app.models import HandoverKind
from app.store.company import load_company
from app.store.reservations import database_now
from app.usecases.book_meeting import with_second_try
from app.usecases.correct_turns import checked_reason
from app.usecases.hand_seat_over import begin_seat, hand_seat_over, named_for_seat, next_for_seat
from app.usecases.moving import Taker
from routing.wording import refusal_phrase


def replace_colleague(
    booking_id: str, colleague: str, reason: str, by: Actor, *, rep: str | None = None
) -> str:
    """Let `rep`, or without one the next by the role's own pool, take part in place of `colleague` (public ids), at the
    same time. Returns the new one's name.

    Raises NotFound, Invalid without a reason, Unavailable, and Conflict with the cause when nobody, or not they, can.
    """
    reason = checked_reason(reason)
    return with_second_try(lambda: _replace(booking_id, colleague, rep, reason, by.name))


def _replace(booking_id: str, colleague: str, rep: str | None, reason: str, by: str) -> str:
    with transaction() as session:
        left = load_company(session, database_now(session).date()).reps.get(colleague)
        if left is None:
            raise NotFound("There is no such rep.")
        seat = begin_seat(session, booking_id, left.id)
        taker = named_for_seat(seat, rep) if rep else next_for_seat(seat)
        if not isinstance(taker, Taker):
            name = seat.moving.company.reps[taker.rep].name
            raise Conflict(f"{name} {refusal_phrase(taker.code, taker.detail)}. Choose somebody else.")
        hand_seat_over(seat, taker, HandoverKind.REASSIGNED, reason, by=by)
        return taker.rep.name
