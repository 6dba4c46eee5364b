"""A session in the world outside: one entry in the rep's calendar, each prospect invited, and none sees another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from icalendar import Calendar as Ics
from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db
from app.demo.mail.invitation import find_invitation
from app.models import EventState, ProviderEvent
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import apply_document
from app.usecases.export_configuration import export_configuration
from app.usecases.invite import invite_ics
from app.usecases.reconcile import reconcile
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.sync_calendar import sync_calendar
from tests.fixtures.outside import REMY, ROBIN, ROSA, Outside, booking_of, calendars_of, jobs
from tests.usecases.test_write_event import events, guests_of, seen_by_guest, starts_at

ADA, BEN, CLEO = "ada@globex.test", "ben@initech.test", "cleo@hooli.test"
EITHER = pytest.mark.parametrize("reps", [(REMY,), (ROSA,)], indirect=True)


def share(seats: int = 3) -> None:
    """From now on the meeting is a group demo."""
    document = export_configuration()
    document["meeting_types"][0] |= {"seats": seats, "name": "Group demo"}
    apply_document(document, COMMAND_LINE, "test")


def fill(outside: Outside, *people: str) -> list[Any]:
    """Everybody books the first one's time."""
    first = outside.book(people[0])
    at = first.starts_at.isoformat()
    return [first, *(outside.book(each, at) for each in people[1:])]


@EITHER
def test_a_session_is_one_entry_with_every_prospect_and_the_video_link_is_everybodys(
    outside: Outside, reps: Sequence[str]
) -> None:
    share()
    outside.connect_and_read(reps[0])
    bookings = fill(outside, ADA, BEN)
    outside.settle()
    [event] = events(outside, reps[0])
    assert set(guests_of(event)) >= {ADA, BEN}
    assert event.get("guestsCanSeeOtherGuests") is False or event.get("hides_attendees") is True
    assert starts_at(event) == bookings[0].starts_at
    links = {booking_of(each.public_id).join_url for each in bookings}
    assert len(links) == 1 and None not in links
    row = db.session.scalars(select(ProviderEvent)).one()
    assert (row.state, row.booking_id, row.generation) == (EventState.WRITTEN, None, 1)
    assert jobs("failed") == []


@EITHER
def test_nothing_that_a_prospect_is_sent_names_another(outside: Outside, reps: Sequence[str]) -> None:
    share()
    outside.connect_and_read(reps[0])
    bookings = fill(outside, ADA, BEN, CLEO)
    outside.settle()
    for each in (ADA, BEN, CLEO):
        others = {ADA, BEN, CLEO} - {each}
        mails = outside.mail.to(each)
        assert any(find_invitation(mail) for mail in mails), "the provider invites"
        for mail in mails:
            text = mail.as_string() + "".join(
                str(part.get_payload(decode=True)) for part in mail.walk() if not part.is_multipart()
            )
            assert not any(other in text for other in others), f"{each} reads of {others}"
    for booking in bookings:
        [ics] = Ics.from_ical(invite_ics(booking_of(booking.public_id))).walk("VEVENT")
        assert "ATTENDEE" not in ics
    [event] = events(outside, reps[0])
    body = str(event.get("description") or event.get("body"))
    assert "/b/" not in body, "whoever reads a link of somebody's could cancel for them"


@EITHER
def test_who_leaves_is_taken_off_and_the_entry_goes_with_the_last(
    outside: Outside, reps: Sequence[str]
) -> None:
    share()
    outside.connect_and_read(reps[0])
    ada, ben = fill(outside, ADA, BEN)
    outside.settle()
    [before] = events(outside, reps[0])
    outside.mail.clear()
    cancel_meeting(ada.public_id, by="prospect")
    outside.settle()
    [after] = events(outside, reps[0])
    assert after["id"] == before["id"] and ADA not in guests_of(after) and BEN in guests_of(after)
    assert outside.mail.to(ADA) and outside.mail.to(BEN) == [], "the others hear nothing of it"
    cancel_meeting(ben.public_id, by="prospect")
    outside.settle()
    assert events(outside, reps[0]) == []
    late = outside.book(CLEO, ben.starts_at.isoformat())
    outside.settle()
    [anew] = events(outside, reps[0])
    assert guests_of(anew)[-1] == CLEO and anew["id"] != before["id"]
    assert booking_of(late.public_id).join_url


@EITHER
def test_a_prospect_who_moves_has_one_meeting_in_their_calendar(
    outside: Outside, reps: Sequence[str]
) -> None:
    share()
    outside.connect_and_read(reps[0])
    ada, _ = fill(outside, ADA, BEN)
    outside.settle()
    _, starts = outside.ask(CLEO)
    first, later = ada.starts_at, datetime.fromisoformat(starts[8])
    reschedule_meeting(ada.public_id, later, by="prospect")
    outside.settle()
    assert {starts_at(event) for event in events(outside, reps[0])} == {first, later}
    assert len(seen_by_guest(outside.mail.to(ADA))) == 1
    assert len(seen_by_guest(outside.mail.to(BEN))) == 1


@EITHER
def test_the_rep_who_calls_it_off_tells_everybody_once(outside: Outside, reps: Sequence[str]) -> None:
    share()
    outside.connect_and_read(reps[0])
    bookings = fill(outside, ADA, BEN)
    outside.settle()
    outside.mail.clear()
    cancel_meeting(bookings[0].public_id, by="rep", reason="ill")
    outside.settle()
    assert events(outside, reps[0]) == []
    for each in (ADA, BEN):
        ours = [mail for mail in outside.mail.to(each) if not find_invitation(mail)]
        assert len(ours) == 1, [str(mail["Subject"]) for mail in ours]


@EITHER
def test_the_mirror_knows_the_session_and_keeps_its_seats_on_offer(
    outside: Outside, reps: Sequence[str]
) -> None:
    share()
    outside.connect_and_read(reps[0])
    [ada] = fill(outside, ADA)
    outside.settle()
    for calendar in calendars_of(reps[0]):
        if calendar.checks_conflicts:
            assert sync_calendar(calendar.public_id)
    _, offered = outside.ask(BEN)
    assert ada.starts_at in {datetime.fromisoformat(start) for start in offered}
    found = reconcile(repair=True)
    assert (found.entries, found.differences) == (1, [])


@pytest.mark.parametrize("reps", [(ROBIN,)], indirect=True)
def test_where_no_provider_invites_each_gets_an_invitation_with_only_themselves(
    outside: Outside, reps: Sequence[str]
) -> None:
    share()
    fill(outside, ADA, BEN)
    outside.settle()
    for each in (ADA, BEN):
        [invitation] = [found for mail in outside.mail.to(each) if (found := find_invitation(mail))]
        assert invitation.attendees == (each,)
