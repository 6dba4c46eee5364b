"""A manager gives a meeting to another rep: to one by name, or to the next by the same engine."""

from app.actor import Actor
from app.db import transaction
from app.errors import Conflict, NotFound
from app.models import AssignmentRecord, HandoverKind
from app.store.company import RepView
from app.store.handovers import add_handover, has_open_skip, who_had_it
from app.usecases.book_meeting import with_second_try
from app.usecases.correct_turns import checked_reason
from app.usecases.find_taker import find_next, take_by_name
from app.usecases.hand_over import begin_moving, hand_over
from app.usecases.moving import Moving, Taker
from routing.roster import Pool
from routing.wording import refusal_phrase


def reassign_meeting(booking_id: str, reason: str, by: Actor, *, rep: str | None = None) -> str:
    """Give a meeting to `rep` (a public id), or without one to the next by the stored decision, leaving out those
    who had it; at the same time. Returns the new rep's name.

    Raises NotFound, Invalid without a reason, Unavailable, and Conflict with the cause when the rep cannot take it.
    """
    reason = checked_reason(reason)
    return with_second_try(lambda: _reassign(booking_id, rep, reason, by.name))


def _reassign(booking_id: str, rep: str | None, reason: str, by: str) -> str:
    with transaction() as session:
        moving = begin_moving(session, booking_id)
        booking = moving.booking
        taker = _named(moving, rep) if rep else _next(moving)
        if not has_open_skip(session, booking.request_id, booking.rep_id):
            add_handover(
                session,
                request_id=booking.request_id,
                booking_id=booking.id,
                rep_id=booking.rep_id,
                kind=HandoverKind.REASSIGNED,
                reason=reason,
                actor=by,
            )
        hand_over(moving, taker, by=by, how="by_hand" if rep else "engine")
        return taker.rep.name


def _next(moving: Moving) -> Taker:
    had_it = who_had_it(moving.session, moving.booking.request_id)
    had_it.add(moving.company.rep_by_key(moving.booking.rep_id).public_id)
    taker = find_next(moving, had_it)
    if taker is None:
        raise Conflict("Nobody else whom the rules allow is free then. Choose somebody by name.")
    return taker


def _named(moving: Moving, rep: str) -> Taker:
    view = moving.company.reps.get(rep)
    if view is None or not view.is_active:
        raise NotFound("There is no such rep, or they take no leads at present.")
    if view.id == moving.booking.rep_id:
        raise Conflict(f"{view.name} has this meeting already.")
    found = take_by_name(moving, view, _pool(moving, view))
    if isinstance(found, Taker):
        return found
    raise Conflict(f"{view.name} {refusal_phrase(found.code, found.detail)}. Choose somebody else.")


def _pool(moving: Moving, rep: RepView) -> Pool | None:
    """The pool that the meeting was taken from, if the rep is in it."""
    before = moving.session.get_one(AssignmentRecord, moving.booking.assignment_id)
    names = {key: name for name, key in moving.company.pools.items()}
    pool = moving.company.roster.pools.get(names.get(before.pool_id or 0, ""))
    return pool if pool and rep.public_id in pool.by_rep else None
