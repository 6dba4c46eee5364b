"""The benchmarks run at tiny sizes, and say what they found. Nothing is timed against a target in tests."""

import socket
import threading
import time
from pathlib import Path

import pytest

from app.postgres import EmbeddedPostgres
from bench.__main__ import TINY, measure
from bench.costs import cost_rows
from bench.databases import World
from bench.load import drive, request_bytes
from bench.mirror import mirror_rows
from bench.over_http import slots_over_http
from bench.rows import Row, at_least, at_most, exactly, table
from bench.storm import storm_rows
from tests.fixtures.postgres import TEMPLATE


@pytest.fixture
def world(postgres: EmbeddedPostgres, template_url: str, tmp_path: Path) -> World:
    return World(postgres, tmp_path, template=TEMPLATE)


def test_a_row_says_whether_its_target_is_met() -> None:
    assert at_most("cost", 2.0, 4.0, "ms").is_met and at_most("cost", 2.0, 4.0, "ms").ratio == 0.5
    assert not at_most("cost", 4.1, 4.0, "ms").is_met
    assert at_least("rate", 5.0, 5.0, "a second").is_met
    assert not exactly("bookings", 2, 1).is_met
    shown = table([at_most("cost", 4.1, 4.0, "ms"), Row("size", "", "many")])
    assert "MISSED" in shown and shown.count("\n") == 3


def test_what_needs_no_database_is_measured() -> None:
    rows = list(measure(TINY, {"slots", "routing", "widget"}))
    assert len(rows) >= 8 and all(row.measured for row in rows)


def test_times_over_http_are_counted_and_driven_beside_their_peers(world: World) -> None:
    rows = {row.what: row for row in slots_over_http(world, TINY.sizes, TINY.seconds)}
    counts = [row for what, row in rows.items() if "SQL statements" in what or "providers" in what]
    assert len(counts) == 2 and all(row.is_met for row in counts)
    assert any("one indexed query" in what for what in rows)


def test_the_mirror_is_fed_and_every_kind_of_service_read(world: World) -> None:
    rows = [row.what for row in mirror_rows(world, TINY.events, TINY.seconds)]
    assert len(rows) == 2 + 2 * 4
    assert all(any(name in what for what in rows) for name in ("Google", "Microsoft", "CalDAV", "a feed"))


def test_a_pool_s_times_are_the_same_whichever_way_they_are_found(world: World) -> None:
    rows = {row.what: row.measured for row in cost_rows(world, TINY.costs, TINY.seconds)}
    assert len(rows) == 4 and all("2: " in said and "10: " in said for said in list(rows.values())[:3])


def test_a_storm_of_messages_is_taken_and_read(world: World) -> None:
    rows = {row.what: row for row in storm_rows(world, TINY.storm)}
    counts = ("rows written", "look-ups", "run at a time", "that wait")
    found = [row for what, row in rows.items() if any(each in what for each in counts)]
    assert len(found) == len(counts) and [row for row in found if not row.is_met] == []
    [jobs] = [row.measured for what, row in rows.items() if "readings in all" in what]
    assert f"for {TINY.storm.calendars} calendars" in jobs


def test_at_a_pace_requests_come_when_they_are_due_and_waiting_counts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_late, args=(server, 4), daemon=True)
        thread.start()
        request = request_bytes("GET", "/")
        outcome = drive(server.getsockname()[1], iter([request] * 4), 1, pace=1000)
        thread.join(5)
    assert outcome.statuses == {200: 4}
    # the fourth was due at once, and had to wait for the three before it
    assert max(outcome.latencies) > 3 * 0.05


def _answer_late(server: socket.socket, times: int) -> None:
    connection, _ = server.accept()
    with connection:
        for _ in range(times):
            connection.recv(65_536)
            time.sleep(0.05)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
