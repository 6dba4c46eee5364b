"""What every provider promises about reading, whatever the service."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendars.providers.base import AllDay, BusyKind, CalendarError
from calendars.span import Span
from calendars.zones import day_span, to_minutes
from tests.calendars.providers.case import RETRY_AFTER, ProviderCase, Trouble, needs
from tests.calendars.providers.mirror import Mirror


def minute(text: str) -> int:
    """The UTC minute of a time such as 2026-11-25T09:00."""
    return to_minutes(datetime.fromisoformat(text).replace(tzinfo=UTC))


def span(start: str, end: str) -> Span:
    return Span(minute(start), minute(end))


WINDOW = span("2026-11-23T00:00", "2026-12-07T00:00")
NINE = span("2026-11-25T09:00", "2026-11-25T09:30")
TEN = span("2026-11-25T10:00", "2026-11-25T11:00")


def mirror_of(case: ProviderCase) -> Mirror:
    return Mirror(case.provider, case.calendar_id)


def read(case: ProviderCase, window: Span = WINDOW) -> list[Span]:
    """What a fresh mirror holds."""
    mirror = mirror_of(case)
    mirror.sync(window)
    return mirror.busy(window)


def live(case: ProviderCase, window: Span = WINDOW) -> list[Span]:
    answer = case.provider.check_busy([case.calendar_id], window)
    assert answer.unknown == ()
    return list(answer.busy)


def test_the_account_lists_its_calendar(case: ProviderCase) -> None:
    [found] = [each for each in case.provider.list_calendars() if each.id == case.calendar_id]
    assert found.name
    assert found.can_write == case.provider.can_write


def test_what_is_busy_is_read_and_checked_alike(case: ProviderCase) -> None:
    case.add(NINE)
    case.add(TEN)
    assert read(case) == live(case) == [NINE, TEN]


def test_a_calendar_with_nothing_in_it_is_known_to_be_free(case: ProviderCase) -> None:
    changes = mirror_of(case).sync(WINDOW)
    assert changes.is_full
    assert changes.items == ()
    assert changes.known.start <= WINDOW.start
    assert changes.known.end >= WINDOW.end
    assert live(case) == []


def test_an_event_shown_as_free_leaves_its_time_free(case: ProviderCase) -> None:
    case.add(NINE, is_free=True)
    assert read(case) == live(case) == []


@pytest.mark.parametrize("kind", [BusyKind.TENTATIVE, BusyKind.OUT_OF_OFFICE])
def test_tentative_and_away_are_busy_and_say_so(case: ProviderCase, kind: BusyKind) -> None:
    case.add(NINE, kind)
    mirror = mirror_of(case)
    mirror.sync(WINDOW)
    assert [item.kind for item in mirror.items()] == [kind]
    assert live(case) == [NINE]


def test_an_event_counts_from_its_first_minute_in_the_window_to_its_last(case: ProviderCase) -> None:
    case.add(NINE)
    before = Span(NINE.start - 60, NINE.start)
    after = Span(NINE.end, NINE.end + 60)
    assert live(case, before) == read(case, before) == []
    assert live(case, after) == read(case, after) == []
    assert live(case, Span(NINE.start - 60, NINE.start + 1)) == [NINE]
    assert live(case, Span(NINE.end - 1, NINE.end + 60)) == [NINE]


@pytest.mark.parametrize(
    ("timezone", "on"),
    [
        ("Pacific/Auckland", date(2026, 11, 25)),
        ("Pacific/Pago_Pago", date(2026, 11, 25)),
        ("Asia/Kathmandu", date(2026, 11, 25)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("Europe/Berlin", date(2026, 3, 29)),
        ("America/New_York", date(2026, 11, 1)),
        ("America/Los_Angeles", date(2026, 3, 8)),
        ("Pacific/Auckland", date(2026, 9, 27)),
    ],
)
def test_an_all_day_event_takes_the_local_day_and_no_minute_more(
    case: ProviderCase, timezone: str, on: date
) -> None:
    case.set_timezone(timezone)
    until = date.fromordinal(on.toordinal() + 1)
    case.add(AllDay(on, until))
    day = day_span(timezone, on, until)
    window = Span(day.start - 3 * 1440, day.end + 3 * 1440)
    mirror = mirror_of(case)
    assert mirror.sync(window).timezone == timezone
    assert [item.all_day for item in mirror.items()] == [AllDay(on, until)]
    assert mirror.busy(window) == live(case, window) == [day]


@pytest.mark.parametrize(
    ("timezone", "sunday"),
    [
        ("America/New_York", "2026-03-08"),
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-11-01"),
    ],
)
def test_a_weekly_series_keeps_its_time_by_the_clock_when_the_clocks_change(
    case: ProviderCase, timezone: str, sunday: str
) -> None:
    needs(case, "series")
    changes = datetime.fromisoformat(f"{sunday}T09:30").replace(tzinfo=ZoneInfo(timezone))
    case.add_weekly(changes - timedelta(weeks=1), 30, 3)
    starts = [to_minutes(changes + timedelta(weeks=week)) for week in (-1, 0, 1)]
    assert starts[1] - starts[0] != 7 * 1440, "the control: the clocks do change"
    window = Span(starts[0] - 1440, starts[2] + 1440)
    assert read(case, window) == live(case, window) == [Span(start, start + 30) for start in starts]


def test_whole_days_and_hours_are_read_together(case: ProviderCase) -> None:
    case.set_timezone("Europe/Paris")
    case.add(NINE)
    case.add(AllDay(date(2026, 11, 26), date(2026, 11, 28)))
    case.add(TEN, BusyKind.TENTATIVE)
    days = span("2026-11-25T23:00", "2026-11-27T23:00")
    assert read(case) == live(case) == [NINE, TEN, days]


def test_of_fifty_one_calendars_the_last_one_counts_and_a_missing_one_is_named(case: ProviderCase) -> None:
    needs(case, "many calendars")
    more = case.add_calendars(51)
    case.add_to(more[-1], NINE)
    assert {each.id for each in case.provider.list_calendars()} >= {*more, case.calendar_id}
    answer = case.provider.check_busy([*more[:50], "nobody@nowhere.test", more[50]], WINDOW)
    assert (list(answer.busy), answer.unknown) == ([NINE], ("nobody@nowhere.test",))


def test_edits_made_elsewhere_arrive_with_the_next_sync(case: ProviderCase) -> None:
    mirror = mirror_of(case)
    kept, moved, deleted = (case.add(each) for each in (NINE, TEN, TEN))
    mirror.sync(WINDOW)
    later = span("2026-11-26T15:00", "2026-11-26T16:00")
    case.move(moved, later)
    case.delete(deleted)
    case.add(span("2026-11-27T08:00", "2026-11-27T09:00"))
    mirror.sync(WINDOW)
    assert kept != moved
    assert mirror.busy(WINDOW) == [NINE, later, span("2026-11-27T08:00", "2026-11-27T09:00")]
    mirror.sync(WINDOW)
    assert len(mirror.items()) == 3


def test_an_unchanged_event_that_the_window_reaches_is_not_missed(case: ProviderCase) -> None:
    early = span("2026-11-23T00:00", "2026-11-24T00:00")
    case.add(TEN)
    mirror = mirror_of(case)
    assert mirror.sync(early).known.end <= TEN.start or mirror.busy(WINDOW) == [TEN]
    changes = mirror.sync(WINDOW)
    assert changes.known.end >= WINDOW.end
    assert mirror.busy(WINDOW) == [TEN]


def test_a_continuation_that_has_expired_means_a_full_read(case: ProviderCase) -> None:
    case.add(NINE)
    gone = case.add(TEN)
    mirror = mirror_of(case)
    mirror.sync(WINDOW)
    case.delete(gone)
    case.expire_continuations()
    assert mirror.sync(WINDOW).is_full
    assert mirror.busy(WINDOW) == [NINE]


def test_a_continuation_that_nobody_gave_means_a_full_read(case: ProviderCase) -> None:
    case.add(NINE)
    changes = case.provider.read_changes(case.calendar_id, "not-a-token", WINDOW)
    assert changes.is_full
    assert [item.span for item in changes.items] == [NINE]


@pytest.mark.parametrize("seed", range(3))
def test_steps_add_up_to_what_a_full_read_finds(case: ProviderCase, seed: int) -> None:
    chance = random.Random(seed)
    mirror = mirror_of(case)
    events: list[str] = []
    for _ in range(8):
        start = WINDOW.start + 60 * chance.randrange(300)
        when = Span(start, start + 30 * chance.randrange(1, 5))
        action = chance.choice(["add", "add", "move", "delete"])
        if action == "add" or not events:
            events.append(case.add(when))
        elif action == "move":
            case.move(chance.choice(events), when)
        else:
            case.delete(events.pop(chance.randrange(len(events))))
        if chance.random() < 0.2:
            case.expire_continuations()
        if chance.random() < 0.7:
            mirror.sync(WINDOW)
    mirror.sync(WINDOW)
    assert mirror.busy(WINDOW) == read(case)
    assert len(mirror.items()) == len(events)


@pytest.mark.parametrize("sizes", [[1, 1], [1, 0, 1], [0, 0, 2]])
def test_every_page_counts_also_after_an_empty_one(case: ProviderCase, sizes: list[int]) -> None:
    case.add(NINE)
    case.add(TEN)
    case.page_by(sizes)
    assert read(case) == [NINE, TEN]
    case.page_by(sizes)
    assert live(case) == [NINE, TEN]


def test_a_calendar_that_is_not_there_is_never_free(case: ProviderCase) -> None:
    case.add(NINE)
    with pytest.raises(CalendarError) as raised:
        case.provider.read_changes("nobody@nowhere.test", None, WINDOW)
    assert raised.value.permanent
    answer = case.provider.check_busy([case.calendar_id, "nobody@nowhere.test"], WINDOW)
    assert answer.unknown == ("nobody@nowhere.test",)
    assert list(answer.busy) == [NINE]


def test_a_service_that_throttles_says_when_to_come_back(case: ProviderCase) -> None:
    case.fail(Trouble.THROTTLED)
    with pytest.raises(CalendarError) as raised:
        case.provider.read_changes(case.calendar_id, None, WINDOW)
    error = raised.value
    assert (error.code, error.permanent, error.needs_reconnect) == ("rate-limited", False, False)
    assert error.retry_after == RETRY_AFTER


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.CUT_OFF, Trouble.NONSENSE])
def test_trouble_on_the_way_passes_and_is_never_an_empty_calendar(
    case: ProviderCase, trouble: Trouble
) -> None:
    case.add(NINE)
    case.fail(trouble)
    with pytest.raises(CalendarError) as raised:
        case.provider.read_changes(case.calendar_id, None, WINDOW)
    assert raised.value.code in ("unavailable", "invalid")
    assert not raised.value.permanent
    assert read(case) == [NINE]


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.CUT_OFF, Trouble.NONSENSE])
def test_a_live_check_that_fails_names_the_calendar_as_unknown_or_raises(
    case: ProviderCase, trouble: Trouble
) -> None:
    case.fail(trouble)
    try:
        answer = case.provider.check_busy([case.calendar_id], WINDOW)
    except CalendarError as error:
        assert not error.permanent
    else:
        assert answer.unknown == (case.calendar_id,)


def test_an_access_token_that_ran_out_is_renewed_without_anybody_noticing(case: ProviderCase) -> None:
    case.add(NINE)
    case.expire_access()
    assert read(case) == [NINE]


def test_access_that_was_withdrawn_needs_the_person_who_gave_it(case: ProviderCase) -> None:
    needs(case, "a grant")
    case.revoke()
    for call in (
        case.provider.list_calendars,
        lambda: case.provider.read_changes(case.calendar_id, None, WINDOW),
        lambda: case.provider.check_busy([case.calendar_id], WINDOW),
    ):
        with pytest.raises(CalendarError) as raised:
            call()
        assert raised.value.needs_reconnect == case.by_person
        assert raised.value.permanent
