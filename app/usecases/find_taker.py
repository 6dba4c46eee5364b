"""Find who takes a meeting over at the time it has: by the same engine without those who had it, or by name.

The prospect keeps their time, so notice, booking window and the shape of an offer do not matter here; whether the
person is free, works then, and may take one more does, and is looked at under the same locks as at a booking.
"""

from collections.abc import Collection, Mapping
from typing import Any

from app.models import Reservation, ReservationState
from app.store.availability import load_times
from app.store.company import RepView
from app.store.destinations import destinations_of, newest_route_id
from app.store.free_times import FreeTimes
from app.store.ledger import load_ledger
from app.store.reservations import drop_expired_holds, lock_reps, release, reserve
from app.usecases.find_offer import owners_pool, pool_of
from app.usecases.moving import Moving, Taker
from app.usecases.offer import Offer
from app.usecases.pool_rules import loads_for
from app.usecases.rations import over_ration
from app.usecases.team import team_of
from app.usecases.verify_decision import assign_again
from calendars.availability import why_not
from calendars.frame import Frame
from calendars.span import Span
from calendars.zones import to_instant
from routing.by_hand import HAD_IT, assign_by_hand
from routing.ledger import Ledger
from routing.refusal import Refusal
from routing.roster import Pool
from routing.route import FINAL, Destination

FIRST: Mapping[str, Any] = {"destination": 0}
"""Whoever is chosen by name for a whole meeting was chosen for what the route says first."""


def find_next(moving: Moving, excluded: Collection[str]) -> Taker | None:
    """The next rep by the stored route, without those who had it; None when nobody else can take this time."""
    route_id = newest_route_id(moving.session, moving.booking.request_id)
    if route_id is None:
        return None
    destinations = destinations_of(moving.session, route_id)
    for index, destination in enumerate(destinations):
        if destination.kind in FINAL:
            return None
        owners = owners_pool(moving.company, destinations, destination)
        pool = pool_of(moving.company, destination) or owners
        origin = {"destination": index}
        if destination.candidates and (taker := find_among(moving, origin, destination, pool, excluded)):
            return taker
    return None


def take_by_name(
    moving: Moving, rep: RepView, pool: Pool | None, origin: Mapping[str, Any] = FIRST
) -> Taker | Refusal:
    """The rep whom somebody chose, or why they cannot take this time. `pool`: where it counts as a turn; `origin`: what
    they were chosen for, as the route has it."""
    ledger = _ledger(moving, pool)
    taken = _take(moving, rep)
    if not isinstance(taken, Reservation):
        return taken
    inputs = {
        "roster": moving.company.digest,
        **origin,
        "by_hand": rep.public_id,
        "pool": ledger.pool if ledger else None,
        "ledger_sequence": ledger.sequence if ledger else None,
        "refused": [],
    }
    assignment = assign_by_hand(rep.public_id, slot=moving.slot, pool=pool, ledger=ledger)
    return Taker(rep, taken, assignment, ledger, inputs)


def find_among(
    moving: Moving,
    origin: Mapping[str, Any],
    destination: Destination,
    pool: Pool | None,
    excluded: Collection[str],
) -> Taker | None:
    """The next one of a destination's people by its pool's rules, with their time taken; None when nobody else can.

    `origin` says where the destination stands on the route; `pool` is where it counts as a turn.
    """
    ledger = _ledger(moving, pool)
    chooser = pool_of(moving.company, destination)
    refused = _refused(moving, destination, chooser, excluded)
    inputs: dict[str, Any] = {
        "roster": moving.company.digest,
        **origin,
        "candidates": list(destination.candidates),
        "lost": [],
        "loads": _loads(moving, origin["destination"], destination, chooser) if chooser else {},
        "pool": ledger.pool if ledger else None,
        "ledger_sequence": ledger.sequence if ledger else None,
    }
    while True:
        inputs["refused"] = [refusal.to_json() for refusal in refused.values()]
        trace = {"slot": list(moving.slot)}
        assignment = assign_again(inputs, trace, destination, moving.company.roster, ledger)
        if assignment.winner is None:
            return None
        rep = moving.company.reps[assignment.winner]
        taken = _take(moving, rep)
        if isinstance(taken, Reservation):
            return Taker(rep, taken, assignment, ledger, inputs)
        refused[assignment.winner] = taken


def _ledger(moving: Moving, pool: Pool | None) -> Ledger | None:
    if pool is None:
        return None
    return load_ledger(moving.session, moving.company.pools[pool.name], pool.name)


def _refused(
    moving: Moving, destination: Destination, pool: Pool | None, excluded: Collection[str]
) -> dict[str, Refusal]:
    """Why candidates cannot take this time, as far as that is known before anybody is locked."""
    present = moving.company.crowd(destination.candidates).reps
    refused = {rep: Refusal(rep, "inactive") for rep in destination.candidates if rep not in present}
    refused |= {rep: Refusal(rep, HAD_IT) for rep in destination.candidates if rep in excluded}
    sitting = {each.public_id for each in team_of(moving.booking)} - refused.keys()
    refused |= {rep: Refusal(rep, "in_meeting") for rep in destination.candidates if rep in sitting}
    left = {rep for rep in present if rep not in refused}
    refused |= over_ration(moving.session, moving.company, pool, left, moving.now)
    views = [moving.company.reps[rep] for rep in present if rep not in refused]
    for rep in views:
        reason = _why_not(moving, rep)
        if reason is not None:
            refused[rep.public_id] = reason
    return refused


def _why_not(moving: Moving, rep: RepView) -> Refusal | None:
    start, end = moving.slot
    without, kind = [moving.own.id], moving.meeting_type
    loaded = load_times(moving.session, [rep], Span(start, end), moving.now, kind=kind, without=without)
    shape = moving.meeting_type.shape
    reason = why_not(loaded[rep.public_id].time, start, shape, start, max(end, start + shape.minutes))
    return Refusal(rep.public_id, reason.value) if reason else None


def _loads(moving: Moving, index: int, destination: Destination, pool: Pool) -> dict[str, Any]:
    crowd = moving.company.crowd(destination.candidates)
    start, end = moving.slot
    offer = Offer(
        index=index,
        destination=destination,
        meeting_type=moving.meeting_type,
        crowd=crowd,
        free=FreeTimes.of(dict.fromkeys(crowd.reps, 0)),
        frame=Frame.for_shape(start, end, moving.meeting_type.shape),
        lo=start,
        hi=end,
    )
    loads = loads_for(moving.session, moving.company, pool, offer, moving.now, start)
    return {rep: load.to_json() for rep, load in loads.items()}


def _take(moving: Moving, rep: RepView) -> Reservation | Refusal:
    """Lock the rep, look once more, and take the time from whoever has it."""
    attempt = moving.session.begin_nested()
    lock_reps(moving.session, {rep.id})
    drop_expired_holds(moving.session, moving.now, rep_ids={rep.id})
    reason = _why_not(moving, rep)
    if reason is not None:
        attempt.rollback()
        return reason
    release(moving.session, moving.own)
    start, end = moving.slot
    taken = reserve(
        moving.session,
        rep_id=rep.id,
        request_id=moving.booking.request_id,
        start=to_instant(start),
        end=to_instant(end),
        before=moving.own.before,
        after=moving.own.after,
        state=ReservationState.CONFIRMED,
        booking_id=moving.booking.id,
        role=moving.own.role,
    )
    if taken is None:
        attempt.rollback()
        return Refusal(rep.public_id, "lost_race")
    attempt.commit()
    return taken
