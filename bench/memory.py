"""How much a web worker and a job worker hold when there are many reps, and what their answers cost then."""

import itertools
import time
from collections.abc import Iterator

from sqlalchemy import text

from app.db import transaction
from app.queue import defer
from app.usecases.check_calendars import defer_due_calendars
from bench.companies import ORIGIN, ZONE, company, grow
from bench.connections import sign_in
from bench.databases import World
from bench.load import drive, request_bytes
from bench.over_http import slots_headers, slots_path, submit
from bench.provider import CalendarService, serving
from bench.rows import Row, at_most, just
from bench.serving import Place, job_worker, memory_of, web_server, worker_memory

BUSY = 10
LIMIT_MB = 200
LOOKS = 20
PATIENCE_SECONDS = 120
_PERIODIC = ("watch_queues", "reset_ledgers", "weigh_pools", "expire")
_LEFT = text(
    "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND scheduled_at IS NULL"
)


def memory_rows(world: World, reps: int) -> Iterator[Row]:
    """One web worker that has offered the times of a pool of all reps; one job worker that has read calendars."""
    url = world.new_database()
    with serving(CalendarService(BUSY)) as service:
        base = f"127.0.0.1:{service.port}"
        with world.application(url, company(["pool"])) as app:
            grow([("pool", reps)], reps, BUSY)
            sign_in()
            path = submit(app.test_client(), "pool")
            look = request_bytes("GET", slots_path(path), slots_headers(path))
        place = world.place(url, GOOGLE_API_BASE=f"http://{base}", OUTBOUND_ALLOW=base)
        yield from _web(place, reps, look)
        with world.application(url):
            yield from _jobs(place, reps)


def _web(place: Place, reps: int, look: bytes) -> Iterator[Row]:
    with web_server(place, "app.cli.serve:create_public_app", workers=1) as (port, server):
        before = worker_memory(server)
        body = b'{"answers": {"email": "a@globex.test"}, "timezone": "%s"}' % ZONE.encode()
        ask = request_bytes("POST", "/api/v1/forms/pool/requests", {"Origin": ORIGIN}, body)
        outcome = drive(port, iter([ask] * 5), 1)
        assert set(outcome.statuses) == {201}, outcome.statuses
        warm = drive(port, itertools.repeat(look, LOOKS), 1)
        after = worker_memory(server)
    yield at_most(f"memory of a web worker serving {reps:,} reps (PSS)", after, LIMIT_MB, "MB")
    yield just("… with nothing asked yet", f"{before:.0f} MB")
    yield just("… for each rep", f"{(after - before) * 1000 / reps:.1f} kB")
    yield just("… its first answer of all, cold", f"{max(outcome.latencies):.1f} s")
    yield just("… its times over HTTP, warm, median", f"{warm.median * 1e3:.1f} ms")


def _jobs(place: Place, reps: int) -> Iterator[Row]:
    with job_worker(place) as process:
        before = memory_of(process)
        with transaction() as session:
            session.execute(text("UPDATE calendars SET next_sync_at = now()"))
            for task in _PERIODIC:
                defer(session, task, timestamp=0)
        deferred = defer_due_calendars()
        _wait()
        after = memory_of(process)
    yield at_most(
        f"memory of a job worker among {reps:,} reps (PSS)", after, LIMIT_MB, "MB", f"{deferred:,} readings"
    )
    yield just("… with nothing done yet", f"{before:.0f} MB")


def _wait() -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with transaction() as session:
            if not session.scalar(_LEFT):
                return
        time.sleep(0.5)
