"""Feeds: series, their exceptions, and broken events among sound ones."""

from datetime import UTC, datetime

import pytest

from calendars.ics_read import FeedError
from calendars.providers.base import BusyKind
from calendars.span import Span
from calendars.zones import to_minutes
from tests.calendars.feeds import SPRING, busy, event, feed, read, timed

DAILY = timed("20260323T100000", "20260323T110000", "RRULE:FREQ=DAILY;COUNT=3")
FINE = timed("20260401T100000", "20260401T110000", uid="fine")


def moved(recurrence: str, *lines: str) -> str:
    return event(f"RECURRENCE-ID{recurrence}", *lines)


def test_a_series_whose_start_lies_long_before_the_window_is_busy_in_it() -> None:
    assert len(busy(feed(timed("20190104T100000", "20190104T110000", "RRULE:FREQ=WEEKLY")))) == 8


def test_a_moved_occurrence_is_busy_at_its_new_time_only() -> None:
    new = moved(";TZID=Europe/Berlin:20260324T100000", "DTSTART:20260324T140000Z", "DTEND:20260324T143000Z")
    assert busy(feed(DAILY, new)) == [
        "2026-03-23 09:00-10:00", "2026-03-24 14:00-14:30", "2026-03-25 09:00-10:00",
    ]  # fmt: skip


@pytest.mark.parametrize("key", [":20260324T090000Z", ";TZID=Pacific/Auckland:20260324T220000"])
def test_an_occurrence_is_known_again_by_its_instant_in_any_zone(key: str) -> None:
    new = moved(key, "DTSTART:20260324T140000Z", "DTEND:20260324T143000Z")
    assert "2026-03-24 09:00-10:00" not in busy(feed(DAILY, new))
    assert len(busy(feed(DAILY, new))) == 3


def test_a_cancelled_occurrence_is_free() -> None:
    gone = moved(
        ":20260324T090000Z", "DTSTART:20260324T090000Z", "DTEND:20260324T100000Z", "STATUS:CANCELLED"
    )
    assert busy(feed(DAILY, gone)) == ["2026-03-23 09:00-10:00", "2026-03-25 09:00-10:00"]


@pytest.mark.parametrize(
    "exdate",
    ["EXDATE;TZID=Europe/Berlin:20260324T100000", "EXDATE:20260324T090000Z", "EXDATE;VALUE=DATE:20260324",
     "EXDATE:20260320T090000Z,20260324T090000Z"],
)  # fmt: skip
def test_an_excluded_date_is_free_however_it_is_written(exdate: str) -> None:
    series = timed("20260323T100000", "20260323T110000", "RRULE:FREQ=DAILY;COUNT=3", exdate)
    assert busy(feed(series)) == ["2026-03-23 09:00-10:00", "2026-03-25 09:00-10:00"]


def test_an_override_may_move_into_the_window_and_out_of_it() -> None:
    series = timed("20260601T100000", "20260601T110000", "RRULE:FREQ=DAILY;COUNT=2")
    into = moved(";TZID=Europe/Berlin:20260601T100000", "DTSTART:20260410T090000Z", "DTEND:20260410T100000Z")
    assert busy(feed(series, into)) == ["2026-04-10 09:00-10:00"]
    out = moved(":20260324T090000Z", "DTSTART:20260724T090000Z", "DTEND:20260724T100000Z")
    assert busy(feed(DAILY, out)) == ["2026-03-23 09:00-10:00", "2026-03-25 09:00-10:00"]


def test_overrides_without_their_series_count_in_order() -> None:
    """Google's free/busy feeds leave the series out."""
    late, early = (
        moved(f":2026032{n}T090000Z", f"DTSTART:2026032{n}T090000Z", f"DTEND:2026032{n}T100000Z")
        for n in (5, 4)
    )
    assert busy(feed(late, early)) == ["2026-03-24 09:00-10:00", "2026-03-25 09:00-10:00"]


def test_occurrences_have_keys_that_outlive_a_move_and_single_events_have_none() -> None:
    new = moved(":20260324T090000Z", "DTSTART:20260324T140000Z", "DTEND:20260324T143000Z")
    before, after = (
        {item.instance_key for item in read(feed(*parts)).busy} for parts in ((DAILY,), (DAILY, new))
    )
    assert before == after
    assert len(before) == 3
    assert [item.instance_key for item in read(feed(FINE)).busy] == [""]


def test_this_and_future_moves_the_rest() -> None:
    new = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260324T100000",
        "DTSTART;TZID=Europe/Berlin:20260324T150000",
        "DTEND;TZID=Europe/Berlin:20260324T153000",
    )
    assert busy(feed(DAILY, new)) == [
        "2026-03-23 09:00-10:00", "2026-03-24 14:00-14:30", "2026-03-25 14:00-14:30",
    ]  # fmt: skip


