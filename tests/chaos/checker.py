"""What must be true when all is quiet again: database, calendars and mailbox tell one story."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
import requests

from calendars.providers.google_busy import BOOKING as GOOGLE_MARK
from calendars.providers.microsoft_marks import BOOKING as MICROSOFT_MARK
from tests.chaos.prospects import Promise
from tests.fixtures.product import Product, wait_for

OVERLAPS = """
SELECT count(*) FROM reservations a JOIN reservations b
ON a.rep_id = b.rep_id AND a.id < b.id AND a.during && b.during
WHERE a.state IN ('held', 'confirmed') AND b.state IN ('held', 'confirmed')
"""
MEETINGS = """
SELECT b.public_id, b.state, b.starts_at, r.email, k.provider FROM bookings b JOIN reps r ON r.id = b.rep_id
LEFT JOIN (SELECT c.rep_id, n.provider FROM calendars c JOIN connections n ON n.id = c.connection_id
    WHERE c.is_destination) k ON k.rep_id = r.id
"""
WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name <> ALL(%s)"
HURRY = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND scheduled_at IS NOT NULL"
PERIODIC = ["sync_calendar", "sync_due_calendars", "expire", "rescue_stalled", "open_channels"]
Entry = tuple[str, datetime]


def settle(product: Product) -> None:
    """Wait until nothing is left to do, without the pauses between attempts."""

    def is_quiet() -> bool:
        try:
            with psycopg.connect(product.database_url.replace("+psycopg", "")) as connection:
                connection.execute(HURRY)
                [(waiting,)] = connection.execute(WAITING, (PERIODIC,)).fetchall()
        except psycopg.Error:
            return False
        return bool(waiting == 0)

    wait_for(is_quiet, "all jobs to be done", 240)


def faults_of(product: Product, promises: Sequence[Promise]) -> list[str]:
    """Everything that is not as it must be, in words; nothing when all is well."""
    rows = product.ask_database(MEETINGS)
    standing = {row[0]: row for row in rows if row[1] == "confirmed"}
    entries = google_entries(product, rows) + microsoft_entries(product, rows)
    return [
        *_overlaps(product),
        *_broken_promises({row[0]: row for row in rows}, promises),
        *_wrong_entries(standing, entries),
        *_mails(product, promises, standing),
        *_gave_up(product),
    ]


def _overlaps(product: Product) -> list[str]:
    [(count,)] = product.ask_database(OVERLAPS)
    return [f"{count} overlapping reservations"] if count else []


def _broken_promises(meetings: dict[str, tuple[Any, ...]], promises: Sequence[Promise]) -> list[str]:
    found = []
    for promise in promises:
        row = meetings.get(promise.booking)
        if row is None:
            found.append(f"{promise.booking} was acknowledged and is not there")
        elif promise.is_certain and (row[1] == "cancelled") != promise.is_cancelled:
            found.append(f"{promise.booking} is {row[1]}, which is not what was said")
        elif (
            promise.is_certain
            and not promise.is_cancelled
            and row[2] != datetime.fromisoformat(promise.start)
        ):
            found.append(f"{promise.booking} is at {row[2]}, promised was {promise.start}")
    return found


def _wrong_entries(standing: dict[str, tuple[Any, ...]], entries: list[Entry]) -> list[str]:
    counts = Counter(booking for booking, _ in entries)
    found = [f"{booking} has {count} entries" for booking, count in counts.items() if count > 1]
    found += [f"an entry of {booking}, which does not stand" for booking in counts if booking not in standing]
    found += [
        f"{row[3]}'s calendar does not show {booking}"
        for booking, row in standing.items()
        if row[4] in {"google", "microsoft"} and booking not in counts
    ]
    found += [
        f"the entry of {booking} is at {start}, the meeting at {standing[booking][2]}"
        for booking, start in entries
        if booking in standing and start != standing[booking][2]
    ]
    return found


def _mails(product: Product, promises: Sequence[Promise], standing: dict[str, tuple[Any, ...]]) -> list[str]:
    """Who has a meeting was told. Told twice are those whose mail was handed over by a worker that died before it
    could note so; the second has the same Message-ID."""
    return [
        f"{promise.email} was told nothing"
        for promise in promises
        if promise.booking in standing and not product.letters(promise.email)
    ]


def _gave_up(product: Product) -> list[str]:
    rows = product.ask_database(
        "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed'"
        " AND task_name <> ALL(%s) GROUP BY 1",
        PERIODIC,
    )
    return [f"{count} jobs {name} gave up" for name, count in rows]


def google_entries(product: Product, rows: Sequence[tuple[Any, ...]]) -> list[Entry]:
    """Live entries of ours in Google calendars, with their starts."""
    found = []
    for email in sorted({row[3] for row in rows if row[4] == "google"}):
        url = f"{product.ports.url('google')}/__ctl/events"
        for event in requests.get(url, params={"calendar": email}, timeout=20).json():
            mark = event.get("extendedProperties", {}).get("private", {}).get(GOOGLE_MARK)
            if mark and event["status"] != "cancelled":
                start = datetime.fromisoformat(event["start"]["dateTime"])
                found.append((mark, start.astimezone(UTC)))
    return found


def microsoft_entries(product: Product, rows: Sequence[tuple[Any, ...]]) -> list[Entry]:
    """Live entries of ours in Microsoft mailboxes, with their starts."""
    from zoneinfo import ZoneInfo

    found = []
    for email in sorted({row[3] for row in rows if row[4] == "microsoft"}):
        url = f"{product.ports.url('microsoft')}/__ctl/events"
        answer = requests.get(url, params={"email": email}, timeout=20, verify=str(product.authority))
        for event in answer.json():
            mark = event["properties"].get(MICROSOFT_MARK)
            if mark and not event["is_cancelled"]:
                start = datetime.fromisoformat(event["start"]).replace(tzinfo=ZoneInfo(event["zone"]))
                found.append((mark, start.astimezone(UTC)))
    return found
