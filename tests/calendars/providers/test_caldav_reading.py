"""What goes wrong with CalDAV calendars elsewhere, against a real Radicale: series, whole days, lost changes."""

import json
from datetime import date
from typing import Any

import pytest

from calendars.providers.base import AllDay, BusyKind, CalendarError
from calendars.providers.caldav import CalDavCalendar
from calendars.span import Span
from calendars.zones import day_span
from tests.calendars.providers.case_caldav import Case, guarded
from tests.calendars.providers.mirror import Mirror
from tests.calendars.providers.test_contract import NINE, TEN, WINDOW, live, read, span
from tests.fixtures.radicale import Reply

WHOLE = '<D:multistatus xmlns:D="DAV:">{}</D:multistatus>'


@pytest.fixture
def caldav(request: pytest.FixtureRequest) -> Case:
    """One account at Radicale."""
    return Case(request)


def event(*lines: str, uid: str = "u1") -> str:
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"))


def ics(*events: str) -> str:
    return "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//T//T//EN", *events, "END:VCALENDAR"))


WEEKLY = event(
    'DTSTART;TZID="Europe/Berlin":20260304T100000',
    'DTEND;TZID="Europe/Berlin":20260304T103000',
    "RRULE:FREQ=WEEKLY",
)


def test_a_series_that_began_long_ago_is_busy_each_week_at_its_local_time(caldav: Case) -> None:
    caldav.person.put("s.ics", ics(WEEKLY))
    october = span("2026-10-19T00:00", "2026-11-02T00:00")
    wanted = [
        span("2026-10-21T08:00", "2026-10-21T08:30"),
        span("2026-10-28T09:00", "2026-10-28T09:30"),
    ]
    assert read(caldav, october) == live(caldav, october) == wanted


def test_an_instance_that_was_moved_blocks_where_it_is_and_not_where_it_was(caldav: Case) -> None:
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20261125T100000",
        "DTSTART;TZID=Europe/Berlin:20261126T150000",
        "DTEND;TZID=Europe/Berlin:20261126T153000",
    )
    caldav.person.put("s.ics", ics(WEEKLY, moved))
    assert read(caldav) == [
        span("2026-11-26T14:00", "2026-11-26T14:30"),
        span("2026-12-02T09:00", "2026-12-02T09:30"),
    ]
    assert live(caldav, Span(NINE.start, NINE.end)) == []


def test_an_instance_moved_into_the_window_from_outside_of_it_blocks(caldav: Case) -> None:
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20270106T100000",
        "DTSTART:20261125T100000Z",
        "DTEND:20261125T110000Z",
    )
    caldav.person.put("s.ics", ics(WEEKLY, moved))
    assert TEN in live(caldav, TEN)


def test_an_instance_that_is_taken_out_opens_its_time_at_the_next_sync(caldav: Case) -> None:
    caldav.person.put("s.ics", ics(WEEKLY))
    mirror = Mirror(caldav.provider, caldav.calendar_id)
    mirror.sync(WINDOW)
    assert len(mirror.items()) == 2
    without = WEEKLY.replace("RRULE", "EXDATE;TZID=Europe/Berlin:20261125T100000\nRRULE")
    caldav.person.put("s.ics", ics(without))
    assert not mirror.sync(WINDOW).is_full
    assert mirror.busy(WINDOW) == [span("2026-12-02T09:00", "2026-12-02T09:30")]


def ritas(caldav: Case) -> CalDavCalendar:
    """The same calendar, whose owner is known to be Rita."""
    relay, person = caldav.radicale.relay, caldav.person
    owners = frozenset({"rita@acme.test"})
    return CalDavCalendar(
        guarded(relay), relay.url, person.name, person.password, "Europe/Berlin", owners=owners
    )


