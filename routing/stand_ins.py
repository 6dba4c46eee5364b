"""Who or what takes the place of somebody who is away: a named rep's cover, and what a pool has for the day on which
all who could take a request are out."""

from collections.abc import Sequence
from dataclasses import replace

from routing.pool import Pool, WhenOut
from routing.refusal import Refusal
from routing.rep import Rep
from routing.roster import Roster
from routing.route import Destination, DestinationKind


def absence(rep: Rep) -> Refusal:
    """Why a rep who is not present gets nothing."""
    if rep.away is None or not rep.is_active:
        return Refusal(rep.id, "inactive")
    return Refusal(rep.id, "away", rep.away.to_json())


def find_stand_in(rep: Rep, roster: Roster) -> tuple[str | None, tuple[Refusal, ...]]:
    """The rep themselves, or while they are away the first who is there along the chain of covers; with those who
    were passed by. Nobody, where the chain ends in somebody absent or comes round to where it was."""
    passed: dict[str, Refusal] = {}
    at: Rep | None = rep
    while at is not None and at.id not in passed:
        if at.is_present:
            return at.id, _in_order(passed)
        passed[at.id] = absence(at)
        at = roster.reps.get(at.away.cover) if at.is_active and at.away and at.away.cover else None
    return None, _in_order(passed)


def _in_order(passed: dict[str, Refusal]) -> tuple[Refusal, ...]:
    return tuple(passed[rep] for rep in sorted(passed))


def when_out(destination: Destination, pool: Pool, out: Sequence[Rep]) -> Destination:
    """What a pool without a candidate becomes, if those who could take the request (`out`) are there but away."""
    if not out:
        return destination
    if pool.when_everybody_is_out is WhenOut.QUEUE:
        return replace(destination, kind=DestinationKind.QUEUE, name=pool.queue, everybody_out=pool.name)
    back = tuple(sorted(rep.id for rep in out))
    others = tuple(refusal for refusal in destination.refused if refusal.rep not in back)
    return replace(destination, candidates=back, refused=others, everybody_out=pool.name)
