"""A seat at a session that prospects share: at the one that stands, or at a new one."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from app.db import Session
from app.store.company import CompanyView, MeetingTypeView
from app.store.group_sessions import Filling, add_group_session, list_fillings
from app.usecases.offer import Offer
from app.usecases.time_wanted import TimeWanted
from calendars.zones import to_instant


class Place(NamedTuple):
    """A session's key, and the number of a seat there."""

    group_session_id: int
    seat: int


def fillings_at(
    session: Session,
    company: CompanyView,
    kind: MeetingTypeView,
    reps: Collection[str],
    wanted: TimeWanted,
    now: datetime,
) -> dict[str, Filling]:
    """The sessions of this kind that these reps have at the wanted start, by the rep's public id; without what the
    request itself keeps there."""
    keys = {company.reps[rep].id: rep for rep in reps}
    during = _during(kind, wanted.start)
    without = [own.id for own in wanted.own]
    found = list_fillings(session, keys, kind.id, during, now, without)
    return {keys[key]: filling for key, filling in found.items()}


def place_for(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted, rep: str, now: datetime
) -> Place | None:
    """Where the request would sit with a rep who is locked and was found free; None when somebody opened a session
    there, or the last one left it, since the choice was made."""
    kind = offer.meeting_type
    filling = fillings_at(session, company, kind, [rep], wanted, now).get(rep)
    if wanted.joins is not (filling is not None and filling.booked > 0):
        return None
    if filling is None:
        return Place(
            add_group_session(session, company.reps[rep].id, kind.id, _during(kind, wanted.start)), 0
        )
    seat = filling.free_seat(kind.seats)
    return Place(filling.id, seat) if seat is not None else None


def _during(kind: MeetingTypeView, start: int) -> tuple[datetime, datetime]:
    return to_instant(start), to_instant(start + kind.shape.minutes)