def test_a_series_that_was_accepted_counts_and_an_occurrence_counts_by_its_own_answer(caldav: Case) -> None:
    def invited(*lines: str, answer: str) -> str:
        return event(
            *lines, "ORGANIZER:mailto:boss@acme.test", f"ATTENDEE;PARTSTAT={answer}:mailto:rita@acme.test"
        )

    def occurrence(day: str, answer: str) -> str:
        edges = (f"{name};TZID=Europe/Berlin:202611{day}T{at}00" for name, at in edges_of_one)
        return invited(*edges, answer=answer)

    edges_of_one = (("RECURRENCE-ID", "1000"), ("DTSTART", "1000"), ("DTEND", "1030"))
    lines = ('DTSTART;TZID="Europe/Berlin":20260107T100000', 'DTEND;TZID="Europe/Berlin":20260107T103000')
    series = invited(*lines, "RRULE:FREQ=WEEKLY", answer="ACCEPTED")
    caldav.person.put("i.ics", ics(series, occurrence("18", "DECLINED"), occurrence("25", "NEEDS-ACTION")))
    november = span("2026-11-09T00:00", "2026-12-07T00:00")
    found = ritas(caldav).read_changes(caldav.calendar_id, None, november).items
    assert sorted((item.span, item.kind) for item in found if item.span) == [
        (span("2026-11-11T09:00", "2026-11-11T09:30"), BusyKind.BUSY),
        (span("2026-11-25T09:00", "2026-11-25T09:30"), BusyKind.UNANSWERED),
        (span("2026-12-02T09:00", "2026-12-02T09:30"), BusyKind.BUSY),
    ]


@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED"])
def test_an_invitation_that_the_owner_declined_is_free(caldav: Case, answer: str) -> None:
    caldav.person.put(
        "i.ics",
        ics(
            event(
                "DTSTART:20261125T090000Z",
                "DTEND:20261125T093000Z",
                "ORGANIZER:mailto:boss@acme.test",
                f"ATTENDEE;PARTSTAT={answer}:mailto:Rita@acme.test",
            )
        ),
    )
    busy = ritas(caldav).check_busy([caldav.calendar_id], WINDOW).busy
    assert busy == ((NINE,) if answer == "ACCEPTED" else ())


def test_a_cancelled_event_is_free_and_a_floating_one_is_in_the_calendars_zone(caldav: Case) -> None:
    caldav.set_timezone("America/Los_Angeles")
    caldav.person.put(
        "c.ics", ics(event("DTSTART:20261125T090000Z", "DTEND:20261125T100000Z", "STATUS:CANCELLED"))
    )
    caldav.person.put("f.ics", ics(event("DTSTART:20261125T200000", "DTEND:20261125T210000", uid="u2")))
    assert read(caldav) == live(caldav) == [span("2026-11-26T04:00", "2026-11-26T05:00")]


