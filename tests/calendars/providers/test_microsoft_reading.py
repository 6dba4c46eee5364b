"""Busy time from Graph: every trap that others fell into."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from calendars.providers.base import AllDay, BusyKind, CalendarError, Changes
from calendars.providers.microsoft import GraphCalendar
from calendars.providers.microsoft_busy import busy_events
from calendars.span import Span
from calendars.zones import day_span
from tests.calendars.providers.microsoft_tools import DRAFT, WINDOW, Tokens, graph_calendar, span
from tests.demo.microsoft.running import RENEE, ROSA, Microsoft, at, weekly


@pytest.fixture
def client(microsoft: Microsoft) -> GraphCalendar:
    return graph_calendar(microsoft)


def spans(changes: Changes) -> set[Span]:
    return {item.span for item in changes.items if item.span}


class Mirror:
    """Keeps what a mirror would keep, by the protocol's words."""

    def __init__(self, client: GraphCalendar, calendar: str) -> None:
        self._client, self._calendar = client, calendar
        self._items: dict[str, set[Any]] = {}
        self.token: str | None = None
        self.was_full: list[bool] = []

    def sync(self, window: Span = WINDOW) -> set[Any]:
        changes = self._client.read_changes(self._calendar, self.token, window)
        if changes.is_full:
            self._items = {}
        for gone in {*changes.removed, *(item.event_id for item in changes.items)}:
            self._items.pop(gone, None)
        for item in changes.items:
            self._items.setdefault(item.event_id, set()).add(item.span or item.all_day)
        self.token = changes.token
        self.was_full.append(changes.is_full)
        return {each for spans in self._items.values() for each in spans}


@pytest.fixture
def mirror(client: GraphCalendar, microsoft: Microsoft) -> Mirror:
    return Mirror(client, microsoft.calendar)


