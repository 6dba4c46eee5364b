"""Take one time of everybody who is to be at a meeting, or of nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.models import Reservation, ReservationState
from app.store.availability import LoadedTime, load_times
from app.store.company import CompanyView
from app.store.reservations import database_now, drop_expired_holds, lock_reps, release, reserve
from app.usecases.offer import Offer
from app.usecases.rations import over_ration
from app.usecases.take_seat import Place, place_for
from app.usecases.time_wanted import TimeWanted
from calendars.availability import why_not
from calendars.span import Span
from calendars.zones import to_instant
from routing.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Participant:
    """Who is to be there, and as what."""

    role: str
    rep: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody could not be had: their reason, or none when somebody else was quicker. `is_changed`: they may still be
    had, but their session was opened, or left by everybody, in the meantime."""

    rep: str
    refusal: Refusal | None = None
    is_changed: bool = False


def take_people(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted, people: Sequence[Participant]
) -> list[Reservation] | Missed:
    """A reservation for each, in their order, all in a savepoint of its own; with the first who cannot, none is made.

    Everybody is locked in one fixed order, together with those whose time is given back, and looked at once more.
    """
    attempt = session.begin_nested()
    taken = _take(session, company, offer, wanted, people)
    if isinstance(taken, Missed):
        attempt.rollback()
    else:
        attempt.commit()
    return taken


def _take(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted, people: Sequence[Participant]
) -> list[Reservation] | Missed:
    views = [company.reps[person.rep] for person in people]
    keys = {view.id for view in views}
    lock_reps(session, keys | {own.rep_id for own in wanted.own})
    now = database_now(session)
    drop_expired_holds(session, now, rep_ids=keys)
    window = Span(wanted.start, wanted.start + offer.meeting_type.shape.minutes)
    without = [own.id for own in wanted.own]
    fresh = load_times(session, views, window, now, kind=offer.meeting_type, without=without)
    for person in people:
        reason = why_not(fresh[person.rep].time, wanted.start, offer.meeting_type.shape, offer.lo, offer.hi)
        refusal = (
            Refusal(person.rep, reason.value)
            if reason
            else _has_enough(session, company, wanted, person, now)
        )
        if refusal is not None:
            return Missed(person.rep, refusal)
    place = None
    if offer.meeting_type.is_shared:
        place = place_for(session, company, offer, wanted, people[0].rep, now)
        if place is None:
            return Missed(people[0].rep, is_changed=True)
    for own in wanted.own:
        release(session, own)
    return _reserve(session, company, offer, wanted, people, fresh, place)


def _has_enough(
    session: Session, company: CompanyView, wanted: TimeWanted, person: Participant, now: datetime
) -> Refusal | None:
    """Whether another pool has given the rep enough new meetings in the meantime; a move of their own, or
    one more at a session, is no new one."""
    key = company.reps[person.rep].id
    if wanted.joins or any(own.booking_id is not None and own.rep_id == key for own in wanted.own):
        return None
    return over_ration(session, company, None, {person.rep}, now).get(person.rep)


def _reserve(
    session: Session,
    company: CompanyView,
    offer: Offer,
    wanted: TimeWanted,
    people: Sequence[Participant],
    fresh: dict[str, LoadedTime],
    place: Place | None,
) -> list[Reservation] | Missed:
    shape = offer.meeting_type.shape
    made = []
    for person in people:
        taken = reserve(
            session,
            rep_id=company.reps[person.rep].id,
            request_id=wanted.request_id,
            start=to_instant(wanted.start),
            end=to_instant(wanted.start + shape.minutes),
            before=shape.before,
            after=shape.after,
            state=wanted.state,
            expires_at=wanted.expires_at,
            role=person.role,
            group_session_id=place.group_session_id if place else None,
            seat=place.seat if place else None,
            # where no calendar closes the rep's time there is nobody to ask
            pending_check=wanted.state is ReservationState.HELD and fresh[person.rep].oldest_sync is not None,
        )
        if taken is None:
            return Missed(person.rep)
        made.append(taken)
    return made
