"""Which of Google's events are busy: one line of the table a test."""

from datetime import date
from typing import Any

import pytest

from calendars.providers.base import AllDay, BusyKind
from calendars.providers.google_busy import busy_item
from calendars.span import Span

START = {"dateTime": "2026-11-25T10:00:00+01:00"}
END = {"dateTime": "2026-11-25T10:30:00+01:00"}


def event(**more: Any) -> dict[str, Any]:
    return {"id": "e1", "status": "confirmed", "start": START, "end": END, **more}


def answered(status: str) -> dict[str, Any]:
    return {"attendees": [{"responseStatus": "accepted"}, {"self": True, "responseStatus": status}]}


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ({}, BusyKind.BUSY),
        ({"status": "cancelled"}, None),
        (answered("declined"), None),
        ({"transparency": "transparent"}, None),
        ({"transparency": "opaque"}, BusyKind.BUSY),
        ({"eventType": "workingLocation"}, None),
        ({"eventType": "birthday"}, None),
        ({"eventType": "outOfOffice"}, BusyKind.OUT_OF_OFFICE),
        ({"eventType": "focusTime"}, BusyKind.FOCUS),
        ({"eventType": "fromGmail"}, BusyKind.MAIL),
        ({"eventType": "somethingNew"}, BusyKind.BUSY),
        ({"status": "tentative"}, BusyKind.TENTATIVE),
        (answered("tentative"), BusyKind.TENTATIVE),
        (answered("needsAction"), BusyKind.UNANSWERED),
        (answered("accepted"), BusyKind.BUSY),
        ({"attendees": [{"responseStatus": "declined"}]}, BusyKind.BUSY),
    ],
)
def test_an_event_is_busy_or_not_by_the_table(what: dict[str, Any], kind: BusyKind | None) -> None:
    item = busy_item(event(**what))
    assert (item.kind if item else None) == kind


def test_only_a_stub_of_a_canceled_event_is_no_trouble() -> None:
    assert busy_item({"id": "e1", "status": "cancelled"}) is None


def test_seconds_are_rounded_so_that_no_busy_minute_is_lost() -> None:
    item = busy_item(
        event(start={"dateTime": "2026-11-25T09:00:30Z"}, end={"dateTime": "2026-11-25T09:29:01.5Z"})
    )
    assert item is not None
    assert item.span is not None
    assert item.span == Span(item.span.start, item.span.start + 30)


def test_an_all_day_event_keeps_its_dates() -> None:
    item = busy_item(event(start={"date": "2026-11-25"}, end={"date": "2026-11-27"}))
    assert item is not None
    assert (item.span, item.all_day) == (None, AllDay(date(2026, 11, 25), date(2026, 11, 27)))


def test_occurrences_of_a_series_share_its_id_and_differ_in_their_key() -> None:
    item = busy_item(event(id="s_20261125T090000Z", recurringEventId="s"))
    assert item is not None
    assert (item.event_id, item.instance_key) == ("s", "s_20261125T090000Z")


@pytest.mark.parametrize("start", [{}, {"dateTime": "2026-11-25T10:00:00"}, {"dateTime": "soon"}, None])
def test_an_event_without_a_readable_time_is_an_error_and_not_free(start: Any) -> None:
    with pytest.raises(ValueError):
        busy_item(event(start=start))