def test_added_dates_and_periods_count_with_their_own_lengths() -> None:
    one = timed(
        "20260323T100000",
        "20260323T110000",
        "RDATE;TZID=Europe/Berlin:20260324T120000",
        "RDATE;VALUE=PERIOD:20260325T090000Z/PT3H",
    )
    assert busy(feed(one)) == ["2026-03-23 09:00-10:00", "2026-03-24 11:00-12:00", "2026-03-25 09:00-12:00"]


@pytest.mark.parametrize("until", ["20260325", "20260325T090000Z", "20260325T100000"])
def test_the_last_day_of_a_series_belongs_to_it(until: str) -> None:
    """A date as UNTIL means that day included, in what Google and Outlook write."""
    series = timed("20260323T100000", "20260323T110000", f"RRULE:FREQ=DAILY;UNTIL={until}")
    assert busy(feed(series))[-1] == "2026-03-25 09:00-10:00"
    assert len(busy(feed(series))) == 3


def test_a_missing_or_broken_start_never_costs_the_others() -> None:
    data = feed(
        event("DTEND:20260323T100000Z", uid="no start"),
        event("DTSTART:2026-broken", "RRULE:FREQ=DAILY", uid="broken start"),
        event("DTSTART:20260323T100000Z", "DTSTART:20260323T110000Z", uid="two starts"),
        FINE,
    )
    content = read(data)
    assert [item.event_id for item in content.busy] == ["fine"]
    assert content.warnings == ("3 events without a time that can be read, not counted.",)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=BOGUS",
        "FREQ=DAILY;UNTIL=yesterday",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55",
        "FREQ=HOURLY;BYMINUTE=0,1,2,3,4,5,6,7,8,9",
        "nonsense",
    ],
)
def test_a_rule_that_is_not_followed_closes_all_time_from_its_start_on(rule: str) -> None:
    content = read(feed(timed("20260323T100000", "20260323T110000", f"RRULE:{rule}"), FINE))
    closed, fine = (item.span for item in content.busy)
    assert closed == Span(to_minutes(datetime(2026, 3, 23, 9, tzinfo=UTC)), SPRING.end)
    assert fine is not None and fine.overlaps(closed)
    assert content.warnings == (
        "1 event repeating in a way that is not followed: all time from the first on counts as busy.",
    )


def test_a_rule_from_the_beginning_of_time_is_not_followed_and_closes_the_window() -> None:
    content = read(feed(event("DTSTART:00010101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"), FINE))
    assert content.busy[0].span == SPRING
    assert "not followed" in content.warnings[0]


def test_a_rule_that_is_not_followed_closes_nothing_where_its_event_is_free() -> None:
    series = timed("20260323T100000", "20260323T110000", "RRULE:FREQ=SECONDLY", "TRANSP:TRANSPARENT")
    assert [item.event_id for item in read(feed(series, FINE)).busy] == ["fine"]


def test_old_exceptions_are_named() -> None:
    series = timed(
        "20260323T100000", "20260323T110000", "RRULE:FREQ=DAILY;COUNT=2", "EXRULE:FREQ=DAILY;COUNT=1"
    )
    assert "EXRULE" in read(feed(series)).warnings[0]


def test_an_end_that_cannot_be_read_is_an_hour() -> None:
    content = read(feed(event("DTSTART:20260323T100000Z", "DTEND:never")))
    assert busy(feed(event("DTSTART:20260323T100000Z", "DTEND:never"))) == ["2026-03-23 10:00-11:00"]
    assert "without an end" in content.warnings[0]


@pytest.mark.parametrize("missing", [True, False])
def test_events_without_a_uid_or_with_an_endless_one_are_events(missing: bool) -> None:
    uid = "" if missing else "x" * 10_000
    data = feed(timed("20260323T100000", "20260323T110000", uid=uid), FINE).replace(b"UID:\r\n", b"")
    content = read(data)
    assert len(content.busy) == 2
    assert all(0 < len(item.event_id) <= 255 for item in content.busy)


