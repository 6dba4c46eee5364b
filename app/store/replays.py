"""Replays as rows: started, counted up, ended, and what they found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import ApiKey, Replay, ReplayRow, ReplayState, Request, Router, User
from app.store.past_decisions import Stretch

KEPT = 20
"""Replays of one router that are kept; an older one goes when a new one is started."""

LIVE = frozenset({ReplayState.WAITING, ReplayState.RUNNING})
_PORTION = 1_000


def add_replay(
    session: Session, stretch: Stretch, label: str, document: Mapping[str, Any], started_by: str
) -> Replay:
    """A replay that waits to be run; the oldest beyond `KEPT` goes."""
    row = Replay(
        public_id=new_id("rpl"),
        router_id=stretch.router_id,
        label=label,
        document=dict(document),
        since=stretch.since,
        until=stretch.until,
        state=ReplayState.WAITING,
        started_by=started_by,
    )
    session.add(row)
    session.flush()
    kept = (
        select(Replay.id).where(Replay.router_id == stretch.router_id).order_by(Replay.id.desc()).limit(KEPT)
    )
    session.execute(
        delete(Replay).where(
            Replay.router_id == stretch.router_id, Replay.id.not_in(kept), Replay.state.not_in(LIVE)
        )
    )
    return row


def find_replay(session: Session, public_id: str, *, lock: bool = False) -> Replay | None:
    """A replay by its public id, read afresh; locked if something is to be changed."""
    query = select(Replay).where(Replay.public_id == public_id).execution_options(populate_existing=True)
    return session.scalar(query.with_for_update() if lock else query)


def clear_rows(session: Session, replay_id: int) -> None:
    """Forget what a run found that is about to start over."""
    session.execute(delete(ReplayRow).where(ReplayRow.replay_id == replay_id))


def keep_rows(session: Session, replay_id: int, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Store what is found of requests, by their keys; what was known of one already is added to."""
    if not rows:
        return
    query = insert(ReplayRow).values(
        [{"replay_id": replay_id, "request_id": key, "row": dict(row)} for key, row in rows.items()]
    )
    merged = ReplayRow.row.op("||")(query.excluded.row)
    session.execute(
        query.on_conflict_do_update(index_elements=["replay_id", "request_id"], set_={"row": merged})
    )


def read_rows(session: Session, replay_id: int, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """What a replay found, by request, the oldest first; read in portions."""
    last, left = 0, limit
    while left is None or left > 0:
        size = _PORTION if left is None else min(left, _PORTION)
        found = session.execute(
            select(ReplayRow.request_id, Request.public_id, Request.created_at, ReplayRow.row)
            .join(Request, Request.id == ReplayRow.request_id)
            .where(ReplayRow.replay_id == replay_id, ReplayRow.request_id > last)
            .order_by(ReplayRow.request_id)
            .limit(size)
        ).all()
        for key, request, created_at, row in found:
            last = key
            yield {"request": request, "created_at": created_at, **row}
        if len(found) < size:
            return
        left = None if left is None else left - size


@dataclass(frozen=True, slots=True)
class ReplayView:
    """A replay as it is shown; `by` is a person's or key's name."""

    id: str
    router: str
    rules: str
    since: datetime
    until: datetime
    state: ReplayState
    total: int
    done: int
    result: Mapping[str, Any] | None
    problem: str | None
    by: str
    created_at: datetime
    finished_at: datetime | None
    key: int

    @property
    def is_live(self) -> bool:
        """Whether it has not ended."""
        return self.state in LIVE


def list_replays(session: Session, router: str | None = None) -> list[ReplayView]:
    """The newest first; of one router or of all."""
    query = select(Replay, Router.name).join(Router, Router.id == Replay.router_id)
    if router is not None:
        query = query.where(Router.name == router)
    query = query.order_by(Replay.id.desc()).limit(100).execution_options(populate_existing=True)
    return _views(session, session.execute(query))


def find_replay_view(session: Session, public_id: str) -> ReplayView | None:
    """One replay."""
    query = (
        select(Replay, Router.name)
        .join(Router, Router.id == Replay.router_id)
        .where(Replay.public_id == public_id)
        .execution_options(populate_existing=True)
    )
    return next(iter(_views(session, session.execute(query))), None)


def _views(session: Session, rows: Iterable[Any]) -> list[ReplayView]:
    found = [(row, router) for row, router in rows]
    ids = {row.started_by for row, _ in found}
    people = session.execute(select(User.public_id, User.name).where(User.public_id.in_(ids)))
    keys = session.execute(select(ApiKey.public_id, ApiKey.name).where(ApiKey.public_id.in_(ids)))
    names = {who: name for who, name in [*people, *keys]}  # noqa: C416 - rows are no pairs to mypy
    return [_view(row, router, names) for row, router in found]


def _view(row: Replay, router: str, names: Mapping[str, str]) -> ReplayView:
    return ReplayView(
        id=row.public_id,
        router=router,
        rules=row.label,
        since=row.since,
        until=row.until,
        state=row.state,
        total=row.total,
        done=row.done,
        result=row.result,
        problem=row.problem,
        by=names.get(row.started_by, row.started_by.replace("-", " ")),
        created_at=row.created_at,
        finished_at=row.finished_at,
        key=row.id,
    )
