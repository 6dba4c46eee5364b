"""Where everybody stands in a pool, who is next and why, and what somebody should look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.store.company import CompanyView
from app.store.pages.pools import Standing, list_standings
from app.store.pool_outcomes import Weighing
from app.store.pool_skills import skills_taken
from app.usecases.who_is_next import who_is_next
from app.web.shares import Share, shares_of
from calendars.zones import local_day, to_minutes
from routing.assignment import Assignment
from routing.bottleneck import Bottleneck, find_bottlenecks
from routing.performance import Record
from routing.roster import Member, Pool
from routing.wording import refusal_phrase

_BECAUSE = {
    "earliest_deadline": "owed {lag:+.2f} turns, and due first",
    "smallest_virtual_time": "everybody is ahead of their share, and they the least",
    "longest_idle": "has waited longest since the last turn",
    "least_utilized": "has the smallest share of working time taken",
    "lowest_value": "was given the least deal value for their weight: {value}",
    "most_skilled": "has the highest level: {level}",
    "largest_credit": "is owed the most of the leads they could have taken: {credit:+.2f}",
    "higher_tier": "is in tier {tier}, which goes first",
    "only_candidate": "nobody else can take a lead now",
}
_LEVEL = {
    "last_assignment": ", level with {second}, who had a turn more recently",
    "stable_key": ", level with {second} in everything; the order of ids decides",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One member: their share, why they are passed over just now, and how their meetings went where that counts."""

    share: Share
    member: Member | None
    passed_over: str | None
    record: Record | None
    factor: float | None


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """What the page shows. `next_up` and `because` in words; `alerts` are sentences."""

    rows: tuple[Row, ...]
    next_up: str | None
    because: str | None
    alerts: tuple[str, ...]


def standing_of(session: Session, company: CompanyView, name: str, now: datetime) -> PoolStanding | None:
    """The standing of a pool in use; None for one that the company does not have (yet)."""
    pool = company.roster.pools.get(name)
    if pool is None:
        return None
    standings = list_standings(session, company.pools[name])
    turn = who_is_next(session, company, pool, now)
    names = {rep: view.name for rep, view in company.reps.items()}
    weighing = _weighing(session, company, pool, now)
    return PoolStanding(
        rows=tuple(_rows(standings, pool, turn, weighing)),
        next_up=names.get(turn.winner or ""),
        because=_because(turn, names),
        alerts=tuple(alerts_of(session, company, now).get(name, ())),
    )


def _weighing(session: Session, company: CompanyView, pool: Pool, now: datetime) -> Weighing | None:
    if pool.performance is None:
        return None
    today = local_day(company.timezone, to_minutes(now))
    return Weighing.of(session, company.pools[pool.name], pool, today)


def _rows(standings: list[Standing], pool: Pool, turn: Assignment, weighing: Weighing | None) -> list[Row]:
    passed = {refusal.rep: refusal_phrase(refusal.code, refusal.detail) for refusal in turn.refused}
    rows = []
    for share in shares_of(standings, [ranked.rep for ranked in turn.ranking]):
        rep = share.standing.rep
        record = weighing.records.get(rep) if weighing else None
        factor = weighing.tenths[rep] / 10 if weighing and record else None
        rows.append(Row(share, pool.by_rep.get(rep), passed.get(rep), record, factor))
    return rows


def _because(turn: Assignment, names: Mapping[str, str]) -> str | None:
    if turn.winner is None:
        return None
    words = _BECAUSE[turn.reason].format_map(dict(turn.ranking[0].numbers))
    if turn.tie_break and turn.runner_up:
        words += _LEVEL[turn.tie_break].format(second=names.get(turn.runner_up, "somebody"))
    return words


def alerts_of(session: Session, company: CompanyView, now: datetime) -> dict[str, list[str]]:
    """What the last thirty days of each pool say that somebody should know, by the pool's name."""
    taken = skills_taken(session, now)
    found = {}
    for name, pool in company.roster.pools.items():
        said = [
            _overload(company, each) for each in find_bottlenecks(pool, taken.get(company.pools[name], {}))
        ]
        if said:
            found[name] = said
    return found


def _overload(company: CompanyView, found: Bottleneck) -> str:
    others = ", ".join(company.reps[rep].name for rep in found.others)
    rest = f"{others} could take some" if others else "nobody else in this pool has that skill"
    who = company.reps[found.rep].name if found.rep in company.reps else "Somebody"
    return f"{who} took {found.taken} of {found.total} leads for {found.skill} in 30 days; {rest}."
