"""Somebody beside the rep is replaced at the same time: one seat changes, the meeting and everybody else stay.

The decision about the seat is one of its own, beside the decision of the meeting: made by the same engine on the seat's
own pool, or by somebody's word. Whoever left stays with it as they were chosen, so that both can be made again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app import clock
from app.db import Session
from app.errors import Conflict, NotFound
from app.models import AssignmentRecord, HandoverKind, PartyRecord, RouteRecord
from app.store.availability import touch_reps
from app.store.decisions import add_assignment, add_party, keep_roster, parties_of
from app.store.handovers import add_handover, who_had_it
from app.store.ledger import append_entries
from app.store.records import add_activity, add_audit
from app.store.reservations import live_reservations
from app.usecases.announce import announce
from app.usecases.find_offer import pool_of
from app.usecases.find_taker import find_among, take_by_name
from app.usecases.give_turn_back import REASSIGNED, SKIPPED, give_turn_back
from app.usecases.hand_over import begin_moving
from app.usecases.live_check import MIRROR
from app.usecases.moving import Moving, Taker
from app.usecases.team import team_of
from routing.by_hand import BY_HAND
from routing.party import Party
from routing.refusal import Refusal
from routing.route import Destination, Route


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that changes hands, in its transaction. The meeting moves as far as this seat goes: `moving.own` is the
    time of whoever has it. `made_on` is the route it was chosen on, `asked` what that says of the role."""

    moving: Moving
    record: PartyRecord
    made_on: int
    asked: Party[Destination]

    @property
    def origin(self) -> Mapping[str, Any]:
        """Where the role is written on the route."""
        return {"destination": self.record.inputs["destination"], "party": self.record.inputs["party"]}


def begin_seat(session: Session, booking_id: str, rep_id: int) -> Seat:
    """Lock a standing meeting that has not begun for a change of the seat that a rep has in it.

    Raises NotFound when they take no part beside its rep, and Conflict as `begin_moving`.
    """
    moving = begin_moving(session, booking_id)
    parties = parties_of(session, moving.booking.assignment_id)
    record = next((each for each in parties if each.rep_id == rep_id), None)
    held = live_reservations(session, moving.booking.request_id, moving.now)
    own = next((each for each in held if record and (each.rep_id, each.role) == (rep_id, record.role)), None)
    if record is None or own is None:
        raise NotFound("They take no part in this meeting beside its rep.")
    made_on = session.get_one(AssignmentRecord, record.charged_id).route_id
    route = Route.from_json(session.get_one(RouteRecord, made_on).trace)
    asked = route.destinations[record.inputs["destination"]].parties[record.inputs["party"]]
    return Seat(replace(moving, own=own), record, made_on, asked)


def next_for_seat(seat: Seat) -> Taker:
    """The next one by the role's own pool. Raises Conflict when everybody of it is needed, or nobody else is free."""
    moving, role = seat.moving, seat.record.role
    if seat.asked.is_all:
        raise Conflict(
            f"Everybody who is {role} takes part in this meeting. A manager can name somebody else."
        )
    session, company = moving.session, moving.company
    left_out = {
        *who_had_it(session, moving.booking.request_id),
        company.rep_by_key(moving.own.rep_id).public_id,
    }
    who = seat.asked.who
    taker = find_among(moving, seat.origin, who, pool_of(company, who), left_out)
    if taker is None:
        raise Conflict(
            f"Nobody else who could be {role} is free then. A manager can name somebody, or move it."
        )
    return taker


def named_for_seat(seat: Seat, rep: str) -> Taker | Refusal:
    """The rep (a public id) whom somebody chose, or why they cannot. Raises NotFound."""
    company = seat.moving.company
    view = company.reps.get(rep)
    if view is None or not view.is_active:
        raise NotFound("There is no such rep, or they take no leads at present.")
    if view.id in {each.id for each in team_of(seat.moving.booking)}:
        return Refusal(rep, "in_meeting")
    pool = pool_of(company, seat.asked.who)
    return take_by_name(seat.moving, view, pool if pool and rep in pool.by_rep else None, seat.origin)


def hand_seat_over(seat: Seat, taker: Taker, kind: HandoverKind, reason: str, *, by: str) -> None:
    """Give the seat to whoever takes it. The turn of whoever left is given back: by their pool's rule for skips when
    they wanted it so, else always."""
    session, booking = seat.moving.session, seat.moving.booking
    former, is_skip = seat.record.rep_id, kind is HandoverKind.SKIPPED
    decision = _record(seat, taker, by)
    give_turn_back(
        session,
        booking.assignment_id,
        SKIPPED if is_skip else REASSIGNED,
        actor=None if is_skip else by,
        only=former,
    )
    _sit_down(seat, taker, decision)
    booking.sequence += 1
    touch_reps(session, {former, taker.rep.id})
    add_handover(
        session,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=former,
        kind=kind,
        reason=reason,
        actor=by,
        taken_by=taker.rep.id,
    )
    _note(seat, taker, former, kind, by)
    announce(session, booking)


def _record(seat: Seat, taker: Taker, by: str) -> AssignmentRecord:
    """The decision about the seat with its inputs, and its turn."""
    session, company, booking = seat.moving.session, seat.moving.company, seat.moving.booking
    keep_roster(session, company.roster, company.digest)
    pool_id = company.pools[taker.ledger.pool] if taker.ledger else None
    record = add_assignment(
        session,
        seat.made_on,
        booking.request_id,
        taker.assignment,
        taker.inputs,
        pool_id=pool_id,
        rep_id=taker.rep.id,
        live_check=MIRROR.to_json(),
        beside_id=booking.assignment_id,
    )
    if pool_id is not None and taker.ledger is not None:
        actor = by if taker.assignment.reason == BY_HAND else None
        entries = taker.assignment.entries
        append_entries(session, pool_id, taker.ledger, entries, assignment_id=record.id, actor=actor)
    return record


def _sit_down(seat: Seat, taker: Taker, decision: AssignmentRecord) -> None:
    """Whoever left goes with the decision that replaced them; the other one sits where they sat."""
    session, booking, left = seat.moving.session, seat.moving.booking, seat.record
    number, role, left.assignment_id = left.seat, left.role, decision.id
    session.flush()
    add_party(
        session,
        booking.assignment_id,
        number,
        role,
        taker.assignment,
        taker.inputs,
        pool_id=decision.pool_id,
        rep_id=taker.rep.id,
        charged_id=decision.id,
    )
    session.expire(booking, ["parties"])


def _note(seat: Seat, taker: Taker, former: int, kind: HandoverKind, by: str) -> None:
    session, booking = seat.moving.session, seat.moving.booking
    add_activity(
        session,
        "meeting.colleague_replaced",
        at=clock.now(),
        actor=by,
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=taker.rep.id,
        former=seat.moving.company.rep_by_key(former).public_id,
        role=seat.record.role,
        how=kind.value,
    )
    add_audit(
        session, by, "booking.colleague_replaced", "booking", booking.public_id, rep=taker.rep.public_id
    )