def test_recurring_meetings_block_and_exceptions_are_where_they_were_moved(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    series = at("2026-11-03T09:00:00", "2026-11-03T10:00:00", recurrence=weekly("2026-11-03", "tuesday"))
    series["recurrence"]["pattern"]["daysOfWeek"] = ["tuesday", "thursday", "friday"]
    master = microsoft.create(series)
    microsoft.change(f"{master}.20261124", at("2026-11-25T15:00:00", "2026-11-25T16:00:00"))
    microsoft.delete(f"{master}.20261126")
    microsoft.change(f"{master}.20261127", {"showAs": "free"})
    found = client.read_changes(microsoft.calendar, None, WINDOW)
    assert spans(found) == {
        span("2026-11-19T08:00", "2026-11-19T09:00"),
        span("2026-11-20T08:00", "2026-11-20T09:00"),
        span("2026-11-25T14:00", "2026-11-25T15:00"),
        span("2026-12-01T08:00", "2026-12-01T09:00"),
    }
    assert {item.event_id for item in found.items} == {master}
    assert len({item.instance_key for item in found.items}) == 4


def test_the_eleventh_event_after_an_empty_page_still_blocks(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    microsoft.ctl("switch", pages=[0])
    for minute in range(10, 56, 4):
        microsoft.create(at(f"2026-11-25T08:{minute}:00", f"2026-11-25T08:{minute + 2}:00"))
    microsoft.create(at("2026-11-26T08:00:00", "2026-11-26T09:00:00"))
    asked = span("2026-11-24T00:00", "2026-11-27T00:00")
    assert span("2026-11-26T07:00", "2026-11-26T08:00") in client.check_busy([microsoft.calendar], asked).busy
    assert len(client.read_changes(microsoft.calendar, None, WINDOW).items) == 13


@pytest.mark.parametrize("status", [429, 404, 503])
def test_a_walk_that_fails_on_a_later_page_tells_nothing(
    microsoft: Microsoft, client: GraphCalendar, status: int
) -> None:
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"))
    microsoft.ctl("switch", pages=[0])
    microsoft.ctl("fail", kind="status", path="*/calendarView", skip=1, status=status)
    with pytest.raises(CalendarError):
        client.read_changes(microsoft.calendar, None, WINDOW)
    assert len(client.read_changes(microsoft.calendar, None, WINDOW).items) == 1


def test_a_token_that_expires_half_way_is_refreshed_and_the_walk_goes_on(microsoft: Microsoft) -> None:
    microsoft.ctl("switch", pages=[0])
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"))
    tokens = Tokens(microsoft)
    client = graph_calendar(microsoft, tokens=tokens)
    microsoft.ctl("fail", kind="status", path="*/calendarView", skip=1, status=401)
    assert len(client.read_changes(microsoft.calendar, None, WINDOW).items) == 1
    assert tokens.refreshed == 1


@pytest.mark.parametrize("email", [ROSA, RENEE])
def test_whole_days_are_dates_in_the_mailboxes_zone(microsoft: Microsoft, email: str) -> None:
    # Microsoft knows Madrid, Paris and Brussels as one zone
    zone, calendar = {
        ROSA: ("Europe/Paris", "CAL-Rosa"),
        RENEE: ("America/Los_Angeles", "CAL-Renee"),
    }[email]
    microsoft.create(at("2026-11-25T00:00:00", "2026-11-26T00:00:00", zone, isAllDay=True), email)
    microsoft.create(
        at("2026-11-26T00:00:00", "2026-11-27T00:00:00", zone, isAllDay=True, showAs="free"), email
    )
    client = graph_calendar(microsoft, email)
    found = client.read_changes(calendar, None, WINDOW)
    assert found.timezone == zone
    assert [item.all_day for item in found.items] == [AllDay(date(2026, 11, 25), date(2026, 11, 26))]
    day = day_span(zone, date(2026, 11, 25), date(2026, 11, 26))
    assert client.check_busy([calendar], WINDOW).busy == (day,)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"showAs": "free"}, None),
        ({"showAs": "busy"}, BusyKind.BUSY),
        ({"showAs": "unknown"}, BusyKind.BUSY),
        ({"showAs": "Tentative"}, BusyKind.TENTATIVE),
        ({"showAs": "oof"}, BusyKind.OUT_OF_OFFICE),
        ({"showAs": "workingElsewhere"}, BusyKind.ELSEWHERE),
        ({}, BusyKind.BUSY),
        ({"showAs": "busy", "isCancelled": True}, None),
        ({"showAs": "busy", "responseStatus": {"response": "Declined"}}, None),
        (
            {"showAs": "busy", "responseStatus": {"response": "none", "time": "0001-01-01T00:00:00Z"}},
            BusyKind.BUSY,
        ),
        ({"showAs": "busy", "responseStatus": None}, BusyKind.BUSY),
    ],
)
def test_what_blocks_follows_the_status_and_the_answer(event: dict[str, Any], kind: BusyKind | None) -> None:
    times = {"dateTime": "2026-11-25T09:00:00.0000000", "timeZone": "UTC"}
    whole = {"id": "e", "start": times, "end": {**times, "dateTime": "2026-11-25T10:00:00.0000000"}, **event}
    found = busy_events([whole], WINDOW, "UTC").items
    assert [item.kind for item in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("label", "start"),
    [
        ("UTC", "2026-11-25T09:00"),
        ("tzone://Microsoft/Utc", "2026-11-25T09:00"),
        ("Pacific Standard Time", "2026-11-25T17:00"),
        ("Europe/Madrid", "2026-11-25T08:00"),
    ],
)
def test_naive_times_are_read_in_the_zone_beside_them(label: str, start: str) -> None:
    event = {"id": "e", **at("2026-11-25T09:00:00.0000000", "2026-11-25T09:00:30.0000000", label)}
    [item] = busy_events([event], WINDOW, None).items
    begins = span(start, start).start
    assert item.span == Span(begins, begins + 1)


def test_an_unknown_zone_blocks_generously_and_the_others_exactly() -> None:
    events = [
        {"id": "fine", **at("2026-11-25T09:00:00", "2026-11-25T10:00:00", "UTC")},
        {"id": "mars", **at("2026-11-25T09:00:00", "2026-11-25T10:00:00", "Mars/Olympus")},
        {"id": "custom", **at("2026-11-25T09:00:00", "2026-11-25T10:00:00", "Customized Time Zone")},
    ]
    found = busy_events(events, WINDOW, None)
    widest = span("2026-11-24T19:00", "2026-11-25T22:00")
    fine = span("2026-11-25T09:00", "2026-11-25T10:00")
    assert [item.span for item in found.items] == [fine, widest, widest]
    assert found.warnings == ("2 events have an unknown time zone and block more time than they take",)