KINDS = [
    ((), BusyKind.BUSY),
    (("TRANSP:OPAQUE",), BusyKind.BUSY),
    (("TRANSP:TRANSPARENT",), None),
    (("STATUS:CANCELLED",), None),
    (("STATUS:TENTATIVE",), BusyKind.TENTATIVE),
    (("CLASS:PRIVATE",), BusyKind.BUSY),
    (("X-MICROSOFT-CDO-BUSYSTATUS:FREE",), None),
    (("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",), BusyKind.TENTATIVE),
    (("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "TRANSP:TRANSPARENT"), BusyKind.OUT_OF_OFFICE),
    (("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",), BusyKind.ELSEWHERE),
    (("X-MICROSOFT-CDO-BUSYSTATUS:FREE", "STATUS:CANCELLED"), None),
    (("ATTENDEE;PARTSTAT=DECLINED:mailto:Robin@Acme.test",), None),
    (("ATTENDEE;PARTSTAT=DECLINED;EMAIL=robin@acme.test:urn:uuid:1",), None),
    (("ATTENDEE;PARTSTAT=DECLINED:mailto:rosa@acme.test",), BusyKind.BUSY),
    (
        ("ATTENDEE:mailto:rosa@acme.test", "ATTENDEE;PARTSTAT=TENTATIVE:mailto:robin@acme.test"),
        BusyKind.TENTATIVE,
    ),
]


@pytest.mark.parametrize(("lines", "kind"), KINDS)
def test_what_occupies_its_owner_and_how(lines: tuple[str, ...], kind: BusyKind | None) -> None:
    content = read(
        feed(timed("20260323T100000", "20260323T110000", *lines)), owners=frozenset({"robin@acme.test"})
    )
    assert [item.kind for item in content.busy] == ([] if kind is None else [kind])


def test_whole_days_that_do_not_say_are_told_apart_from_those_that_do() -> None:
    data = feed(
        event("DTSTART;VALUE=DATE:20260310", uid="birthday"),
        event("DTSTART;VALUE=DATE:20260311", "TRANSP:OPAQUE", uid="trip"),
        event("DTSTART;VALUE=DATE:20260312", "TRANSP:TRANSPARENT", uid="reminder"),
    )
    assert [item.kind for item in read(data).busy] == [BusyKind.ALL_DAY, BusyKind.BUSY]


def test_a_broken_free_busy_list_is_an_error_because_nothing_else_says_what_is_busy() -> None:
    with pytest.raises(FeedError):
        read(feed("BEGIN:VFREEBUSY\r\nFREEBUSY:whenever\r\nEND:VFREEBUSY", FINE))


@pytest.mark.parametrize(
    "broken",
    [
        "BEGIN:VTODO\r\nDUE:someday\r\nEND:VTODO",
        "BEGIN:VJOURNAL\r\nno line at all\r\nEND:VJOURNAL",
        "BEGIN:VTIMEZONE\r\nTZID:Odd\r\nBEGIN:STANDARD\r\nDTSTART:never\r\nEND:STANDARD\r\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\r\nTZID:Odd\r\nEND:VTIMEZONE",
        event("DTSTART:20260323T100000Z", "BEGIN:VALARM", "TRIGGER:later", "END:VALARM", "no line", uid="a"),
    ],
    ids=["task", "journal", "zone", "empty zone", "alarm"],
)
def test_what_nobody_needs_may_be_broken(broken: str) -> None:
    assert busy(feed(broken, FINE)) == ["2026-04-01 08:00-09:00"]


def test_free_busy_lists_are_read() -> None:
    data = feed(
        "BEGIN:VFREEBUSY",
        "FREEBUSY:20260323T100000Z/PT1H,20260324T100000Z/20260324T120000Z",
        "FREEBUSY;FBTYPE=FREE:20260325T100000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260326T100000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260327T100000Z/PT1H",
        "FREEBUSY;FBTYPE=X-ODD:20260328T100000Z/PT1H",
        "END:VFREEBUSY",
    )
    content = read(data)
    assert busy(data)[:2] == ["2026-03-23 10:00-11:00", "2026-03-24 10:00-12:00"]
    assert [item.kind for item in content.busy] == ["busy", "busy", "tentative", "oof", "busy"]
    assert len({(item.event_id, item.instance_key) for item in content.busy}) == 5


@pytest.mark.parametrize(
    "dress",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\r\n", b"\n"),
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.replace(b"PRODID:test", "PRODID:Büro".encode("cp1252")),
        lambda data: data.replace(b"PRODID", b"PRO\0DID"),
        lambda data: data.replace(b"DTSTART;TZID=Europe/Ber", b"DTSTART;TZID=Euro\r\n pe/Ber"),
        lambda data: b"\r\n\r\n" + data,
        lambda data: data.replace(b"BEGIN:VCALENDAR", b"begin:vcalendar"),
    ],
    ids=["mark", "newlines", "utf-16", "cp1252", "nul", "folded", "blank", "case"],
)
def test_odd_bytes_are_still_a_calendar(dress: object) -> None:
    assert busy(dress(feed(FINE))) == ["2026-04-01 08:00-09:00"]  # type: ignore[operator]


def test_several_calendars_in_one_body_all_count() -> None:
    two = feed(DAILY) + feed(FINE)
    assert len(busy(two)) == 4


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-a-calendar"),
        (b"<!doctype html><title>Sign in</title>", "not-a-calendar"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not-a-calendar"),
        (feed(FINE)[:-20], "truncated"),
        (feed(FINE) + feed(FINE)[:-20], "truncated"),
        (b"BEGIN:VCALENDAR\r\nthis is no line\r\nEND:VCALENDAR\r\n", "not-a-calendar"),
        (feed("BEGIN:VEVENT\r\n" * 3000 + "END:VEVENT\r\n" * 3000), None),
    ],
    ids=["empty", "html", "png", "cut", "second cut", "garbage", "deep"],
)
def test_what_is_no_calendar_is_one_kind_of_error(data: bytes, code: str | None) -> None:
    try:
        content = read(data, SPRING)
    except FeedError as error:
        assert error.code == code
    else:
        assert code is None
        assert content.busy == ()
