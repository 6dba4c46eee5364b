"""How you get leads: the rules that reach me, whose turn it is, and what went to others for what reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template

from app.clock import now
from app.db import db
from app.rep.blueprint import rep
from app.store.company import CompanyView, load_company
from app.store.ledger import turn_times
from app.store.missed_leads import TURN, count_got, count_missed
from app.usecases.how_leads_reach import shares_in, ways_to
from app.usecases.who_is_next import who_is_next
from app.web.cause_words import CAUSES
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep
from app.web.why_lines import span_words
from routing.assignment import Assignment
from routing.json_values import JSON
from routing.refusal import LASTING
from routing.roster import Distribution, Pool
from routing.wording import owed_words, refusal_phrase

_SINCE = timedelta(days=30)
_MOST_SHOWN = 8

_TURNS = {
    Distribution.ROUND_ROBIN: "in turn, by weight",
    Distribution.LONGEST_IDLE: "to whoever has waited longest",
    Distribution.LEAST_UTILIZED: "to whoever has the emptiest calendar",
    Distribution.VALUE_BALANCED: "so that everybody gets the same deal value",
    Distribution.MOST_SKILLED: "to whoever has the highest level",
    Distribution.EQUAL_CHANCES: "so that every request owes each candidate the same",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One member in the order in which they come now. `owed` in words; `since`: how long ago their last turn was."""

    place: int
    name: str
    is_me: bool
    owed: str
    since: str


@dataclass(frozen=True, slots=True)
class InPool:
    """One of my pools. `share`: what I am to have of its leads, 0 to 1; `passed_over`: why I am not in the order now;
    `hidden`: how many members stand between those shown."""

    name: str
    how: str
    tier: int
    share: float
    lines: tuple[Line, ...]
    hidden: int
    passed_over: str | None


@rep.get("/how")
@policy(Policy.REP_SELF)
def how() -> str:
    """Made from the rules in force and the ledger, for the signed-in rep alone."""
    _, rep_id = get_own_rep()
    session, at = db.session(), now()
    company = load_company(session, at.date())
    me = company.rep_by_key(rep_id).public_id
    missed = count_missed(session, me, at - _SINCE)
    return render_template(
        "rep/how.html",
        ways=ways_to(company, me) if me in company.roster.reps else (),
        pools=_pools(company, me, at),
        got=count_got(session, me, at - _SINCE),
        missed=_in_words(missed, lasting=False),
        not_for_me=_in_words(missed, lasting=True),
    )


def _pools(company: CompanyView, me: str, at: datetime) -> list[InPool]:
    shares = shares_in(company, me)
    mine = [pool for pool in company.roster.pools.values() if me in pool.by_rep]
    return [_in_pool(company, pool, me, shares.get(pool.name, 0.0), at) for pool in mine]


def _in_pool(company: CompanyView, pool: Pool, me: str, share: float, at: datetime) -> InPool:
    turn = who_is_next(db.session(), company, pool, at)
    refusal = next((each for each in turn.refused if each.rep == me), None)
    lines = _order(company, pool, turn, me, at)
    shown = tuple(line for line in lines if line.place <= _MOST_SHOWN or line.is_me)
    return InPool(
        name=pool.name,
        how=_TURNS[pool.distribution],
        tier=pool.by_rep[me].tier,
        share=share,
        lines=shown,
        hidden=len(lines) - len(shown),
        passed_over=refusal_phrase(refusal.code, refusal.detail) if refusal else None,
    )


def _order(company: CompanyView, pool: Pool, turn: Assignment, me: str, at: datetime) -> Sequence[Line]:
    last = {ranked.rep: ranked.numbers.get("last_turn") for ranked in turn.ranking}
    known = [number for number in last.values() if isinstance(number, int)]
    times = turn_times(db.session(), company.pools[pool.name], known)
    return [
        Line(
            place=ranked.position,
            name=company.reps[ranked.rep].name,
            is_me=ranked.rep == me,
            owed=_owed(ranked.numbers.get("lag"), is_me=ranked.rep == me),
            since=_since(last[ranked.rep], times, at),
        )
        for ranked in turn.ranking
    ]


def _owed(lag: JSON, *, is_me: bool) -> str:
    if lag is None:
        return ""
    words = owed_words(lag)
    return words.replace("their", "your") if is_me else words


def _since(sequence: object, times: Mapping[int, datetime], at: datetime) -> str:
    turned = times.get(sequence) if isinstance(sequence, int) else None
    return f"{span_words(at - turned)} ago" if turned else "no turn yet"


def _in_words(missed: Mapping[str, int], *, lasting: bool) -> list[tuple[str, int]]:
    words = {**CAUSES, TURN: "it was somebody else's turn", "busy": "you were busy then"}
    found = [
        (words.get(code, code.replace("_", " ")), count)
        for code, count in missed.items()
        if (code in LASTING) is lasting
    ]
    return sorted(found, key=lambda each: (-each[1], each[0]))
