"""A booking reaches the rep's calendar: once, whatever breaks on the way, and the guest sees exactly one event."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar as Ics
from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db, transaction
from app.demo.mail.invitation import find_invitation
from app.models import Activity, Booking, EventState, ProviderEvent, Rep
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import change_configuration
from app.usecases.event_draft import event_title
from app.usecases.export_configuration import export_configuration
from app.usecases.fetch_join_link import fetch_join_link
from app.usecases.invite import invite_ics
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.write_event import write_event
from calendars.providers.base import CalendarError
from tests.fixtures.outside import (
    PRIYA,
    REMY,
    ROBIN,
    ROSA,
    Outside,
    booking_of,
    calendars_of,
    fault,
    hurry_jobs,
    jobs,
    rep_of,
)

ROSA_ALONE = pytest.mark.parametrize("reps", [(ROSA,)], indirect=True)
EITHER = pytest.mark.parametrize("reps", [(REMY,), (ROSA,)], indirect=True)


def events(outside: Outside, email: str) -> list[dict[str, Any]]:
    return outside.google_events(email) if email == REMY else outside.microsoft_events(email)


def side_of(outside: Outside, email: str) -> Any:
    return outside.google if email == REMY else outside.microsoft


def starts_at(event: dict[str, Any]) -> datetime:
    if isinstance(event["start"], dict):
        return datetime.fromisoformat(event["start"]["dateTime"]).astimezone(UTC)
    return datetime.fromisoformat(event["start"]).replace(tzinfo=ZoneInfo(event["zone"])).astimezone(UTC)


def guests_of(event: dict[str, Any]) -> list[str]:
    return [guest.get("email") or guest["address"] for guest in event["attendees"]]


def invitations(mails: list[EmailMessage]) -> list[tuple[str, str, int]]:
    """The iTIP messages in a mailbox: method, UID, sequence."""
    found = [invitation for mail in mails if (invitation := find_invitation(mail))]
    return [(each.method, each.uid, each.sequence) for each in found]


def seen_by_guest(mails: list[EmailMessage]) -> set[str]:
    """The UIDs that stand in the calendar of somebody who opens every message in order."""
    standing: set[str] = set()
    for method, uid, _ in invitations(mails):
        standing.add(uid) if method == "REQUEST" else standing.discard(uid)
    return standing


def next_start(outside: Outside, booking: Booking, steps: int = 4) -> datetime:
    return booking.starts_at + timedelta(minutes=30 * steps)


@EITHER
def test_a_booking_is_on_the_reps_calendar_with_the_prospect_invited_by_the_provider(
    outside: Outside, reps: tuple[str]
) -> None:
    email = reps[0]
    outside.connect_and_read(email)
    booking = outside.book(guests=["paul@globex.test"], answers={"name": "Priya"})
    outside.settle()
    [event] = events(outside, email)
    assert starts_at(event) == booking.starts_at
    assert set(guests_of(event)) >= {PRIYA, "paul@globex.test"}
    row = db.session.scalars(select(ProviderEvent)).one()
    assert (row.state, row.generation, row.error) == (EventState.WRITTEN, 1, None)
    booking = booking_of(booking.public_id)
    assert booking.join_url and booking.join_url.startswith("http")
    [(method, uid, _)] = invitations(outside.mail.to(PRIYA))
    assert (method, uid) == ("REQUEST", row.ical_uid)
    assert str(Ics.from_ical(invite_ics(booking)).walk("VEVENT")[0]["UID"]) == uid, (
        "one event, whichever is opened"
    )
    assert [str(m["Subject"]).partition(":")[0] for m in outside.mail.to(PRIYA) if not invitations([m])] == [
        "Your meeting is booked"
    ]
    assert jobs("failed") == []


@EITHER
def test_moving_moves_the_same_event_and_cancelling_removes_it(outside: Outside, reps: tuple[str]) -> None:
    email = reps[0]
    outside.connect_and_read(email)
    booking = outside.book()
    outside.settle()
    [before] = events(outside, email)
    reschedule_meeting(booking.public_id, next_start(outside, booking), by="prospect")
    outside.settle()
    [after] = events(outside, email)
    booking = booking_of(booking.public_id)
    assert after["id"] == before["id"] and starts_at(after) == booking.starts_at
    cancel_meeting(booking.public_id, by="prospect")
    outside.settle()
    assert events(outside, email) == []
    told = invitations(outside.mail.to(PRIYA))
    assert [method for method, _, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({uid for _, uid, _ in told}) == 1 and seen_by_guest(outside.mail.to(PRIYA)) == set()
    assert db.session.scalars(select(ProviderEvent)).one().state is EventState.CANCELLED


@EITHER
def test_an_answer_lost_after_the_work_was_done_makes_no_twin(outside: Outside, reps: tuple[str]) -> None:
    email = reps[0]
    outside.connect_and_read(email)
    booking = outside.book()
    path = "/calendar/v3/*" if email == REMY else "/v1.0/*"
    with fault(side_of(outside, email), "reset-after", path, method="POST", times=6):
        for _ in range(8):
            hurry_jobs()
            outside.work(1)
    outside.settle()
    assert len(events(outside, email)) == 1
    assert [m for m, _, _ in invitations(outside.mail.to(PRIYA))] == ["REQUEST"]
    assert booking_of(booking.public_id).join_url


def test_while_the_provider_is_down_the_booking_stands_and_its_event_follows(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    with fault(outside.google, "status", "/calendar/v3/*", status=503, retry_after=120):
        outside.work()
        [job] = [job for job in jobs("todo") if job["task_name"] == "write_event"]
        assert job["attempts"] == 1
        assert job["scheduled_at"] >= datetime.now(UTC) + timedelta(seconds=110), "as long as was asked for"
        hurry_jobs()
        outside.work(1)
    assert events(outside, REMY) == []
    assert [str(m["Subject"])[:22] for m in outside.mail.to(PRIYA)] == ["Your meeting is booked"]
    assert invitations(outside.mail.to(PRIYA)) == [], "the provider will invite"
    outside.settle()
    assert len(events(outside, REMY)) == 1
    assert [m for m, _, _ in invitations(outside.mail.to(PRIYA))] == ["REQUEST"]
    assert booking_of(booking.public_id).join_url


def test_a_newer_change_does_not_wait_for_the_older_ones_next_try(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    with fault(outside.google, "status", "/calendar/v3/*", status=503, retry_after=3000):
        outside.work()
    reschedule_meeting(booking.public_id, next_start(outside, booking), by="prospect")
    outside.work()
    [event] = events(outside, REMY)
    assert starts_at(event) == booking_of(booking.public_id).starts_at


def test_a_grant_that_dies_between_booking_and_writing_is_made_up_for_by_our_own_invitation(
    outside: Outside,
) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    outside.google.ctl("revoke", email=REMY)
    outside.settle()
    assert [job["task_name"] for job in jobs("failed")] == ["write_event"], "visible, and not tried in vain"
    [(method, uid, _)] = invitations(outside.mail.to(PRIYA))
    assert method == "REQUEST"
    assert any("again" in str(mail["Subject"]) for mail in outside.mail.to(REMY))
    outside.connect(REMY)
    outside.settle()
    [event] = events(outside, REMY)
    assert PRIYA not in guests_of(event), "invited once already"
    assert seen_by_guest(outside.mail.to(PRIYA)) == {uid}
    assert jobs("failed") == []
    cancel_meeting(booking.public_id, by="prospect")
    outside.settle()
    assert events(outside, REMY) == [] and seen_by_guest(outside.mail.to(PRIYA)) == set()


def test_a_grant_that_dies_after_the_first_mail_still_brings_an_invitation(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    outside.book()
    with fault(outside.google, "status", "/calendar/v3/*", status=503):
        outside.work()
        hurry_jobs()
        outside.work(1)
    assert len(outside.mail.to(PRIYA)) == 1 and not invitations(outside.mail.to(PRIYA))
    outside.google.ctl("revoke", email=REMY)
    outside.settle()
    assert len(seen_by_guest(outside.mail.to(PRIYA))) == 1
    assert len(outside.mail.to(PRIYA)) == 2


@pytest.mark.parametrize("reps", [(ROBIN,)], indirect=True)
def test_where_no_calendar_takes_events_our_own_mail_is_the_invitation_from_first_to_last(
    outside: Outside,
) -> None:
    booking = outside.book(guests=["paul@globex.test"])
    outside.settle()
    [(method, uid, first)] = invitations(outside.mail.to(PRIYA))
    assert method == "REQUEST" and seen_by_guest(outside.mail.to("paul@globex.test")) == {uid}
    assert str(Ics.from_ical(invite_ics(booking)).walk("VEVENT")[0]["UID"]) == uid
    reschedule_meeting(booking.public_id, next_start(outside, booking), by="prospect")
    outside.settle()
    assert invitations(outside.mail.to(PRIYA))[-1] == ("REQUEST", uid, first + 1)
    cancel_meeting(booking.public_id, by="rep", reason="ill")
    outside.settle()
    assert invitations(outside.mail.to(PRIYA))[-1] == ("CANCEL", uid, first + 2)
    for guest in (PRIYA, "paul@globex.test"):
        assert seen_by_guest(outside.mail.to(guest)) == set()
    assert db.session.scalars(select(ProviderEvent)).all() == []


@pytest.mark.parametrize("reps", [(ROBIN,)], indirect=True)
def test_a_meeting_cancelled_before_anybody_was_invited_is_not_withdrawn(outside: Outside) -> None:
    booking = outside.book()
    cancel_meeting(booking.public_id, by="prospect")
    outside.settle()
    assert invitations(outside.mail.to(PRIYA)) == []
    assert len(outside.mail.to(PRIYA)) == 1


def hand_over(outside: Outside, booking: Booking, *, to: str) -> None:
    """Another rep takes the meeting at another time, as when the first has none left."""
    away = db.session.get_one(Rep, booking.rep_id).email
    item = next(item for item in export_configuration()["reps"] if item["email"] == away)
    change_configuration({"reps": {away: item | {"active": False}}}, COMMAND_LINE, "test")
    reschedule_meeting(booking.public_id, next_start(outside, booking, 6), by="prospect")
    assert booking_of(booking.public_id).rep_id == rep_of(to).id


@pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
def test_another_rep_is_another_event_and_our_words_come_before_the_providers(outside: Outside) -> None:
    outside.connect_and_read(REMY, ROSA)
    booking = outside.book()
    first, second = (REMY, ROSA) if booking.rep_id == rep_of(REMY).id else (ROSA, REMY)
    outside.settle()
    outside.mail.clear()
    hand_over(outside, booking, to=second)
    outside.settle()
    assert events(outside, first) == [] and len(events(outside, second)) == 1
    to_priya = outside.mail.to(PRIYA)
    assert [m for m, _, _ in invitations(to_priya)] == ["CANCEL", "REQUEST"]
    name = second.partition("@")[0].title()
    assert str(to_priya[0]["Subject"]).startswith(f"{name} will meet you"), "ours explains first"
    assert any("No longer yours" in str(mail["Subject"]) for mail in outside.mail.to(first))
    assert any("New meeting" in str(mail["Subject"]) for mail in outside.mail.to(second))


@pytest.mark.parametrize("reps", [(REMY, ROBIN)], indirect=True)
def test_from_a_provider_to_a_rep_without_one_and_back_the_guest_has_one_event(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    outside.settle()
    other = ROBIN if booking.rep_id == rep_of(REMY).id else REMY
    hand_over(outside, booking, to=other)
    outside.settle()
    assert len(seen_by_guest(outside.mail.to(PRIYA))) == 1
    assert len(events(outside, REMY)) == (1 if other == REMY else 0)


@pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
def test_a_former_reps_dead_grant_does_not_keep_the_meeting_out_of_the_new_ones_calendar(
    outside: Outside,
) -> None:
    outside.connect_and_read(REMY, ROSA)
    booking = outside.book()
    first, second = (REMY, ROSA) if booking.rep_id == rep_of(REMY).id else (ROSA, REMY)
    outside.settle()
    side_of(outside, first).ctl("revoke", email=first)
    hand_over(outside, booking, to=second)
    outside.settle()
    assert len(events(outside, second)) == 1
    assert [job["task_name"] for job in jobs("failed")] == ["write_event"]


@ROSA_ALONE
def test_a_link_that_is_made_late_reaches_the_booking_and_the_mail_waits_for_it_a_little(
    outside: Outside,
) -> None:
    outside.microsoft.ctl("switch", teams_reads=3)
    outside.connect_and_read(ROSA)
    booking = outside.book()
    outside.work()
    assert booking_of(booking.public_id).join_url is None
    assert [m for m in outside.mail.to(PRIYA) if not invitations([m])] == [], "not without the link yet"
    assert [job["task_name"] for job in jobs("todo")] == ["notify_booking", "fetch_join_link"]
    link = wait_for_link(booking)
    outside.work()
    [mail] = [m for m in outside.mail.to(PRIYA) if not invitations([m])]
    body = mail.get_body(("plain",))
    assert body is not None and link in body.get_content()


def wait_for_link(booking: Booking) -> str:
    """Ask as the worker would, until the link is there."""
    for _ in range(5):
        try:
            fetch_join_link(booking.public_id)
        except CalendarError as error:
            assert error.retry_after and not error.permanent
        if link := booking_of(booking.public_id).join_url:
            return link
    raise AssertionError("the link never came")


def test_an_event_that_was_never_written_follows_the_rep_to_another_calendar(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    with fault(outside.google, "status", "/calendar/v3/*", status=503), pytest.raises(CalendarError):
        write_event(booking.public_id, 0)
    with transaction():
        row = db.session.scalars(select(ProviderEvent)).one()
        row.calendar_id = None
    write_event(booking.public_id, 0)
    row = db.session.scalars(select(ProviderEvent)).one()
    assert row.calendar_id == next(c for c in calendars_of(REMY) if c.is_destination).id
    assert len(events(outside, REMY)) == 1


def test_an_overtaken_change_writes_nothing(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    write_event(booking.public_id, 7)
    assert events(outside, REMY) == []


@pytest.mark.parametrize(
    ("company", "name", "title"),
    [
        ("Globex", "Priya", "Globex"),
        ("", "Priya", "Priya"),
        ("https://evil.test/win", "Priya", "Priya"),
        ("www.evil.test", "x" * 500, PRIYA),
        ("Glo\r\nbex\u202e", "", "Glo bex"),
    ],
)
def test_strangers_put_no_links_and_no_novels_into_a_title_that_the_provider_mails(
    outside: Outside, company: str, name: str, title: str
) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    booking.lead.company, booking.lead.name = company, name
    assert event_title(booking) == f"Product demo: {title} and Remy"
    db.session.rollback()


def test_what_happened_is_in_the_leads_history(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    outside.book()
    outside.settle()
    kinds = db.session.scalars(select(Activity.kind).order_by(Activity.id)).all()
    assert kinds[-3:] == ["event.written", "mail.sent", "mail.sent"]
