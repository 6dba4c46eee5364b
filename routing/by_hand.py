"""What a person changed in a decision: a manager's choice of rep, and who took a request from a queue."""

from dataclasses import replace

from routing.assigned import Assignment, Ranked
from routing.entries import UNIT, Entry, EntryKind
from routing.ledger import Ledger
from routing.roster import Distribution, Pool
from routing.route import Destination, DestinationKind, Route

BY_HAND = "by_hand"
HAD_IT = "had_it"
CLAIM_WAIT = "60 days"
"""How far ahead the first free time of somebody who took a request may lie: as far as anything can be booked."""


def assign_by_hand(
    rep: str, *, slot: tuple[int, int], pool: Pool | None = None, ledger: Ledger | None = None
) -> Assignment:
    """A slot (UTC minutes, half-open) with the rep whom a person chose. In a pool that they are an active member of
    it is a turn like any other."""
    at = ledger.positions.get(rep) if pool and ledger else None
    entries: tuple[Entry, ...] = ()
    if pool is not None and at is not None and at.is_active:
        amount = UNIT if pool.distribution is Distribution.EQUAL_CHANCES else UNIT // at.weight
        entries = (Entry(EntryKind.ASSIGNED, rep, amount, at.weight, BY_HAND),)
    return Assignment(
        pool=None,
        distribution=None,
        slot=slot,
        winner=rep,
        runner_up=None,
        ranking=(Ranked(rep, 1, {}),),
        refused=(),
        tie_break=None,
        reason=BY_HAND,
        entries=entries,
    )


def taken_by(route: Route, rep: str) -> Route:
    """The route once somebody took the request: first to them, then where it would have gone."""
    first = Destination(DestinationKind.OWNER, rep, (rep,), (), CLAIM_WAIT, route.destinations[0].via)
    return replace(route, destinations=(first, *route.destinations))
