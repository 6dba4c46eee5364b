"""Five thousand events in the window: read in pages, stored by thousands, looked at as quickly as ten."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from app.db import db
from app.models import BusyBlock
from app.store import calendars as store
from app.store.free_times import forget_free_times
from app.usecases.describe_times import SlotQuery
from app.usecases.offer_slots import offer_slots, open_request
from app.usecases.sync_calendar import sync_calendar
from calendars.providers.google_api import GoogleApi
from tests.faults.living import calendar_of, forget_token
from tests.fixtures.company import ZONE, first_starts
from tests.fixtures.outside import REMY, Outside

Counting = Callable[[], AbstractContextManager[list[str]]]
DAYS = 105


def crowd(outside: Outside, a_day: int, days: int = DAYS) -> int:
    """So many meetings of a quarter of an hour, half an hour apart, on each of so many days from tomorrow on; how
    many that makes."""
    tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for number in range(a_day):
        start = tomorrow + timedelta(minutes=30 * number)
        edges = {"start": start, "end": start + timedelta(minutes=15)}
        fields: dict[str, Any] = {
            name: {"dateTime": at.isoformat(), "timeZone": "UTC"} for name, at in edges.items()
        }
        outside.google.create(**fields, recurrence=[f"RRULE:FREQ=DAILY;COUNT={days}"])
    return a_day * days


def kept() -> int:
    """How many rows the mirror has."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(BusyBlock)) or 0


def cost_of_reading(count_queries: Counting) -> int:
    """Statements of a full reading."""
    forget_token(REMY)
    calendar = calendar_of(REMY).public_id
    db.session.remove()
    with count_queries() as sent:
        assert sync_calendar(calendar)
    return len(sent)


def cost_of_looking(request: str, count_queries: Counting) -> int:
    """Statements of a look at the times on offer by a process that remembers no free times."""
    forget_free_times()
    db.session.remove()
    with count_queries() as sent:
        first_starts({"slots": offer_slots(open_request(request), SlotQuery(ZONE))})
    return len(sent)


def test_five_thousand_events_are_read_in_pages_stored_by_thousands_and_looked_at_as_quickly_as_ten(
    outside: Outside, count_queries: Counting
) -> None:
    outside.connect_and_read(REMY)
    request, _ = outside.ask()
    few = crowd(outside, 1, days=10)
    reading, looking = cost_of_reading(count_queries), cost_of_looking(request, count_queries)
    assert kept() == few
    many = crowd(outside, 48)
    pages = len(outside.google.log("GET", "/events"))
    assert cost_of_reading(count_queries) <= reading + many // 1000
    assert kept() == few + many > 5000
    assert len(outside.google.log("GET", "/events")) - pages == 3, "of 2,500 each"
    assert cost_of_looking(request, count_queries) == looking


def test_control_who_stores_one_by_one_sends_a_statement_for_each(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, count_queries: Counting
) -> None:
    def one_by_one(session: Any, calendar: Any, items: Any, zone: str) -> int:
        for item in items:
            session.execute(insert(BusyBlock), [store._busy_row(calendar.id, item, zone)])
        return len(items)

    monkeypatch.setattr(store, "_insert_busy", one_by_one)
    outside.connect_and_read(REMY)
    empty = cost_of_reading(count_queries)
    many = crowd(outside, 1)
    assert cost_of_reading(count_queries) == empty + many


def test_control_who_reads_one_page_takes_the_rest_for_free(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = GoogleApi.pages

    def first_page(api: GoogleApi, kind: str, request: Any) -> Iterator[Any]:
        return islice(pages(api, kind, request), 1)

    monkeypatch.setattr(GoogleApi, "pages", first_page)
    outside.connect_and_read(REMY)
    many = crowd(outside, 2)
    outside.google.ctl("pages", sizes=[many // 2])
    forget_token(REMY)
    assert sync_calendar(calendar_of(REMY).public_id)
    assert kept() == many // 2
