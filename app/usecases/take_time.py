"""Take one time of what a route leads to, for a meeting or to be kept for a while."""

from datetime import datetime

from app.db import Session
from app.errors import NotFound, SlotTaken
from app.models import Request, ReservationState
from app.store.availability import touch_reps
from app.store.company import CompanyView, MeetingTypeView
from app.store.destinations import StoredRoute, destinations_of, newest_stored_route
from app.store.reservations import drop_expired_holds, live_reservations
from app.usecases.choose_rep import Choice, TimeWanted, choose_rep
from app.usecases.find_offer import find_offer, owners_pool
from app.usecases.live_check import LiveVerdict
from app.usecases.offer import Offer
from app.usecases.own_time import starts_without
from calendars.zones import to_instant, to_minutes

MOST_ALTERNATIVES = 6


def whole_minute(start: datetime) -> int:
    """The UTC minute of an instant. One that lies between minutes, or beyond any calendar, is on nobody's offer:
    it becomes minute 0, which is too soon for everybody."""
    try:
        return 0 if start.second or start.microsecond else to_minutes(start)
    except OverflowError:
        return 0


def route_of(session: Session, request: Request) -> StoredRoute:
    """The route of a request that is locked. Raises NotFound."""
    route = newest_stored_route(session, request.id)
    if route is None:
        raise NotFound("This request was not routed")
    return route


def take_time(
    session: Session,
    company: CompanyView,
    request: Request,
    route: StoredRoute,
    meeting_type: MeetingTypeView,
    start: int,
    now: datetime,
    verdict: LiveVerdict,
    *,
    state: ReservationState = ReservationState.CONFIRMED,
    expires_at: datetime | None = None,
) -> Choice:
    """Choose who is there and take their time, by the same function that offered it. Raises SlotTaken."""
    drop_expired_holds(session, now, request_id=request.id)
    own = live_reservations(session, request.id, now)
    mine = starts_without(session, company, own, meeting_type, now) if own else None
    destinations = destinations_of(session, route.id)
    offer = find_offer(session, company, destinations, meeting_type, now, own=mine)
    if offer is None:
        raise NotFound("This request leads to no calendar")
    wanted = TimeWanted(request.id, start, state, expires_at, own, verdict.busy)
    owners = owners_pool(company, destinations, offer.destination)
    choice = choose_rep(session, company, offer, wanted, now, owners) if offer.free_at(start) else None
    if choice is None:
        raise SlotTaken(alternatives=nearest(offer, start))
    touch_reps(session, {each.rep_id for each in (*choice.reservations, *own)})
    return choice


def nearest(offer: Offer, start: int) -> list[dict[str, str]]:
    """The times on offer nearest to one that is gone, in order."""
    times = sorted((t for t in offer.times() if t != start), key=lambda t: (abs(t - start), t))
    length = offer.meeting_type.shape.minutes
    return [
        {"start": to_instant(t).isoformat(), "end": to_instant(t + length).isoformat()}
        for t in sorted(times[:MOST_ALTERNATIVES])
    ]
