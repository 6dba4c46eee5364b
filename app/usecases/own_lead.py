"""Whoever takes a request from a queue owns its lead: the prospect is offered their times, and a meeting that waits
for somebody becomes theirs if they are free then, or stays theirs after all."""

from app.db import Session
from app.models import Rep
from app.store.bookings import live_booking
from app.store.company import load_company
from app.store.destinations import newest_route_id
from app.store.handovers import forget_open_skips
from app.store.overrides import add_override, remove_override
from app.store.queues import leave_queue
from app.store.requests import lock_request
from app.store.reservations import database_now
from app.usecases.find_taker import take_by_name
from app.usecases.hand_over import begin_moving, hand_over
from app.usecases.moving import Taker


def give_lead(session: Session, request_id: int, rep: Rep, *, by: str) -> None:
    """Make a rep the owner of the request's lead. The request is locked."""
    request = lock_request(session, request_id)
    request.lead.owner_rep_id = rep.id
    booking = live_booking(session, request_id)
    if booking is None:
        if newest_route_id(session, request_id) is not None:
            add_override(session, request_id, rep.public_id)
        return
    if booking.rep_id == rep.id:
        forget_open_skips(session, request_id, rep.id)
        leave_queue(session, request_id)
        return
    now = database_now(session)
    view = load_company(session, now.date()).reps.get(rep.public_id)
    if view is None or not view.is_active or booking.starts_at <= now:
        return
    moving = begin_moving(session, booking.public_id)
    taker = take_by_name(moving, view, None)
    if isinstance(taker, Taker):
        hand_over(moving, taker, by=by, how="claimed")


def take_lead_back(session: Session, request_id: int) -> None:
    """Nobody owns the lead any more; the request goes where its route led."""
    request = lock_request(session, request_id)
    request.lead.owner_rep_id = None
    remove_override(session, request_id)
