"""A company that nobody owns comes back to the rep it met last, for as long as the router says."""

from dataclasses import dataclass, replace
from datetime import date

from routing.chain import Leg, Way
from routing.effective import TODAY
from routing.facts import Facts
from routing.refusal import Refusal, refuse_all
from routing.route import Destination, DestinationKind

LAST_REP = "last_rep"
LAST_REP_ON = "last_rep_on"
"""Facts given by the caller: who met somebody of the same company last, and the ISO date of that meeting."""


@dataclass(frozen=True, slots=True)
class LastRep:
    """The rep whom the company met last, and how many days ago: less than none for a meeting still to come."""

    rep: str
    on: str
    days: int


def last_rep(facts: Facts) -> LastRep | None:
    """Whom the company met last; None when nobody is known, somebody owns it, or it is no company of its own (a
    mail service, which thousands share)."""
    rep, on, today = (facts.get(name) for name in (LAST_REP, LAST_REP_ON, TODAY))
    if not (isinstance(rep, str) and isinstance(on, str) and isinstance(today, str)):
        return None
    if facts.get("account.owner") or facts.get("is_free_mail") is True:
        return None
    try:
        days = (date.fromisoformat(today) - date.fromisoformat(on)).days
    except ValueError:
        return None
    return LastRep(rep, on, days)


def sticks(leg: Leg, last: LastRep, destination: Destination, way: Way) -> bool:
    """Whether the last rep comes before this destination: a pool that a rule sends the request to (or the catch-all,
    when no rule does), in which they still meet all that is asked."""
    is_meant = leg.via == "action" or (leg.via == "catch_all" and way.first is None)
    is_fresh = leg.of.sticky is not None and last.days <= leg.of.sticky
    return (
        is_meant
        and is_fresh
        and destination.kind is DestinationKind.POOL
        and last.rep in destination.candidates
    )


def to_last_rep(destination: Destination, last: LastRep, wait: str) -> Destination:
    """The same pool with only the last rep. They are waited for so long, as an owner is; then the pool's turn comes."""
    others = (rep for rep in destination.candidates if rep != last.rep)
    passed = refuse_all(others, "not_last_rep", {"rep": last.rep, "on": last.on})
    return replace(
        destination,
        candidates=(last.rep,),
        refused=tuple(sorted((*destination.refused, *passed), key=_rep)),
        via="sticky",
        within=wait,
        about={**destination.about, "last_rep_on": last.on},
    )


def _rep(refusal: Refusal) -> str:
    return refusal.rep
