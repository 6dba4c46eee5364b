"""Busy time from Google: what the contract cannot say for every service."""

from datetime import date

import pytest

from calendars.providers.base import AllDay, CalendarError
from calendars.providers.google import GoogleCalendar
from calendars.providers.times import whole_days
from calendars.span import Span
from calendars.zones import day_span
from tests.calendars.providers.case_google import Case, Tokens, guarded
from tests.calendars.providers.mirror import Mirror
from tests.calendars.providers.test_contract import NINE, TEN, WINDOW, span
from tests.demo.google.running import RAVI, REMY, TEAM, timed


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request)


def busy(case: Case, window: Span = WINDOW) -> list[Span]:
    mirror = Mirror(case.provider, REMY)
    mirror.sync(window)
    assert mirror.busy(window) == list(case.provider.check_busy([REMY], window).busy)
    return mirror.busy(window)


def test_a_series_is_busy_where_google_says_moved_and_deleted_occurrences_included(case: Case) -> None:
    series = case.google.create(
        **timed("2026-10-20T08:00", "2026-10-20T08:30"), recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU"]
    )
    case.google.delete(f"{series}_20261124T090000Z")
    case.google.change(f"{series}_20261201T090000Z", **timed("2026-12-02T13:00", "2026-12-02T14:00"))
    assert busy(case, Span(WINDOW.start, WINDOW.end + 1440 * 7)) == [
        span("2026-12-02T13:00", "2026-12-02T14:00"),
        span("2026-12-08T09:00", "2026-12-08T09:30"),
    ]


def test_a_series_keeps_its_wall_clock_time_when_the_clocks_change(case: Case) -> None:
    case.google.create(
        **timed("2026-10-21T08:00", "2026-10-21T08:30"), recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"]
    )
    october = span("2026-10-20T00:00", "2026-11-01T00:00")
    assert busy(case, october) == [
        span("2026-10-21T08:00", "2026-10-21T08:30"),
        span("2026-10-28T09:00", "2026-10-28T09:30"),
    ]


def test_an_all_day_event_of_a_calendar_whose_zone_nobody_knows_blocks_the_day_everywhere() -> None:
    on, until = date(2026, 11, 25), date(2026, 11, 26)
    blocked = whole_days(AllDay(on, until), "Mars/Olympus")
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        there = day_span(zone, on, until)
        assert blocked.start <= there.start
        assert blocked.end >= there.end


def test_nothing_about_what_people_do_is_even_asked_for(case: Case) -> None:
    case.google.create(**timed("2026-11-25T09:00", "2026-11-25T09:30"), summary="A secret merger")
    case.provider.read_changes(REMY, None, WINDOW)
    [seen] = case.google.log("GET", "/events")
    for field in ("summary", "description", "location", "email"):
        assert field not in seen["query"]["fields"]


def test_a_second_read_that_finds_the_same_says_that_nothing_changed(case: Case) -> None:
    case.add(NINE)
    first = case.provider.read_changes(REMY, None, WINDOW)
    later = Span(WINDOW.start + 60, WINDOW.end + 1440)
    second = case.provider.read_changes(REMY, first.token, later)
    assert (second.is_full, second.items, second.removed) == (False, (), ())
    assert second.known == later


def test_a_page_that_fails_in_the_middle_spoils_the_whole_read(case: Case) -> None:
    case.add(NINE)
    case.add(TEN)
    for status, reason in ((429, "rateLimitExceeded"), (404, "notFound"), (500, "backendError")):
        case.page_by([1, 1])
        case.google.ctl(
            "fail", kind="status", path="/calendar/v3/*", status=status, reason=reason, skip=1, times=1
        )
        with pytest.raises(CalendarError):
            case.provider.read_changes(REMY, None, WINDOW)
        case.page_by([])
    assert busy(case) == [NINE, TEN]


def test_a_token_that_runs_out_between_two_pages_is_renewed_and_the_list_is_whole(case: Case) -> None:
    case.add(NINE)
    case.add(TEN)
    case.page_by([1, 1])
    case.google.ctl("fail", kind="status", path="/calendar/v3/*", status=401, reason="authError", skip=1)
    mirror = Mirror(case.provider, REMY)
    mirror.sync(WINDOW)
    assert mirror.busy(WINDOW) == [NINE, TEN]
    assert case.tokens.refreshed == 1


def test_a_calendar_with_an_internal_error_is_unknown_and_the_others_count(case: Case) -> None:
    case.add(NINE)
    case.google.ctl("calendar", calendar=TEAM, is_broken=True)
    answer = case.provider.check_busy([TEAM, REMY], WINDOW)
    assert (answer.unknown, answer.busy) == ((TEAM,), (NINE,))


def test_a_calendar_of_which_only_busy_times_may_be_seen_is_read(case: Case) -> None:
    case.google.ctl("calendar", email=REMY, calendar=TEAM, role="freeBusyReader")
    case.google.ctl(
        "mutate-event", op="create", calendar=TEAM, fields=timed("2026-11-25T10:00", "2026-11-25T11:00")
    )
    assert case.provider.check_busy([TEAM], WINDOW).busy == (TEN,)


def test_every_calendar_is_listed_over_many_pages(case: Case) -> None:
    calendars = [{"id": f"c{i}@group.calendar.google.com", "name": f"Team {i}"} for i in range(51)]
    case.google.ctl("seed", **{REMY: {"name": "Remy", "timezone": "Europe/Berlin", "calendars": calendars}})
    case.page_by([10, 0, 10, 30])
    found = case.provider.list_calendars()
    assert len({each.id for each in found}) == 52
    assert [each.id for each in found if each.is_primary] == [REMY]


def test_what_may_be_written_is_told_from_what_may_only_be_read(case: Case) -> None:
    assert {each.id: each.can_write for each in case.provider.list_calendars()} == {REMY: True, TEAM: False}


def test_two_accounts_never_see_each_others_calendars(case: Case, request: pytest.FixtureRequest) -> None:
    session = guarded(case.google)
    request.addfinalizer(session.close)
    ravi = GoogleCalendar(session, Tokens(case.google, session, RAVI), case.google.url)
    case.add(NINE)
    assert [each.id for each in ravi.list_calendars()] == [RAVI]
    assert ravi.check_busy([REMY], WINDOW).unknown == (REMY,)
    assert ravi.check_busy(["primary"], WINDOW).busy == ()
