"""How fast the mirror of a calendar takes what is read: the store alone, and whole readings of each kind of service."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from app.db import transaction
from app.models import Calendar, Connection, Provider
from app.services import services
from app.store.calendars import change_busy, replace_busy
from app.usecases.sync_calendar import sync_calendar
from bench.companies import company, grow
from bench.connections import grant
from bench.databases import World
from bench.machine import load_now
from bench.rows import Row, just
from bench.services import TOUCHED, Written, address_of, waiting, written
from bench.timing import time_calls
from calendars.providers.base import BusyItem, BusyKind
from calendars.span import Span
from calendars.zones import to_minutes

MOST_ENTRIES = 500
"""A full calendar over the weeks that are read."""
NAMES = {
    Provider.GOOGLE: "Google",
    Provider.MICROSOFT: "Microsoft 365",
    Provider.CALDAV: "CalDAV",
    Provider.ICS: "a feed",
}
TELLS_ALL = {Provider.GOOGLE, Provider.ICS}


def mirror_rows(world: World, items: int, seconds: float) -> Iterator[Row]:
    """Rows a second, each reading in its own transaction; then from the service's answer on."""
    url = world.new_database()
    with written(min(items, MOST_ENTRIES)) as outside:
        base = outside.base
        settings = {
            "google_api_base": base,
            "graph_base": f"{base}/v1.0",
            "outbound_allow": base[len("http://") :],
        }
        with world.application(url, company(["pool"]), **settings):
            grow([], len(NAMES), 1)
            yield from _store_rows(items, seconds)
            _place(base)
            for number, provider in enumerate(NAMES, start=1):
                yield from _service_rows(outside, provider, f"cal_{number}", seconds)


def _store_rows(items: int, seconds: float) -> Iterator[Row]:
    monday = to_minutes(datetime.now(UTC) + timedelta(days=1))
    busy = [_item(number, monday) for number in range(items)]

    first = select(Calendar).order_by(Calendar.id).limit(1)

    def full() -> None:
        with transaction() as session:
            replace_busy(session, session.scalars(first).one(), busy, "UTC")

    def change() -> None:
        with transaction() as session:
            change_busy(session, session.scalars(first).one(), busy[:TOUCHED], (), "UTC")

    whole = time_calls(full, seconds, least=3)
    some = time_calls(change, seconds, least=3)
    yield just(f"mirror: {items:,} events stored anew", f"{items / whole.median:,.0f} rows a second")
    yield just(f"mirror: a change of {TOUCHED} events stored", f"{some.median * 1e3:.1f} ms")


def _place(base: str) -> None:
    """One rep's calendar at each kind of service."""
    with transaction() as session:
        session.execute(text("DELETE FROM busy_blocks"))
        connections = session.scalars(select(Connection).order_by(Connection.id))
        for connection, provider in zip(connections, NAMES, strict=True):
            connection.provider = provider
            [calendar] = connection.calendars
            calendar.remote_id, secret = address_of(provider, base)
            connection.secret = services().secrets.seal(connection.public_id, grant() | secret)


def _service_rows(outside: Written, provider: Provider, calendar: str, seconds: float) -> Iterator[Row]:
    def forget() -> None:
        with transaction() as session:
            session.execute(text("UPDATE calendars SET token = NULL WHERE public_id = :id"), {"id": calendar})

    what = f"mirror: {outside.entries:,} events of {NAMES[provider]}"
    ours, theirs = _time(calendar, forget, seconds)
    yield just(
        f"{what}, read for the first time",
        f"{outside.entries / ours:,.0f} rows a second ({ours * 1e3:.0f} ms, and {theirs * 1e3:.0f} for its answers)",
    )
    ours, theirs = _time(calendar, outside.touch, seconds)
    told = "everything is told" if provider in TELLS_ALL else f"{TOUCHED} are told"
    yield just(
        f"… {TOUCHED} of them changed ({told})",
        f"{ours * 1e3:.0f} ms, and {theirs * 1e3:.0f} for its answers ({load_now()})",
    )


def _time(calendar: str, before: Callable[[], None], seconds: float) -> tuple[float, float]:
    """Seconds of a reading that are ours, and those of waiting for the service: medians."""
    ours, theirs = [], []
    until = time.perf_counter() + seconds
    while len(ours) < 3 or time.perf_counter() < until:
        before()
        with waiting() as waited:
            began = time.perf_counter()
            assert sync_calendar(calendar), "the calendar could not be read"
            took = time.perf_counter() - began
        ours.append(took - waited.seconds)
        theirs.append(waited.seconds)
    return statistics.median(ours), statistics.median(theirs)


def _item(number: int, monday: int) -> BusyItem:
    start = monday + number * 45
    return BusyItem(
        event_id=f"event-{number}",
        instance_key="",
        span=Span(start, start + 30),
        all_day=None,
        kind=next(iter(BusyKind)),
        etag=f"etag-{number}",
        booking=None,
    )
