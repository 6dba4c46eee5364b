"""What counts as busy: each row of the table at each service, over HTTP, read and checked live alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from calendars import busy_table
from calendars.busy_table import CHOOSABLE, TABLE, closes_time
from calendars.ics_read import read_feed
from calendars.providers.base import AllDay, BusyKind, CalendarProvider
from calendars.providers.ics import IcsFeed
from calendars.span import Span
from calendars.zones import day_span
from tests.calendars.providers.mirror import Mirror
from tests.calendars.providers.rows_caldav import CaldavRows
from tests.calendars.providers.rows_google import GoogleRows
from tests.calendars.providers.rows_ics import IcsRows
from tests.calendars.providers.rows_microsoft import MicrosoftRows
from tests.calendars.providers.test_contract import NINE, WINDOW

EXPECTED: Mapping[str, BusyKind | None] = {
    "plain": BusyKind.BUSY,
    "private": BusyKind.BUSY,
    "accepted": BusyKind.BUSY,
    "cancelled": None,
    "declined": None,
    "shown as free": None,
    "all day, shown as free": None,
    "working location": None,
    "birthday": None,
    "out of office": BusyKind.OUT_OF_OFFICE,
    "working elsewhere": BusyKind.ELSEWHERE,
    "all day, shown as busy": BusyKind.BUSY,
    "all day, nothing said": BusyKind.ALL_DAY,
    "not answered": BusyKind.UNANSWERED,
    "not answered, shown as busy": BusyKind.BUSY,
    "tentative": BusyKind.TENTATIVE,
    "answered maybe": BusyKind.TENTATIVE,
    "focus time": BusyKind.FOCUS,
    "from a mail": BusyKind.MAIL,
    "of a sort nobody knows yet": BusyKind.BUSY,
}
SERVICES: Mapping[str, Any] = {
    "google": GoogleRows,
    "microsoft": MicrosoftRows,
    "caldav": CaldavRows,
    "ics": IcsRows,
}
DAY = AllDay(date(2026, 11, 25), date(2026, 11, 26))
ZONE = "Europe/Paris"
CASES = [(service, row) for service, rows in SERVICES.items() for row in EXPECTED if row in rows.ROWS]
CHOICES = [(service, kind) for service, kinds in CHOOSABLE.items() for kind in kinds]


def put(service: str, row: str, request: pytest.FixtureRequest) -> tuple[CalendarProvider, str]:
    """A calendar with one entry, and who reads it."""
    rows = SERVICES[service](request)
    rows.put(row, DAY if row.startswith("all day") else NINE)
    return rows.provider, rows.calendar_id


def spans_of(row: str) -> Sequence[Span]:
    return [day_span(ZONE, DAY.first, DAY.until)] if row.startswith("all day") else [NINE]


@pytest.mark.parametrize(("service", "row"), CASES)
def test_each_row_counts_the_same_read_and_checked_live(
    request: pytest.FixtureRequest, service: str, row: str
) -> None:
    provider, calendar = put(service, row, request)
    kind = EXPECTED[row]
    mirror = Mirror(provider, calendar)
    mirror.sync(WINDOW)
    assert [item.kind for item in mirror.items()] == ([kind] if kind else [])
    usual = spans_of(row) if kind and closes_time(kind) else []
    assert mirror.busy(WINDOW) == list(provider.check_busy([calendar], WINDOW).busy) == usual


@pytest.mark.parametrize("row", [row.name for row in TABLE if row.name != "plain"])
def test_control_without_its_row_an_entry_counts_otherwise(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    # Google leaves out what is cancelled
    services = ("microsoft",) if row == "cancelled" else ("google", "microsoft", "ics")
    service = next(service for service in services if row in SERVICES[service].ROWS)
    provider, calendar = put(service, row, request)
    if isinstance(provider, IcsFeed):
        provider._read = read_feed  # in this process, not in one with a table of its own
    monkeypatch.setattr(busy_table, "TABLE", tuple(each for each in TABLE if each.name != row))
    mirror = Mirror(provider, calendar)
    mirror.sync(WINDOW)
    assert [item.kind for item in mirror.items()] not in ([], [EXPECTED[row]])


@pytest.mark.parametrize(("service", "kind"), CHOICES)
def test_each_choice_turns_the_live_answer_round(
    request: pytest.FixtureRequest, service: str, kind: BusyKind
) -> None:
    row = next(row for row, found in EXPECTED.items() if found is kind and row in SERVICES[service].ROWS)
    provider, calendar = put(service, row, request)
    chosen = {kind: not closes_time(kind)}
    asked: list[str] = []

    def closes(of: str, found: BusyKind) -> bool:
        asked.append(of)
        return closes_time(found, chosen)

    answer = provider.check_busy([calendar], WINDOW, closes)
    assert list(answer.busy) == (spans_of(row) if chosen[kind] else [])
    assert asked == [calendar], "the choice is that of the calendar the entry is in"


@pytest.mark.parametrize("service", SERVICES)
def test_an_entry_of_our_own_is_known_as_ours_and_not_in_the_way(
    request: pytest.FixtureRequest, service: str
) -> None:
    rows = SERVICES[service](request)
    rows.put_own("bkg_1", NINE)
    mirror = Mirror(rows.provider, rows.calendar_id)
    mirror.sync(WINDOW)
    assert [(item.booking, item.span) for item in mirror.items()] == [("bkg_1", NINE)]
    assert rows.provider.check_busy([rows.calendar_id], WINDOW).busy == ()


@pytest.mark.parametrize("service", SERVICES)
def test_every_row_occurs_at_a_service_or_it_is_said_why_not(service: str) -> None:
    rows = SERVICES[service]
    assert set(rows.ROWS) | set(rows.WHY_NOT) == set(EXPECTED)
    assert not set(rows.ROWS) & set(rows.WHY_NOT)
    assert {kind for row, kind in EXPECTED.items() if row in rows.ROWS} >= set(CHOOSABLE[service])


def test_every_row_of_the_table_is_tried_somewhere() -> None:
    assert {row.name for row in TABLE} <= set(EXPECTED)
