"""How fast the mirror of a calendar takes what was read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.db import transaction
from app.models import Calendar
from app.store.calendars import change_busy, replace_busy
from bench.companies import company, grow
from bench.databases import World
from bench.rows import Row, just
from bench.timing import time_calls
from calendars.providers.base import BusyItem, BusyKind
from calendars.span import Span
from calendars.zones import to_minutes


def mirror_rows(world: World, items: int, seconds: float) -> Iterator[Row]:
    """Rows a second, each reading in its own transaction."""
    url = world.new_database()
    monday = to_minutes(datetime.now(UTC) + timedelta(days=1))
    busy = [_item(number, monday) for number in range(items)]
    with world.application(url, company(["pool"])):
        grow([], 1, 1)

        def full() -> None:
            with transaction() as session:
                replace_busy(session, session.scalars(select(Calendar)).one(), busy, "UTC")

        def change() -> None:
            with transaction() as session:
                change_busy(session, session.scalars(select(Calendar)).one(), busy[:10], (), "UTC")

        whole = time_calls(full, seconds, least=3)
        some = time_calls(change, seconds, least=3)
    yield just(f"mirror: a first reading of {items:,} events", f"{items / whole.median:,.0f} rows a second")
    yield just("mirror: a change of ten events", f"{some.median * 1e3:.1f} ms")


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
