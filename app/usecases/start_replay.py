"""Start, and stop, a replay of past requests under other rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app import clock
from app.actor import Actor
from app.db import Session, transaction
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import ReplayState
from app.queue import BACKGROUND, defer
from app.store.configuration import routers
from app.store.past_decisions import Stretch
from app.store.records import add_audit
from app.store.replays import LIVE, add_replay, find_replay
from app.usecases.save_router_draft import review_router

DRAFT, PUBLISHED = "draft", "published"
MOST_DAYS = 730
_DAYS = re.compile(r"([0-9]{1,4}) ?(?:d|days?)")


@dataclass(frozen=True, slots=True)
class ReplayOrder:
    """Which rules to try (`draft`, `published` or a version's number) on which requests.

    `since` and `until` are text: a number of days back such as `90d`, or a date, which begins at midnight UTC;
    half-open. `until` may be left out: now.
    """

    router: str
    rules: str = DRAFT
    since: str = "90d"
    until: str = ""


def start_replay(order: ReplayOrder, by: Actor, *, in_background: bool = True) -> str:
    """Keep the rules as they are now and have a worker run past requests through them. Returns its public id.

    Raises NotFound (no such router, draft or version) and Invalid (rules with faults, no such period).
    """
    now = clock.now()
    since, until = read_period(order, now)
    with transaction() as session:
        router = routers.find_router(session, order.router)
        if router is None:
            raise NotFound(f"There is no router called {order.router}")
        label, document = _rules(session, order)
        stretch = Stretch(router.id, since, until)
        row = add_replay(session, stretch, label, {**document, "name": order.router}, by.name)
        add_audit(session, by.name, "replay.started", "router", order.router, replay=row.public_id)
        if in_background:
            defer(session, "run_replay", lock="replays", priority=BACKGROUND, replay=row.public_id)
        return row.public_id


def cancel_replay(public_id: str, by: Actor) -> None:
    """Stop a replay that waits or runs; what it counted so far is gone. Raises NotFound, Conflict when it ended."""
    with transaction() as session:
        row = find_replay(session, public_id, lock=True)
        if row is None:
            raise NotFound
        if row.state not in LIVE:
            raise Conflict("It has ended already")
        row.state, row.finished_at = ReplayState.CANCELLED, clock.now()
        add_audit(session, by.name, "replay.cancelled", "replay", public_id)


def _rules(session: Session, order: ReplayOrder) -> tuple[str, Mapping[str, Any]]:
    row = routers.find_router(session, order.router)
    assert row is not None
    if order.rules == DRAFT:
        if row.draft is None:
            raise NotFound(f"The router {order.router} has no draft")
        if errors := review_router(order.router, row.draft).errors:
            raise Invalid(errors)
        return DRAFT, row.draft
    number = str(row.published_version or "") if order.rules == PUBLISHED else order.rules
    document = routers.find_version(session, order.router, int(number)) if number.isdecimal() else None
    if document is None:
        raise NotFound(f"The router {order.router} has no version {number or 'in force'}")
    return f"version {number}", document


def read_period(order: ReplayOrder, now: datetime) -> tuple[datetime, datetime]:
    """The half-open stretch of time that an order speaks of. Raises Invalid."""
    since = _read_instant(order.since, "since", now)
    until = _read_instant(order.until, "until", now) if order.until else now
    if since >= until:
        raise Invalid([FieldError("since", "out-of-range", "must lie before the end")])
    if until - since > timedelta(days=MOST_DAYS):
        raise Invalid([FieldError("since", "out-of-range", f"at most {MOST_DAYS} days at once")])
    return since, until


def _read_instant(text: str, field: str, now: datetime) -> datetime:
    if days := _DAYS.fullmatch(text.strip()):
        return now - timedelta(days=int(days[1]))
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(), UTC)
    except ValueError:
        raise Invalid(
            [FieldError(field, "invalid", "must be a number of days such as 90d, or a date")]
        ) from None
