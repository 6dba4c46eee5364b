"""A Monday morning: calendar services send message upon message, and prospects go on asking for times.

The messages come at a pace over the product's own hook, workers read the calendars from a service that answers at
once, and meanwhile times are asked for, at a pace as well, beside the endpoint of one query.
"""

import itertools
import random
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import text

from app.db import transaction
from bench.companies import company, grow
from bench.connections import SECRET, sign_in, watch
from bench.counting import counting
from bench.databases import World
from bench.load import Outcome, drive, request_bytes
from bench.machine import load_now
from bench.over_http import slots_headers, slots_path, submit
from bench.provider import CalendarService, serving
from bench.rows import Row, at_least, at_most, exactly, just
from bench.serving import job_worker, web_server

POOL, BUSY = 100, 10
LOOKS_A_SECOND = 20.0
PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Storm:
    """So many messages about so many calendars within `seconds`; `calm` is for how long times are asked for before."""

    calendars: int = 2000
    messages: int = 10_000
    seconds: float = 60.0
    calm: float = 15.0


def storm_rows(world: World, storm: Storm) -> Iterator[Row]:
    """Messages taken, readings made, and what became of those who asked for times meanwhile."""
    url = world.new_database()
    with serving(CalendarService(BUSY)) as service:
        base = f"127.0.0.1:{service.port}"
        place = world.place(url, GOOGLE_API_BASE=f"http://{base}", OUTBOUND_ALLOW=base)
        with world.application(url, company(["pool"])) as app:
            grow([("pool", min(POOL, storm.calendars))], storm.calendars, BUSY)
            sign_in()
            watch()
            made = submit(app.test_client(), "pool")
            yield from _cost_of_a_message(app)
        with web_server(place) as (port, _), job_worker(place), ThreadPoolExecutor() as pool:
            over = threading.Event()
            at_once = pool.submit(_most_at_once, url, over)
            try:
                yield from _weather(port, made, storm)
                with world.application(url):
                    yield from _readings(service)
            finally:
                over.set()
            running, waiting = at_once.result()
    yield at_most("… of one calendar, jobs that run at a time", running, 1, "")
    yield at_most("… and that wait", waiting, 1, "")


def _cost_of_a_message(app: Flask) -> Iterator[Row]:
    client = app.test_client()
    with counting() as sent:
        client.post("/hooks/google", headers=_message(1))
    changes = sent.beginning("INSERT", "UPDATE", "DELETE") + sent.jobs
    yield exactly("a message of a calendar service: rows written (the job)", changes, 1)
    yield exactly("… look-ups", sent.beginning("SELECT") - sent.jobs, 1)
    with transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))


def _weather(port: int, made: Mapping[str, Any], storm: Storm) -> Iterator[Row]:
    looks = request_bytes("GET", slots_path(made), slots_headers(made))
    query = request_bytes("GET", f"/bench/one-query/{made['request']['id']}")
    pace = storm.messages / storm.seconds
    with ThreadPoolExecutor() as pool:
        _watch(pool, port, [looks, query], 1.0)  # every worker's caches are filled
        before, quiet = _watch(pool, port, [looks, query], storm.calm)
        messages = pool.submit(drive, port, _messages(storm), 16, pace=pace)
        during, beside = _watch(pool, port, [looks, query], storm.seconds)
        taken = messages.result()
    assert set(taken.statuses) == {204}, taken.statuses
    what = f"{storm.messages:,} messages about {storm.calendars:,} calendars in {storm.seconds:.0f} s"
    yield at_least(f"{what}: taken, against sent", taken.per_second / pace, 0.95, "×", load_now())
    yield at_most("… 99 of 100 answered within", taken.slowest_percent, 1, "s")
    ratio = taken.slowest_percent / beside.slowest_percent
    yield at_most("… against 99 of 100 of the endpoint of one query meanwhile", ratio, 2, "×")
    yield at_most(
        "… times over HTTP meanwhile, against before: median", during.median / before.median, 2, "×"
    )
    yield just(
        "… the endpoint of one query meanwhile, against before: median",
        f"{beside.median / quiet.median:.3g} ×",
    )
    yield just(
        "… median and 99 of 100, ms",
        f"times before: {_both(before)}, meanwhile: {_both(during)}; one query before: {_both(quiet)}, meanwhile:"
        f" {_both(beside)};"
        f" messages: {_both(taken)}",
    )


def _watch(pool: ThreadPoolExecutor, port: int, requests: list[bytes], seconds: float) -> list[Outcome]:
    """Each of these requests for so long, at a pace that leaves the machine free."""
    running = [
        pool.submit(drive, port, itertools.repeat(each), 4, seconds=seconds, pace=LOOKS_A_SECOND)
        for each in requests
    ]
    found = [each.result() for each in running]
    assert all(set(each.statuses) == {200} for each in found), [each.statuses for each in found]
    return found


def _both(outcome: Outcome) -> str:
    return f"{outcome.median * 1e3:.1f} and {outcome.slowest_percent * 1e3:.0f}"


def _messages(storm: Storm) -> Iterator[bytes]:
    """About every calendar equally often, in no order."""
    numbers = [1 + number % storm.calendars for number in range(storm.messages)]
    random.Random(storm.messages).shuffle(numbers)
    return (request_bytes("POST", "/hooks/google", _message(number)) for number in numbers)


def _message(number: int) -> dict[str, str]:
    return {
        "X-Goog-Channel-ID": f"chan_{number}",
        "X-Goog-Channel-Token": SECRET,
        "X-Goog-Resource-ID": f"resource-{number}",
        "X-Goog-Resource-State": "exists",
    }


_LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sync_calendar' AND status IN ('todo', 'doing')"
_DUE = "SELECT count(*) FROM calendars WHERE next_sync_at <= now()"
_DONE = "SELECT count(*), count(DISTINCT lock) FROM procrastinate_jobs WHERE task_name = 'sync_calendar'"
_AT_ONCE = """
SELECT coalesce(max(running), 0), coalesce(max(waiting), 0) FROM (
    SELECT count(*) FILTER (WHERE status = 'doing') AS running, count(*) FILTER (WHERE status = 'todo') AS waiting
    FROM procrastinate_jobs WHERE task_name = 'sync_calendar' GROUP BY lock) AS by_calendar
"""


def _most_at_once(url: str, over: threading.Event) -> tuple[int, int]:
    """The most jobs of one calendar that ran, and that waited, at any look until it is over."""
    running = waiting = 0
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        while not over.wait(0.2):
            now = connection.execute(_AT_ONCE).fetchone() or (0, 0)
            running, waiting = max(running, now[0]), max(waiting, now[1])
    return running, waiting


def _readings(service: CalendarService) -> Iterator[Row]:
    seconds = _settle()
    with transaction() as session:
        jobs, calendars = session.execute(text(_DONE)).one()
    yield just(
        "… jobs of readings in all",
        f"{jobs:,} for {calendars:,} calendars; {service.readings:,} readings made",
    )
    yield just("… the last one was made", f"{seconds:.0f} s after the last message")


def _settle() -> float:
    """Seconds until no calendar waits to be read."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        with transaction() as session:
            if not session.scalar(text(_LEFT)) and not session.scalar(text(_DUE)):
                break
        time.sleep(0.5)
    return time.monotonic() - began