def test_an_event_that_cannot_be_read_is_no_free_time() -> None:
    with pytest.raises(CalendarError) as caught:
        busy_events([{"id": "e", "showAs": "busy"}], WINDOW, None)
    assert not caught.value.permanent


def test_an_empty_stretch_takes_no_time() -> None:
    event = {"id": "e", **at("2026-11-25T09:00:00", "2026-11-25T09:00:00", "UTC")}
    assert busy_events([event], WINDOW, None).items == ()


def test_single_events_come_one_by_one_and_series_bring_everything(
    microsoft: Microsoft, mirror: Mirror
) -> None:
    kept = at("2026-11-25T08:00:00", "2026-11-25T09:00:00")
    microsoft.create(kept)
    mirror.sync()
    assert mirror.sync() == {span("2026-11-25T07:00", "2026-11-25T08:00")}
    other = microsoft.create(at("2026-11-26T08:00:00", "2026-11-26T09:00:00"))
    assert span("2026-11-26T07:00", "2026-11-26T08:00") in mirror.sync()
    microsoft.change(other, {"showAs": "free"})
    assert mirror.sync() == {span("2026-11-25T07:00", "2026-11-25T08:00")}
    assert mirror.was_full == [True, False, False, False]
    series = at("2026-11-24T08:00:00", "2026-11-24T09:00:00", recurrence=weekly("2026-11-24", "tuesday"))
    master = microsoft.create(series)
    assert len(mirror.sync()) == 3
    microsoft.delete(f"{master}.20261201")
    assert len(mirror.sync()) == 2
    microsoft.delete(master)
    assert mirror.sync() == {span("2026-11-25T07:00", "2026-11-25T08:00")}


def test_of_two_versions_in_one_round_the_last_one_counts(microsoft: Microsoft, mirror: Mirror) -> None:
    mirror.sync()
    microsoft.ctl("switch", repeat_changes=True)
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"))
    assert mirror.sync() == {span("2026-11-25T07:00", "2026-11-25T08:00")}


def test_changes_outside_the_window_leave_the_mirror_as_it_is(microsoft: Microsoft, mirror: Mirror) -> None:
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"))
    before = mirror.sync()
    microsoft.create(at("2027-06-25T08:00:00", "2027-06-25T09:00:00"))
    assert mirror.sync() == before