@pytest.mark.parametrize("timezone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_a_whole_day_without_transparency_blocks_the_local_day(caldav: Case, timezone: str) -> None:
    caldav.set_timezone(timezone)
    caldav.person.put("d.ics", ics(event("DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261126")))
    day = day_span(timezone, date(2026, 11, 25), date(2026, 11, 26))
    assert read(caldav) == live(caldav) == [day]
    assert live(caldav, Span(day.end, day.end + 60)) == live(caldav, Span(day.start - 60, day.start)) == []
    assert live(caldav, Span(day.start, day.start + 1)) == [day]


def test_another_zone_of_the_calendar_moves_its_whole_days_although_no_event_changed(caldav: Case) -> None:
    caldav.set_timezone("America/Los_Angeles")
    caldav.add(AllDay(date(2026, 11, 25), date(2026, 11, 26)))
    mirror = Mirror(caldav.provider, caldav.calendar_id)
    mirror.sync(WINDOW)
    caldav.set_timezone("Pacific/Auckland")
    assert mirror.sync(WINDOW).is_full
    assert mirror.busy(WINDOW) == [day_span("Pacific/Auckland", date(2026, 11, 25), date(2026, 11, 26))]


def test_one_event_that_cannot_be_followed_is_said_and_costs_no_other(caldav: Case) -> None:
    caldav.person.put(
        "bad.ics", ics(event("DTSTART:20261125T120000Z", "DTEND:20261125T130000Z", "RRULE:FREQ=SECONDLY"))
    )
    caldav.add(NINE)
    changes = caldav.provider.read_changes(caldav.calendar_id, None, WINDOW)
    assert NINE in [item.span for item in changes.items]
    assert changes.warnings


def test_nothing_new_costs_one_question(caldav: Case) -> None:
    caldav.add(NINE)
    token = caldav.provider.read_changes(caldav.calendar_id, None, WINDOW).token
    caldav.radicale.relay.seen.clear()
    changes = caldav.provider.read_changes(caldav.calendar_id, token, WINDOW)
    assert (changes.is_full, changes.items, changes.removed) == (False, (), ())
    assert [method for method, *_ in caldav.radicale.relay.seen] == ["PROPFIND"]


def without(caldav: Case, *names: bytes) -> None:
    """The server does not know these properties, and refuses to tell changes."""

    def hide(method: str, path: str, body: bytes) -> Reply | None:
        if b"sync-collection" in body:
            return Reply(403, b'<D:error xmlns:D="DAV:"><D:supported-report/></D:error>')
        if method == "PROPFIND" and b"getctag" in body:
            wanted = body
            for name in names:
                wanted = wanted.replace(name, b"unknown")
            status, headers, content = (
                207,
                {"Content-Type": "text/xml"},
                caldav.person.request(method, path, wanted.decode(), status=207, Depth="0"),
            )
            return Reply(status, content.encode(), headers)
        return None

    caldav.radicale.relay.answer = hide


@pytest.mark.parametrize("names", [(b"sync-token",), (b"sync-token", b"getctag")])
def test_a_server_without_sync_collection_is_read_whole_when_something_changed(
    caldav: Case, names: tuple[bytes, ...]
) -> None:
    without(caldav, *names)
    first = caldav.add(NINE)
    mirror = Mirror(caldav.provider, caldav.calendar_id)
    assert mirror.sync(WINDOW).is_full
    assert not mirror.sync(WINDOW).is_full
    caldav.move(first, TEN)
    assert mirror.sync(WINDOW).is_full
    assert mirror.busy(WINDOW) == [TEN]


def test_changes_told_in_parts_are_asked_for_until_the_last(caldav: Case) -> None:
    first, second = caldav.add(NINE), caldav.add(NINE)
    mirror = Mirror(caldav.provider, caldav.calendar_id)
    mirror.sync(WINDOW)
    caldav.move(first, TEN)
    middle = caldav.provider.read_changes(caldav.calendar_id, None, WINDOW).token
    caldav.move(second, TEN)
    state = str(json.loads(middle or "")["state"])
    part = (
        f"<D:response><D:href>{caldav.person.calendar}{first}</D:href><D:propstat><D:prop><D:getetag>x</D:getetag>"
        "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        f"<D:response><D:href>{caldav.person.calendar}</D:href><D:status>HTTP/1.1 507 More</D:status></D:response>"
        f"<D:sync-token>{state}</D:sync-token>"
    )
    told: list[Any] = []

    def in_parts(method: str, path: str, body: bytes) -> Reply | None:
        if b"sync-collection" in body and not told:
            told.append(body)
            return Reply(207, WHOLE.format(part).encode())
        return None

    caldav.radicale.relay.answer = in_parts
    assert not mirror.sync(WINDOW).is_full
    assert told
    assert mirror.busy(WINDOW) == [TEN, TEN]


def test_an_answer_that_leaves_an_event_out_is_no_answer(caldav: Case) -> None:
    caldav.add(NINE)

    def leave_out(method: str, path: str, body: bytes) -> Reply | None:
        return Reply(207, WHOLE.format("").encode()) if b"multiget" in body else None

    caldav.radicale.relay.answer = leave_out
    with pytest.raises(CalendarError) as raised:
        caldav.provider.read_changes(caldav.calendar_id, None, WINDOW)
    assert (raised.value.code, raised.value.permanent) == ("unavailable", False)
    assert caldav.provider.check_busy([caldav.calendar_id], WINDOW).unknown == (caldav.calendar_id,)


def test_an_event_that_may_not_be_read_is_said(caldav: Case) -> None:
    name = caldav.add(NINE)
    caldav.add(TEN, BusyKind.TENTATIVE)
    hidden = (
        f"<D:response><D:href>{caldav.person.calendar}{name}</D:href>"
        "<D:status>HTTP/1.1 403 Forbidden</D:status></D:response>"
    )

    def hide(method: str, path: str, body: bytes) -> Reply | None:
        if b"multiget" not in body:
            return None
        answer = caldav.person.request(method, path, body.decode(), status=207, Depth="1")
        head, tail = answer.split("<response>", 1)
        parts = [each for each in f"<response>{tail}".split("</response>") if name not in each]
        return Reply(
            207,
            (head + "</response>".join(parts))
            .replace("</multistatus>", hidden.replace("D:", "") + "</multistatus>")
            .encode(),
        )

    caldav.radicale.relay.answer = hide
    changes = caldav.provider.read_changes(caldav.calendar_id, None, WINDOW)
    assert [item.span for item in changes.items] == [TEN]
    assert changes.warnings == ("1 event that cannot be read, not counted.",)
