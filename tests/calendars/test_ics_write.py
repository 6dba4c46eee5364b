"""Our own events as iCalendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from calendars.ics_uid import booking_of, uid_of
from calendars.ics_write import Meeting, write_ics, write_invitation
from calendars.providers.base import Guest
from tests.calendars.feeds import SPRING, busy, read

START = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
MEETING = Meeting(
    uid=uid_of("bkg_7hw2"),
    title="Product demo, Acme & Initech; “hello”",
    start=START,
    end=START + timedelta(minutes=30),
    updated=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    description="Join: https://meet.test/abc\nManage: https://acme.test/b/1?t=" + "x" * 200,
    location="https://meet.test/abc",
    url="https://acme.test/b/1",
    timezone="Europe/Berlin",
)
RITA = Guest("scheduler@acme.test", "Acme")
PRIYA = Guest("priya@initech.test", 'Priya "P" O^Hara\r\nATTENDEE:mailto:evil@x.test')


def parsed(data: bytes) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(data)
    return calendar, calendar.walk("VEVENT")[0]


def invitation(meeting: Meeting = MEETING, method: Any = "REQUEST", *guests: Guest) -> bytes:
    return write_invitation(meeting, method=method, organizer=RITA, guests=guests or (PRIYA,))


def test_a_plain_file_holds_the_meeting_and_invites_nobody() -> None:
    calendar, event = parsed(write_ics(MEETING))
    assert "METHOD" not in calendar
    assert "ATTENDEE" not in event
    assert "ORGANIZER" not in event
    assert str(event["UID"]) == MEETING.uid
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (MEETING.start, MEETING.end)
    assert str(event["SUMMARY"]) == MEETING.title
    assert str(event["DESCRIPTION"]) == MEETING.description
    assert (str(event["STATUS"]), str(event["TRANSP"]), event["SEQUENCE"]) == ("CONFIRMED", "OPAQUE", 0)


@pytest.mark.parametrize("data", [write_ics(MEETING), invitation(), invitation(MEETING, "CANCEL")])
def test_lines_end_as_the_standard_says_and_are_short(data: bytes) -> None:
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 75


def test_a_zone_comes_with_its_rules_and_without_one_times_are_utc() -> None:
    with_zone, without = write_ics(MEETING), write_ics(replace(MEETING, timezone=None))
    assert b"DTSTART;TZID=Europe/Berlin:20260330T100000" in with_zone
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in with_zone
    assert len(with_zone) < 2500
    assert b"DTSTART:20260330T080000Z" in without
    assert b"VTIMEZONE" not in without


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", None]
)
@pytest.mark.parametrize(
    "start", ["2026-03-29T00:30", "2026-03-29T01:30", "2026-04-04T15:15", "2026-04-20T09:00"]
)
def test_what_we_write_is_read_as_the_same_instant(zone: str | None, start: str) -> None:
    instant = datetime.fromisoformat(start).replace(tzinfo=UTC)
    data = write_ics(replace(MEETING, start=instant, end=instant + timedelta(minutes=45), timezone=zone))
    assert busy(data, SPRING) == [f"{instant:%Y-%m-%d %H:%M}-{instant + timedelta(minutes=45):%H:%M}"]


def test_an_invitation_asks_the_guest_in_the_organizers_name() -> None:
    calendar, event = parsed(invitation())
    assert str(calendar["METHOD"]) == "REQUEST"
    assert str(event["ORGANIZER"]) == "mailto:scheduler@acme.test"
    assert str(event["ATTENDEE"]) == "mailto:priya@initech.test"
    asked = {"RSVP": "TRUE", "PARTSTAT": "NEEDS-ACTION", "ROLE": "REQ-PARTICIPANT"}
    assert asked.items() <= dict(event["ATTENDEE"].params).items()
    assert len(calendar.walk("VEVENT")) == 1


def test_several_guests_are_several_attendees() -> None:
    _, event = parsed(invitation(MEETING, "REQUEST", PRIYA, Guest("paul@initech.test")))
    assert [str(guest) for guest in event["ATTENDEE"]] == [
        "mailto:priya@initech.test",
        "mailto:paul@initech.test",
    ]


def test_a_change_and_a_cancellation_keep_the_uid_and_raise_the_sequence() -> None:
    """Clients order by sequence, and ignore a change that is not higher."""
    moved = replace(MEETING, start=START + timedelta(hours=1), end=START + timedelta(hours=2), sequence=1)
    messages = [invitation(), invitation(moved), invitation(replace(moved, sequence=2), "CANCEL")]
    events = [parsed(message)[1] for message in messages]
    assert {str(event["UID"]) for event in events} == {MEETING.uid}
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert str(events[2]["STATUS"]) == "CANCELLED"
    assert events[2]["DTSTART"].dt == moved.start
    assert "RSVP" not in events[2]["ATTENDEE"].params
    assert busy(messages[2]) == []


def test_the_same_meeting_is_the_same_bytes() -> None:
    """The stamp is that of the last change, not of now, so that a download's ETag stands still."""
    assert write_ics(MEETING) == write_ics(MEETING)


def test_names_and_texts_cannot_smuggle_lines_in() -> None:
    data = invitation(replace(MEETING, title="Demo\r\nATTENDEE:mailto:evil@x.test\x07", location="a\r\nb"))
    calendar, event = parsed(data)
    assert not [line for line in data.split(b"\r\n") if line.startswith(b"ATTENDEE:mailto:evil")]
    assert event["ATTENDEE"].params["CN"] == "Priya P OHaraATTENDEE:mailto:evil@x.test"
    assert isinstance(event["ATTENDEE"], str)  # one, not a list
    assert len(calendar.walk("VEVENT")) == 1


@pytest.mark.parametrize(
    "email", ["", "priya", "a@b@c", "a b@c.test", "a@c.test\r\nX:y", "mailto:a@c.test", "a@c,d"]
)
def test_an_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="address"):
        invitation(MEETING, "REQUEST", Guest(email))


def test_an_organizer_is_no_guest_and_there_is_one() -> None:
    for guests in ((), (Guest("Scheduler@Acme.test"),)):
        with pytest.raises(ValueError, match="organizer"):
            write_invitation(MEETING, method="REQUEST", organizer=RITA, guests=guests)


def test_our_events_are_known_again_in_anybodys_feed() -> None:
    assert [item.booking for item in read(write_ics(MEETING)).busy] == ["bkg_7hw2"]
    assert uid_of("bkg_7hw2", 2) != uid_of("bkg_7hw2")
    assert booking_of(uid_of("bkg_7hw2", 2)) == "bkg_7hw2"
    assert booking_of("bkg_7hw2@google.com") is None
    assert booking_of("@booking.smart-scheduler.invalid") is None
