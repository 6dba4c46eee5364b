"""The invitations that a service mails, as a guest's mail program reads them."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from app.demo.stand_in import Meeting, Outbox, Person
from app.demo.stand_in.mail import invitation

PRIYA = Person("priya@prospect.test", "Priya")
START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MEETING = Meeting(
    uid="abc@google.com",
    sequence=2,
    title="Product demo – über alles, wirklich; eine lange Überschrift, die gefaltet werden muss",
    start=START,
    end=START + timedelta(minutes=30),
    timezone="Europe/Berlin",
    organizer=Person("remy@acme.test", "Remy"),
    guests=(PRIYA, Person("paul@prospect.test")),
    written_at=START - timedelta(days=4),
    description="Change or cancel: https://acme.test/b/1",
    join_url="https://meet.test/abc",
)


def sent(method: str = "REQUEST") -> EmailMessage:
    return message_from_bytes(invitation(method, MEETING, PRIYA).as_bytes(), policy=policy.default)


def calendar_part(message: EmailMessage) -> EmailMessage:
    [part] = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    assert isinstance(part, EmailMessage)
    return part


def event_of(method: str = "REQUEST") -> tuple[Any, Any]:
    """The calendar in a mail, and its event."""
    calendar = Calendar.from_ical(calendar_part(sent(method)).get_content())
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_it_comes_from_the_organizer_to_the_guest() -> None:
    message = sent()
    assert (message["From"], message["To"]) == ("Remy <remy@acme.test>", "Priya <priya@prospect.test>")
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]


def test_the_method_of_the_part_is_that_of_the_calendar() -> None:
    for method, status in (("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")):
        part = calendar_part(sent(method))
        calendar, event = event_of(method)
        assert part.get_param("method") == calendar["METHOD"] == method
        assert event["STATUS"] == status


def test_it_says_who_when_and_which_meeting() -> None:
    calendar, event = event_of()
    assert (event["UID"], event["SEQUENCE"], event["SUMMARY"]) == (MEETING.uid, 2, MEETING.title)
    assert event["ORGANIZER"] == "mailto:remy@acme.test"
    assert [str(each) for each in event["ATTENDEE"]] == [
        "mailto:priya@prospect.test",
        "mailto:paul@prospect.test",
    ]
    assert all(each.params["RSVP"] == "TRUE" for each in event["ATTENDEE"])
    assert event["DTSTART"].dt == START
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_its_lines_are_folded_and_end_as_they_must() -> None:
    [attached] = [part for part in sent().walk() if part.get_content_type() == "application/ics"]
    data = attached.get_content()
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


def test_a_mail_server_that_is_away_loses_the_mail_and_not_the_event() -> None:
    outbox = Outbox(("127.0.0.1", 9))
    outbox.tell("REQUEST", MEETING, [PRIYA])
    outbox.flush()
    assert [each["to"] for each in outbox.sent] == [PRIYA.email]
