"""What keeps a member from one slot besides their calendar: lost races, caps, the utilization ceiling."""

from collections.abc import Mapping

from routing.load import NO_LOAD, Load
from routing.pool import Member, Pool, WhenOut
from routing.refusal import Refusal
from routing.stand_ins import absence


def refuse(
    pool: Pool,
    candidates: frozenset[str],
    refused: Mapping[str, Refusal],
    loads: Mapping[str, Load],
    lost: frozenset[str],
) -> dict[str, Refusal]:
    """Everybody who cannot take the slot: as given, and as the pool itself says."""
    refusals = dict(refused)
    may_be_away = are_returning(pool, candidates)
    open_question = candidates - refused.keys()
    if pool.max_utilization is None:
        open_question -= pool.uncapped - lost  # of a thousand, most have nothing that could refuse them
    for rep in open_question:
        member = pool.by_rep.get(rep)
        if member is None:
            refusal: Refusal | None = Refusal(rep, "inactive")
        elif not member.rep.is_present and not (may_be_away and member.rep.is_active):
            refusal = absence(member.rep)
        else:
            refusal = _refusal(pool, member, loads.get(rep), lost)
        if refusal is not None:
            refusals[rep] = refusal
    return refusals


def are_returning(pool: Pool, candidates: frozenset[str]) -> bool:
    """Whether the candidates are all away, in a pool that then offers the times from the day they are back."""
    if pool.when_everybody_is_out is not WhenOut.NEXT_DAY_BACK:
        return False
    return not any(rep in pool.by_rep and pool.by_rep[rep].rep.is_present for rep in candidates)


def _refusal(pool: Pool, member: Member, load: Load | None, lost: frozenset[str]) -> Refusal | None:
    rep, known = member.rep.id, load or NO_LOAD
    if rep in lost:
        return Refusal(rep, "lost_race")
    if member.per_day is not None and known.on_day >= member.per_day:
        return Refusal(rep, "at_daily_cap", {"cap": member.per_day, "count": known.on_day})
    if member.per_week is not None and known.in_week >= member.per_week:
        return Refusal(rep, "at_weekly_cap", {"cap": member.per_week, "count": known.in_week})
    if pool.max_utilization is not None:
        used = known.utilization
        if used is None or used >= pool.max_utilization * 10_000:
            percent = None if used is None else used / 10_000
            return Refusal(rep, "over_utilization", {"ceiling": pool.max_utilization, "percent": percent})
    return None
