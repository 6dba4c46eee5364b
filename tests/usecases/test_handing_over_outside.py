"""What the world sees when a meeting changes hands: one event, in the new calendar, and one mail each."""

import pytest

from app.db import db
from app.usecases.skip_meeting import skip_meeting
from tests.fixtures.outside import PRIYA, REMY, ROSA, Outside


@pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
def test_the_event_moves_to_the_new_calendar_and_everybody_is_told_once(outside: Outside) -> None:
    outside.connect_and_read(REMY, ROSA)
    booking = outside.book()
    outside.settle()
    former, other = (REMY, ROSA) if booking.rep.email == REMY else (ROSA, REMY)
    assert (events(outside, former), events(outside, other)) == (1, 0)
    before = {who: len(ours(outside, who)) for who in (PRIYA, REMY, ROSA)}

    skip_meeting(booking.public_id, booking.rep_id, "Not my field", by="user_remy")
    outside.settle()
    db.session.refresh(booking)

    assert booking.rep.email == other
    assert (events(outside, former), events(outside, other)) == (0, 1)
    told = {who: ours(outside, who)[before[who] :] for who in before}
    assert {who: len(subjects) for who, subjects in told.items()} == {PRIYA: 1, REMY: 1, ROSA: 1}
    assert "No longer yours" in told[former][0] and "New meeting" in told[other][0]


def events(outside: Outside, email: str) -> int:
    return len(outside.google_events() if email == REMY else outside.microsoft_events())


def ours(outside: Outside, address: str) -> list[str]:
    """Subjects of our own mails; a provider's invitations are none."""
    sent = [mail for mail in outside.mail.to(address) if "meetings@acme.test" in str(mail["From"])]
    return [str(mail["Subject"]) for mail in sent]


@pytest.mark.parametrize("reps", [(REMY,)], indirect=True)
def test_the_brief_leads_to_a_page_for_giving_the_meeting_on(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    outside.settle()
    body = outside.mail.to(REMY)[-1].get_body(("plain",))
    assert body is not None
    assert f"/app/meetings/{booking.public_id}/skip" in body.get_content()
