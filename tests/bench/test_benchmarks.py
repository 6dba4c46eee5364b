"""The benchmarks run at tiny sizes, and say what they found. Nothing is timed against a target in tests."""

from pathlib import Path

import pytest

from app.postgres import EmbeddedPostgres
from bench.__main__ import TINY, measure
from bench.databases import World
from bench.mirror import mirror_rows
from bench.over_http import slots_over_http
from bench.rows import Row, at_least, at_most, exactly, table
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


def test_the_mirror_is_fed(world: World) -> None:
    assert all(row.measured for row in mirror_rows(world, TINY.events, TINY.seconds))
