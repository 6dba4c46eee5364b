"""Run past requests through other rules: a portion at a time, cancellable, bounded in time and number."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from app import clock
from app.db import Session, db, transaction
from app.log import get_logger
from app.models import Replay, ReplayState
from app.store.company import load_company
from app.store.past_decisions import Stretch, count_assignments, count_routes, newest_since
from app.store.replays import LIVE, clear_rows, find_replay, keep_rows
from app.usecases.replay_rosters import Rosters, named_in
from app.usecases.replay_steps import Run, next_assignments, next_routes
from app.usecases.replay_turns import TurnReplay
from routing.router import parse_router

MOST_REQUESTS = 100_000
MOST_ROWS = 20_000
LONGEST = timedelta(minutes=15)
log = get_logger(__name__)

Progress = Callable[[int, int], None]


class _Stopped(Exception):
    """Somebody cancelled it."""


def run_replay(replay: str, progress: Progress | None = None) -> None:
    """Do the work of a replay that waits. Running one again starts it over; one that ended stays as it is.

    `progress` is told how much of how much is done.
    """
    try:
        run = _begin(replay)
        if run is not None:
            _go_through(run, progress or (lambda done, total: None))
            _end(run)
    except _Stopped:
        return
    except Exception:
        db.session.rollback()
        log.exception("replay.failed", replay=replay)
        _fail(replay)


def _begin(public_id: str) -> Run | None:
    now = clock.now()
    with transaction() as session:
        row = find_replay(session, public_id, lock=True)
        if row is None or row.state not in LIVE:
            return None
        clear_rows(session, row.id)
        stretch = Stretch(row.router_id, row.since, row.until)
        cut, routes = None, count_routes(session, stretch)
        if routes > MOST_REQUESTS:
            stretch = replace(stretch, since=newest_since(session, stretch, MOST_REQUESTS))
            cut, routes = {"by": "count", "since": stretch.since.isoformat()}, MOST_REQUESTS
        total = routes + count_assignments(session, stretch)
        row.state, row.done, row.total = ReplayState.RUNNING, 0, total
        company = load_company(session, now.date())
        rosters = Rosters(company.roster, named_in(row.document))
        return Run(
            public_id,
            stretch,
            parse_router(row.document),
            rosters,
            TurnReplay(company.pools),
            now + LONGEST,
            total,
            cut=cut,
            editions=company.editions,
        )


def _go_through(run: Run, progress: Progress) -> None:
    for step in (next_routes, next_assignments):
        key: int | None = 0
        while key is not None and not _is_late(run):
            with transaction() as session:
                row = _running(session, run.public_id)
                key, rows = step(session, run, key)
                kept = dict(list(rows.items())[: max(0, MOST_ROWS - run.kept)])
                keep_rows(session, row.id, kept)
                run.kept += len(kept)
                row.done = run.done
            progress(run.done, run.total)


def _is_late(run: Run) -> bool:
    if clock.now() >= run.until:
        run.cut = {"by": "time", "minutes": LONGEST // timedelta(minutes=1)}
        return True
    return False


def _running(session: Session, public_id: str) -> Replay:
    row = find_replay(session, public_id, lock=True)
    if row is None or row.state is not ReplayState.RUNNING:
        raise _Stopped
    return row


def _end(run: Run) -> None:
    with transaction() as session:
        row = _running(session, run.public_id)
        row.result = {
            **run.tally.to_json(),
            "turns": run.meetings.to_json(),
            "lent": sorted(run.rosters.lent),
            "cut": run.cut,
            "rows": {"kept": run.kept, "most": MOST_ROWS},
        }
        row.state, row.done, row.finished_at = ReplayState.DONE, run.total, clock.now()


def _fail(public_id: str) -> None:
    with transaction() as session:
        row = find_replay(session, public_id, lock=True)
        if row is not None and row.state in LIVE:
            row.state, row.finished_at = ReplayState.FAILED, clock.now()
            row.problem = "It stopped on an error; the server's log says which."
