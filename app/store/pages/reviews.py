"""Rules that somebody should look at again: their review date has come or comes soon, or they end soon."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.store.pages.setup import list_routers
from routing.router import parse_router
from routing.rules import Rule

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A rule in force. `on` is the review date, or the first day without the rule; `kind`: `review` or `end`.

    `state`: `overdue`, `due` (today), `soon` (within 30 days), `later`; of an end `ended`, `soon` or `later`.
    """

    router: str
    rule: str
    number: int
    owner: str | None
    notes: str | None
    kind: str
    on: date
    state: str


def list_reviews(session: Session, today: date) -> list[ReviewRow]:
    """Every dated rule of the published routers, the longest overdue first."""
    found = [
        row
        for router in list_routers(session)
        if router.document is not None
        for number, rule in enumerate(parse_router(router.document).rules, start=1)
        for row in _rows(router.name, number, rule, today)
    ]
    return sorted(found, key=lambda row: (row.on, row.router, row.number))


def _rows(router: str, number: int, rule: Rule, today: date) -> list[ReviewRow]:
    dated = [("review", rule.review), ("end", rule.ends)]
    return [
        ReviewRow(router, rule.name, number, rule.owner, rule.notes, kind, on, _state(kind, on, today))
        for kind, on in ((kind, date.fromisoformat(text)) for kind, text in dated if text)
    ]


def _state(kind: str, on: date, today: date) -> str:
    if on > today:
        return "soon" if on <= today + SOON else "later"
    if kind == "end":
        return "ended"
    return "due" if on == today else "overdue"


def count_due(session: Session, today: date) -> int:
    """How many reviews are due or overdue."""
    return sum(
        row.kind == "review" and row.state in ("due", "overdue") for row in list_reviews(session, today)
    )