def test_a_window_that_moved_on_is_read_in_full_and_a_shrunken_one_is_not(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    first = client.read_changes(microsoft.calendar, None, WINDOW)
    smaller = Span(WINDOW.start + 60, WINDOW.end)
    again = client.read_changes(microsoft.calendar, first.token, smaller)
    assert (again.is_full, again.known) == (False, WINDOW)
    microsoft.create(at("2026-12-03T08:00:00", "2026-12-03T09:00:00"))
    wider = Span(WINDOW.start, WINDOW.end + 3 * 1440)
    moved = client.read_changes(microsoft.calendar, again.token, wider)
    assert (moved.is_full, moved.known) == (True, wider)
    assert spans(moved) == {span("2026-12-03T07:00", "2026-12-03T08:00")}


def test_a_token_of_another_calendar_or_of_nobody_is_a_full_read(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    token = client.read_changes(microsoft.calendar, None, WINDOW).token
    assert client.read_changes(microsoft.private, token, WINDOW).is_full
    for strange in ("", "{}", "[1]", '{"calendar": 1}', "null"):
        assert client.read_changes(microsoft.calendar, strange, WINDOW).is_full


def test_an_expired_delta_link_costs_one_full_round(microsoft: Microsoft, mirror: Mirror) -> None:
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"))
    before = mirror.sync()
    microsoft.ctl("expire-sync-tokens")
    assert mirror.sync() == before
    assert mirror.was_full == [True, True]
    assert len(microsoft.log("GET", "/delta")) == 3


@pytest.mark.parametrize("code", ["syncStateNotFound", "SyncStateNotFound", "resyncRequired"])
def test_a_round_lost_in_the_middle_is_begun_once_again(
    microsoft: Microsoft, client: GraphCalendar, code: str
) -> None:
    microsoft.ctl("switch", pages=[0])
    microsoft.ctl("fail", kind="status", path="*/delta", skip=1, status=400, reason=code)
    assert client.read_changes(microsoft.calendar, None, WINDOW).is_full
    assert len(microsoft.log("GET", "/delta")) == 4


def test_a_round_that_is_always_lost_does_not_go_on_for_ever(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    microsoft.ctl("fail", kind="status", path="*/delta", times=99, status=410)
    with pytest.raises(CalendarError) as caught:
        client.read_changes(microsoft.calendar, None, WINDOW)
    assert (caught.value.code, caught.value.permanent) == ("unavailable", False)
    assert len(microsoft.log("GET", "/delta")) == 2


def test_our_own_bookings_are_known_in_the_mirror_and_left_out_of_the_live_check(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    first = client.read_changes(microsoft.calendar, None, WINDOW)
    client.put_event(microsoft.calendar, DRAFT)
    [changed] = client.read_changes(microsoft.calendar, first.token, WINDOW).items
    [item] = client.read_changes(microsoft.calendar, None, WINDOW).items
    assert changed.booking == item.booking == "bkg_1"
    assert client.check_busy([microsoft.calendar], WINDOW).busy == ()


def test_the_live_check_names_the_calendars_it_cannot_answer_for(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"), calendar=microsoft.private)
    microsoft.create(at("2026-11-26T08:00:00", "2026-11-26T09:00:00", showAs="workingElsewhere"))
    found = client.check_busy([microsoft.calendar, "CAL-gone", microsoft.private], WINDOW)
    assert found.unknown == ("CAL-gone",)
    assert found.busy == (span("2026-11-25T07:00", "2026-11-25T08:00"),)


def test_a_throttled_live_check_is_an_error_and_not_an_answer(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    microsoft.ctl("fail", kind="status", path="*/calendarView", status=429, retry_after=7)
    with pytest.raises(CalendarError) as caught:
        client.check_busy([microsoft.calendar], WINDOW)
    assert (caught.value.code, caught.value.retry_after) == ("rate-limited", 7)


def test_calendars_are_listed_with_what_can_be_done_with_them(client: GraphCalendar) -> None:
    found = [(c.id, c.is_primary, c.can_write, c.timezone) for c in client.list_calendars()]
    assert found == [
        ("CAL-Rosa", True, True, "Europe/Paris"),
        ("CAL-Rosa-2", False, True, "Europe/Paris"),
        ("CAL-Rosa-3", False, False, "Europe/Paris"),
    ]


def test_without_leave_to_read_settings_the_zone_is_unknown_and_whole_days_block_everywhere(
    microsoft: Microsoft,
) -> None:
    microsoft.create(at("2026-11-25T00:00:00", "2026-11-26T00:00:00", isAllDay=True))
    token = microsoft.access_token(scope="openid Calendars.ReadWrite")
    client = replace_token(microsoft, token)
    assert client.read_changes(microsoft.calendar, None, WINDOW).timezone is None
    assert client.check_busy([microsoft.calendar], WINDOW).busy == (
        span("2026-11-24T10:00", "2026-11-26T12:00"),
    )


def replace_token(microsoft: Microsoft, token: str) -> GraphCalendar:
    tokens = Tokens(microsoft)
    tokens._token = token
    return graph_calendar(microsoft, tokens=tokens)


def test_a_booking_of_another_product_is_somebody_elses_time(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00", transactionId="other|bkg_1|:1"))
    [item] = client.read_changes(microsoft.calendar, None, WINDOW).items
    assert item.booking is None
    assert replace(item, booking=None) == item


def test_the_live_check_of_one_calendar_is_one_call(microsoft: Microsoft, client: GraphCalendar) -> None:
    microsoft.create(at("2026-11-25T08:00:00", "2026-11-25T09:00:00"))
    before = len(microsoft.log())
    client.check_busy([microsoft.calendar], WINDOW)
    assert len(microsoft.log()) == before + 1


def test_a_whole_day_beside_the_asked_stretch_is_not_in_the_answer(
    microsoft: Microsoft, client: GraphCalendar
) -> None:
    microsoft.create(at("2026-11-25T00:00:00", "2026-11-26T00:00:00", isAllDay=True))
    day = span("2026-11-24T23:00", "2026-11-25T23:00")
    for asked, busy in [(Span(day.end, day.end + 60), ()), (Span(day.end - 1, day.end), (day,))]:
        assert client.check_busy([microsoft.calendar], asked).busy == busy
