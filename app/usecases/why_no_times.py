"""Why a request is offered the times it is offered and no others: for each rep and each possible start, what closes it.

Counts add up exactly: the starts in the window, times the reps, are those on offer and those closed, each under one
cause. What would open times is not estimated: the offer is made again with it (`what_if`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app import clock
from app.db import Session, db
from app.errors import NotFound
from app.store.availability import load_busy_calendars
from app.store.company import CompanyView, MeetingTypeView, load_company
from app.store.decisions import newest_route
from app.store.requests import find_request
from app.store.reservations import live_reservations
from app.usecases.changed_times import LoadedTimes
from app.usecases.find_offer import pool_of
from app.usecases.offer import Offer
from app.usecases.offer_scene import Scene
from app.usecases.offer_slots import meeting_type_of
from app.usecases.time_causes import OPEN, Cause, PlaceCauses, RepCauses
from app.usecases.what_if import what_ifs
from calendars.causes import Cause as ByCause
from calendars.causes import all_starts, partition
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, to_minutes
from routing.refusal import Refusal
from routing.roster import Offering
from routing.route import FINAL, Destination, Route

MOST_DESTINATIONS = 5
Parts = dict[ByCause, int]
_OWN_TIME = frozenset({"outside_hours", "holiday", "time_off"})


def why_no_times(request_id: str) -> tuple[PlaceCauses, ...]:
    """The places of a request's route that offer times, in order, up to five. Raises NotFound."""
    session, now = db.session(), clock.now()
    request = find_request(session, request_id)
    record = newest_route(session, request.id) if request else None
    if request is None or record is None:
        raise NotFound
    company = load_company(session, now.date())
    own = [each.id for each in live_reservations(session, request.id, now)]
    meeting_type = meeting_type_of(company, request.form_id)
    destinations = Route.from_json(record.trace).destinations
    return look_at_places(session, company, destinations, meeting_type, now, own)


def look_at_places(
    session: Session,
    company: CompanyView,
    destinations: Sequence[Destination],
    meeting_type: MeetingTypeView,
    now: datetime,
    own: Sequence[int] = (),
) -> tuple[PlaceCauses, ...]:
    """The same for a route that was not stored. `own`: reservations of the request itself, which close nothing."""
    loaded, found = LoadedTimes(session, now, own), []
    has_current = False
    for index, destination in enumerate(destinations[:MOST_DESTINATIONS]):
        if destination.kind in FINAL:
            break
        scene = Scene(session, company, index, destination, meeting_type, now, loaded)
        place = _look(scene, has_current=has_current)
        has_current = has_current or place.is_current
        found.append(place)
    return tuple(found)


def _look(scene: Scene, *, has_current: bool) -> PlaceCauses:
    offer = scene.offer()
    frame, shape = offer.frame, offer.meeting_type.shape
    window = Span(to_minutes(scene.now), frame.end - MINUTES_A_DAY)
    starts = all_starts(shape, frame, window)
    reps = tuple(_causes_by_rep(scene, offer, starts))
    offered = len(offer.times())
    place = PlaceCauses(
        index=scene.index,
        kind=scene.destination.kind.value,
        name=scene.destination.name,
        is_current=bool(offered) and not has_current,
        starts=starts.bit_count(),
        offered=offered,
        reps=reps,
        what_ifs=(),
    )
    return _with_what_ifs(scene, place)


def _with_what_ifs(scene: Scene, place: PlaceCauses) -> PlaceCauses:
    found = what_ifs(scene, {(cause.code, cause.calendar) for cause in place.causes}, place.offered)
    return replace(place, what_ifs=found)


def _causes_by_rep(scene: Scene, offer: Offer, starts: int) -> list[RepCauses]:
    destination, company = scene.destination, scene.company
    lasting = {refusal.rep: refusal for refusal in destination.refused}
    everybody = [rep for rep in (*destination.candidates, *lasting) if rep in company.reps]
    views = [company.reps[rep] for rep in everybody]
    times = scene.loaded.of(views, offer.frame, offer.meeting_type)
    calendars = load_busy_calendars(scene.session, views, Span(offer.frame.start, offer.frame.end))
    found = []
    for rep in everybody:
        mirrors = calendars.get(rep, {})
        parts = partition(
            times[rep], offer.meeting_type.shape, offer.frame, (offer.lo, offer.hi), starts, mirrors
        )
        if rep not in calendars:
            parts = {_named(cause): bits for cause, bits in parts.items()}
        refusal = lasting.get(rep) or (None if company.reps[rep].is_active else Refusal(rep, "inactive"))
        parts = _refused(parts, refusal) if refusal else _by_rules(scene, parts, offer, rep)
        causes = (_cause(cause, bits) for cause, bits in parts.items())
        found.append(RepCauses(rep, tuple(cause for cause in causes if cause.starts or cause.code == OPEN)))
    return found


def _cause(cause: ByCause, bits: int) -> Cause:
    code, place = cause
    name, kind = place or (None, None)
    return Cause(code, name, bits.bit_count(), kind)


def _named(cause: ByCause) -> ByCause:
    """Without any calendar, nobody vouches for the time because there is nobody to ask."""
    return ("not_connected", None) if cause[0] == "unknown_availability" else cause


def _refused(parts: Parts, refusal: Refusal) -> Parts:
    """Somebody whom the rule leaves out: all of their working time goes to that cause."""
    own = {cause: bits for cause, bits in parts.items() if cause[0] in _OWN_TIME}
    rest = 0
    for cause, bits in parts.items():
        rest |= bits if cause[0] not in _OWN_TIME else 0
    return {**own, (refusal.code, None): rest, (OPEN, None): 0}


def _by_rules(scene: Scene, parts: Parts, offer: Offer, rep: str) -> Parts:
    """What of a rep's free time the offer leaves out: caps, whose turn it is, the others who must be there."""
    free, offered = parts[OPEN, None], offer.starts.get(rep, 0)
    closed = free & ~offered
    if not closed:
        return parts
    found = {**parts, (OPEN, None): free & offered}
    for code, bits in _rules(scene, offer, rep, closed):
        if bits:
            found[code, None] = found.get((code, None), 0) | bits
    return found


def _rules(scene: Scene, offer: Offer, rep: str, closed: int) -> list[tuple[str, int]]:
    pool = pool_of(scene.company, scene.destination)
    if rep in offer.refused and offer.refused[rep].code not in ("busy", "inactive"):
        return [(offer.refused[rep].code, closed)]
    if pool is not None and pool.offering is not Offering.FLEXIBLE and rep not in offer.starts:
        return [("not_their_turn", closed)]
    alone = offer.alone.by_rep.get(rep, 0) if offer.alone is not None else 0
    capped = closed & ~alone
    code = "at_daily_cap" if pool and (member := pool.by_rep.get(rep)) and member.per_day else "at_weekly_cap"
    return [("partner", closed & alone), (code, capped)]
