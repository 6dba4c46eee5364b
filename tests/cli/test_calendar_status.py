"""`scheduler calendars status`: the same as the console says, for a terminal and for a program."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.cli.calendars import closes_rep
from app.store.overview import CalendarHealth

Run = Callable[..., tuple[int, str, str]]
HEADS = "rep provider calendar connection state read next told offered trouble"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

ADD = """
    WITH who AS (INSERT INTO reps (public_id, email, name, timezone, calendar_mode, is_active)
      VALUES ('rep_1', 'remy@acme.test', 'Remy', 'UTC', 'connected', true) RETURNING id),
    conn AS (INSERT INTO connections (public_id, rep_id, provider, account, state, updated_at)
      SELECT 'conn_1', id, 'google', 'a', 'active', now() FROM who RETURNING id, rep_id),
    cal AS (INSERT INTO calendars (public_id, rep_id, connection_id, remote_id, name, can_write, is_primary,
        checks_conflicts, is_destination, state, synced_at, next_sync_at)
      SELECT 'cal_1', rep_id, id, 'r', 'Work', true, true, true, true, 'ok', now(), now() + interval '4 minutes'
      FROM conn RETURNING id)
    INSERT INTO push_channels (public_id, calendar_id, secret_hash, remote_id, state, expires_at)
      SELECT 'chan_1', id, 'x', 'res', 'open', now() + interval '5 days' FROM cal
"""


@pytest.fixture
def calendar(run: Run, environment: str) -> str:
    """Remy's calendar, read just now; the database's address."""
    with psycopg.connect(environment, autocommit=True) as connection:
        connection.execute(ADD)
    return environment


def test_calendars_are_listed_even_when_there_are_none(run: Run, environment: str) -> None:
    code, out, _ = run("calendars", "status")
    assert (code, out.split()) == (0, HEADS.split())


def test_each_calendar_says_how_fresh_it_is_when_it_is_read_next_and_whether_its_rep_is_offered(
    run: Run, calendar: str
) -> None:
    code, out, _ = run("calendars", "status")
    (line,) = [line for line in out.splitlines() if "remy@acme.test" in line]
    assert code == 0
    said = ("remy@acme.test", "Work", "s ago", "in 2", "until ", "yes")
    assert all(word in line for word in said), line
    code, out, _ = run("calendars", "status", "--json")
    (row,) = json.loads(out)
    assert (code, row["calendar"], row["push"], row["closes_rep"]) == (0, "cal_1", "open", False)
    assert datetime.fromisoformat(row["trusted_until"]) > datetime.fromisoformat(row["synced_at"])


def test_a_calendar_that_closes_its_rep_ends_with_1_and_says_why(run: Run, calendar: str) -> None:
    with psycopg.connect(calendar, autocommit=True) as connection:
        connection.execute(
            "UPDATE calendars SET state = 'failing', error = 'answered 503', synced_at = now() - interval '7 hours'"
        )
    code, out, _ = run("calendars", "status")
    assert code == 1 and "answered 503" in out and " no " in out


def health(**facts: object) -> CalendarHealth:
    usual: dict[str, object] = {
        **dict.fromkeys(CalendarHealth._fields),
        "checks_conflicts": True,
        "connection_state": "active",
        "trusted_until": NOW + timedelta(minutes=1),
    }
    return CalendarHealth(**{**usual, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "closes"),
    [
        ({}, False),
        ({"trusted_until": NOW}, True),
        ({"trusted_until": None}, True),
        ({"trusted_until": None, "checks_conflicts": False}, False),
        ({"trusted_until": None, "connection_state": "disconnected"}, False),
        ({"trusted_until": None, "connection_state": "needs_reconnect"}, True),
    ],
)
def test_only_what_is_checked_and_connected_closes_anybody(facts: dict[str, object], *, closes: bool) -> None:
    assert closes_rep(health(**facts), NOW) is closes
