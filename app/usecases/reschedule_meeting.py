"""Move a meeting to another time: with the same people if they are free together, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import clock
from app.db import Session, db, transaction
from app.errors import Conflict, NotFound, SlotTaken
from app.models import Booking, BookingState, Request, Reservation, ReservationState
from app.store.availability import touch_reps
from app.store.bookings import find_booking
from app.store.charges import charges_of
from app.store.company import CompanyView, load_company
from app.store.destinations import destinations_of, newest_route_id
from app.store.records import add_activity, add_audit
from app.store.requests import lock_request
from app.store.reservations import database_now, live_reservations, lock_pools, wait_briefly
from app.usecases.announce import announce
from app.usecases.book_meeting import with_second_try
from app.usecases.change_seat import change_seat
from app.usecases.choose_rep import Choice, TimeWanted, choose_rep, keep_people, pools_of
from app.usecases.describe_times import SlotList, SlotQuery
from app.usecases.find_offer import find_offer
from app.usecases.give_turn_back import MOVED, give_turn_back
from app.usecases.live_check import MIRROR
from app.usecases.offer import Offer
from app.usecases.own_time import own_starts
from app.usecases.record_decision import record_decision
from app.usecases.sharing import turn_pools
from app.usecases.take_time import nearest, route_of, whole_minute
from calendars.availability import all_of
from routing.party import PRIMARY


def reschedule_slots(booking_id: str, query: SlotQuery) -> dict[str, Any]:
    """The times a meeting can move to, as the public API shows them. Raises NotFound."""
    session = db.session()
    booking = find_booking(session, booking_id)
    if booking is None:
        raise NotFound
    now = clock.now()
    company = load_company(session, now.date())
    times = _times(session, company, booking, now)
    starts = times.offer.times() if times else []
    return SlotList.of(starts, booking.minutes, query, now, company.revision).to_json()


def reschedule_meeting(booking_id: str, start: datetime, *, by: str) -> None:
    """Move a standing meeting to `start`. The old time is free exactly if the new one was taken.

    Raises SlotTaken with alternatives, Conflict for a cancelled meeting, NotFound, Invalid, Unavailable.
    """
    minute = whole_minute(start)
    with_second_try(lambda: _move(booking_id, minute, by))


def _move(booking_id: str, start: int, by: str) -> None:
    with transaction() as session:
        wait_briefly(session)
        found = find_booking(session, booking_id)
        if found is None:
            raise NotFound
        request = lock_request(session, found.request_id)
        booking = find_booking(session, booking_id, lock=True)
        assert booking is not None
        if booking.state is BookingState.CANCELLED:
            raise Conflict("This meeting was cancelled; ask for a new one")
        now = database_now(session)
        company = load_company(session, now.date())
        times = _times(session, company, booking, now)
        own = live_reservations(session, request.id, now)
        if times is None or not own:
            raise NotFound
        wanted = TimeWanted(request.id, start, ReservationState.CONFIRMED, None, own)
        choice = _choose(session, company, times, wanted, booking, now)
        if choice is None:
            raise SlotTaken(alternatives=nearest(times.offer, start))
        _apply(session, company, booking, request, choice)
        touch_reps(session, {each.rep_id for each in (*own, *_reservations(choice))})
        add_activity(
            session,
            "meeting.rescheduled",
            at=clock.now(),
            actor=by,
            lead_id=booking.lead_id,
            request_id=request.id,
            booking_id=booking.id,
            rep_id=booking.rep_id,
        )
        add_audit(session, by, "booking.rescheduled", "booking", booking.public_id)
        announce(session, booking)


@dataclass(frozen=True, slots=True)
class _Times:
    """Where a meeting can move to; `is_same`: with the very people it has."""

    offer: Offer
    is_same: bool


def _times(session: Session, company: CompanyView, booking: Booking, now: datetime) -> _Times | None:
    """The times of the same people if they have any together, else those of everybody whom the route allows."""
    route_id = newest_route_id(session, booking.request_id)
    meeting_type = company.meeting_types[booking.meeting_type_id].lasting(booking.minutes)
    if route_id is None:
        return None
    own = own_starts(session, company, booking.request_id, meeting_type, now)
    offer = find_offer(session, company, destinations_of(session, route_id), meeting_type, now, own=own)
    if offer is None or not own or meeting_type.is_shared or booking.group is not None:
        return _Times(offer, is_same=False) if offer else None
    together = {company.rep_by_key(booking.rep_id).public_id: all_of(own.values())}
    same = offer.without_seats().moving(together)
    return _Times(same, is_same=True) if same.times() else _Times(offer, is_same=False)


def _choose(
    session: Session,
    company: CompanyView,
    times: _Times,
    wanted: TimeWanted,
    booking: Booking,
    now: datetime,
) -> Choice | list[Reservation] | None:
    if not times.offer.free_at(wanted.start):
        return None
    if times.is_same:
        return keep_people(session, company, times.offer, wanted)
    # the turns that may be given back are in these pools too, and pools are locked before reps
    charged = {charge.pool_id for charge in charges_of(session, booking.assignment_id)}
    charged |= turn_pools(session, booking.group) if booking.group else set()
    lock_pools(session, charged | {company.pools[pool] for pool in pools_of(company, times.offer)})
    return choose_rep(session, company, times.offer, wanted, now)


def _apply(
    session: Session,
    company: CompanyView,
    booking: Booking,
    request: Request,
    choice: Choice | list[Reservation],
) -> None:
    """The new time on the booking; with other people also a new decision and ledger rows, and with another rep a new
    event."""
    taken = _reservations(choice)
    first = taken[0]
    assert first.during.lower is not None and first.during.upper is not None
    for reservation in taken:
        reservation.booking_id = booking.id
    booking.starts_at, booking.ends_at = first.during.lower, first.during.upper
    booking.sequence += 1
    booking.accepted_at = None  # that was another time
    if isinstance(choice, Choice) and (booking.group is not None or first.group_session_id is not None):
        change_seat(session, company, booking, request, choice)
        return
    if not isinstance(choice, Choice) or _people(taken) == _people_of(booking):
        return
    before, booking.assignment_id = (
        booking.assignment_id,
        record_decision(session, company, request, route_of(session, request), choice, MIRROR),
    )
    give_turn_back(session, before, MOVED)
    if booking.rep_id != first.rep_id:
        booking.rep_id = first.rep_id
        booking.generation += 1


def _reservations(choice: Choice | list[Reservation]) -> Sequence[Reservation]:
    return choice.reservations if isinstance(choice, Choice) else choice


def _people(taken: Sequence[Reservation]) -> list[tuple[str, int]]:
    return sorted((each.role, each.rep_id) for each in taken)


def _people_of(booking: Booking) -> list[tuple[str, int]]:
    return sorted([(PRIMARY, booking.rep_id), *((each.role, each.rep_id) for each in booking.parties)])
