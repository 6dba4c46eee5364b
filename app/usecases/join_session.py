"""Before a new session is opened, one that has begun to fill is joined."""

from datetime import datetime

from app.db import Session
from app.store.company import CompanyView
from app.usecases.plan_people import Contest, Plan
from app.usecases.take_seat import fillings_at
from app.usecases.time_wanted import TimeWanted
from routing.joining import join
from routing.route import DestinationKind


def joining_plan(
    session: Session, company: CompanyView, contest: Contest, wanted: TimeWanted, now: datetime
) -> Plan | None:
    """A seat at the fullest session that somebody has booked at this time with one who may be had; None where there is
    none, or the meeting is shared with nobody. Sessions that are only held are none yet: who books there first is
    chosen by turns."""
    offer, kind = contest.offer, contest.offer.meeting_type
    if not kind.is_shared:
        return None
    gone = contest.gone.everybody()
    free = [rep for rep in offer.free_at(contest.start) if rep not in gone]
    fillings = fillings_at(session, company, kind, free, wanted, now) if free else {}
    open_ones = {
        rep: len(each.seats)
        for rep, each in fillings.items()
        if each.booked > 0 and len(each.seats) < kind.seats
    }
    if not open_ones:
        return None
    who = offer.destination
    pool = who.name if who.kind is DestinationKind.POOL else None
    inputs = {
        "roster": company.digest,
        "destination": offer.index,
        "candidates": list(who.candidates),
        "refused": [],
        "lost": [],
        "loads": {},
        "pool": None,
        "ledger_sequence": None,
        "joined": {"seats": kind.seats, "sessions": open_ones},
    }
    return Plan(join(open_ones, kind.seats, slot=contest.slot, pool=pool), None, inputs, ())
