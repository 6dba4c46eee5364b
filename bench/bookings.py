"""Bookings: how many, how long one takes while a provider sleeps, and what a rush on one time comes to."""

import itertools
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import text

from app.db import transaction
from bench.companies import ORIGIN, ZONE, company, grow
from bench.connections import sign_in
from bench.databases import World
from bench.load import Outcome, drive, request_bytes
from bench.machine import load_now
from bench.provider import SlowProvider, serving
from bench.rows import Row, at_least, at_most, exactly, just
from bench.serving import job_worker, web_server

SLEEP_SECONDS = 5.0
BUDGET_SECONDS = 0.3
REPS = 20
BLOCK = 10
PATIENCE_SECONDS = 60
_UNWRITTEN = (
    "SELECT 1 FROM procrastinate_jobs WHERE task_name = 'write_event' AND status IN ('todo', 'doing') LIMIT 1"
)

Asked = tuple[str, str, str]
"""A request's id, its token, and a start to book."""


def booking_rows(world: World, bookings: int) -> Iterator[Row]:
    """So many bookings at once for throughput, and as many one by one with and without a sleeping provider."""
    url = world.new_database()
    with serving(SlowProvider()) as provider:
        base = f"http://127.0.0.1:{provider.port}"
        settings = {"GOOGLE_API_BASE": base, "OUTBOUND_ALLOW": f"127.0.0.1:{provider.port}"}
        with world.application(url, company(["pool"], reps=REPS)):
            grow([], REPS, 1)
            sign_in()
        place = world.place(url, **settings)
        with web_server(place, "app.cli.serve:create_public_app") as (port, _), job_worker(place):
            yield from _throughput(port, bookings)
            yield from _with_slow_provider(port, provider, bookings, url)


def _throughput(port: int, bookings: int) -> Iterator[Row]:
    submitted = _submit(port, bookings, "many", connections=8)
    yield just(
        "submit to first slots (8 connections)",
        f"{submitted.per_second:,.0f} a second, median {submitted.median * 1e3:.0f} ms, {load_now()}",
    )
    outcome = _book(port, _spread(submitted), connections=8)
    yield just(
        "bookings (8 connections, one pool of 20)",
        f"{outcome.per_second:,.0f} a second, median {outcome.median * 1e3:.0f} ms",
    )


def _with_slow_provider(port: int, provider: SlowProvider, bookings: int, url: str) -> Iterator[Row]:
    asked = iter(_spread(_submit(port, bookings, "slow", connections=8), skip=bookings))
    took: dict[float, list[float]] = {0.0: [], SLEEP_SECONDS: []}
    for delay in itertools.cycle(
        (0.0, SLEEP_SECONDS, SLEEP_SECONDS, 0.0)
    ):  # so that both see the same machine
        block = list(itertools.islice(asked, BLOCK))
        if not block:
            break
        provider.delay = 0.0
        _drain(url)  # and neither the other one's jobs
        provider.delay = delay
        took[delay] += _book(port, block, connections=1).latencies
    quick, slow = (statistics.median(latencies) * 1e3 for latencies in took.values())
    yield at_most(
        "booking with a provider that takes 5 s, against one that answers at once",
        slow / quick,
        1.1,
        "×",
        f"medians {slow:.0f} and {quick:.0f} ms, {load_now()}",
    )
    yield at_least("… events the provider was asked to write meanwhile", provider.written, 1, "")
    provider.delay = SLEEP_SECONDS
    held = _spread(_submit(port, BLOCK, "held", connections=1), skip=2 * bookings)
    confirmed = [_hold_and_book(port, each) for each in held]
    yield at_most(
        "… a held time confirmed at once, while the live check sleeps",
        statistics.median(confirmed) * 1e3 - quick,
        BUDGET_SECONDS * 1e3 * 1.1,
        "ms more",
    )


def _drain(url: str) -> None:
    """Wait until the worker has written every event."""
    until = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        while connection.execute(_UNWRITTEN).fetchone() and time.monotonic() < until:
            time.sleep(0.1)


def _submit(port: int, count: int, name: str, *, connections: int) -> Outcome:
    def bodies() -> Iterator[bytes]:
        for number in range(count):
            plain = {"answers": {"email": f"{name}-{number}@globex.test"}, "timezone": ZONE}
            body = json.dumps(plain).encode()
            yield request_bytes("POST", "/api/v1/forms/pool/requests", {"Origin": ORIGIN}, body)

    outcome = drive(port, bodies(), connections, keep=True)
    assert set(outcome.statuses) == {201}, outcome.statuses
    return outcome


def _spread(submitted: Outcome, skip: int = 0) -> list[Asked]:
    """Each request with a start of its own among those that were on offer."""
    made = [json.loads(body) for body in submitted.bodies]
    starts = [slot["start"] for day in made[0]["slots"]["days"] for slot in day["slots"]]
    return [
        (each["request"]["id"], each["request"]["token"], starts[(skip + number) % len(starts)])
        for number, each in enumerate(made)
    ]


def _book(port: int, asked: Sequence[Asked], *, connections: int, expect: set[int] | None = None) -> Outcome:
    outcome = drive(port, iter([_order(each, "bookings") for each in asked]), connections)
    assert set(outcome.statuses) == (expect or {201}), outcome.statuses
    return outcome


def _order(asked: Asked, what: str) -> bytes:
    request, token, start = asked
    path = f"/api/v1/requests/{request}/{what}"
    body = json.dumps({"start": start}).encode()
    return request_bytes("POST", path, {"Origin": ORIGIN, "Authorization": f"Bearer {token}"}, body)


def _hold_and_book(port: int, asked: Asked) -> float:
    """Seconds that the booking of a time takes right after it was held."""
    outcome = drive(port, iter([_order(asked, "holds"), _order(asked, "bookings")]), 1)
    assert set(outcome.statuses) == {201}, outcome.statuses
    return outcome.latencies[1]


def rush_rows(world: World, prospects: int, reps: int) -> Iterator[Row]:
    """Everybody wants the first time of all, at once."""
    url = world.new_database()
    with world.application(url, company(["pool"], reps=reps)):
        pass
    with web_server(world.place(url), "app.cli.serve:create_public_app") as (port, _):
        asked = _spread(_submit(port, prospects, "rush", connections=8))
        wanted: list[Any] = [(request, token, asked[5][2]) for request, token, _ in asked]
        outcome = drive(port, iter([_order(each, "bookings") for each in wanted]), prospects)
    with world.application(url), transaction() as session:
        overlaps = session.scalar(
            text(
                "SELECT count(*) FROM reservations a JOIN reservations b ON a.rep_id = b.rep_id AND a.id < b.id"
                " AND a.during && b.during WHERE a.state = 'confirmed' AND b.state = 'confirmed'"
            )
        )
    said = f"{prospects} prospects at once, one time, {reps} free reps"
    yield exactly(f"{said}: bookings", outcome.statuses[201], reps)
    yield exactly("… refused with alternatives", outcome.statuses[409], prospects - reps)
    yield exactly("… anything else", prospects - outcome.statuses[201] - outcome.statuses[409], 0)
    yield exactly("… double bookings", int(overlaps or 0), 0)
