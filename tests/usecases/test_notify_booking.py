"""Mails of a booking: everybody once for each version, in their words and on their clock."""

import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.models import Activity, Booking
from app.usecases import notify_booking as module
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.mail_manage_link import mail_manage_link
from app.usecases.notify_booking import notify_booking
from app.usecases.reschedule_meeting import reschedule_meeting
from tests.fixtures.outside import PRIYA, ROBIN, Outside, booking_of
from tests.notifications.lint import check

pytestmark = pytest.mark.parametrize("reps", [(ROBIN,)], indirect=True)
NASTY = "Priya\r\nBcc: x@globex.test \u202e<script>alert(1)</script> https://evil.test " + "x" * 10_000


def subjects(outside: Outside, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in outside.mail.to(address)]


def text_of(outside: Outside, address: str, number: int = -1) -> str:
    body = outside.mail.to(address)[number].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def activities(kind: str) -> list[dict[str, Any]]:
    db.session.rollback()
    return [row.data for row in db.session.scalars(select(Activity).where(Activity.kind == kind))]


def test_prospect_and_rep_are_told_and_every_mail_is_well_formed(outside: Outside) -> None:
    booking = outside.book(answers={"name": "Priya", "country": "DE"}, notes="We use https://globex.test")
    notify_booking(booking.public_id, 0)
    for raw in outside.mail.raw:
        check(raw)
    to_priya, to_robin = text_of(outside, PRIYA), text_of(outside, ROBIN)
    first = to_priya.splitlines()[0]
    assert "(Berlin, UTC" in first and to_priya.splitlines()[2] == "Your meeting is booked"
    assert "/b/bkg_" in to_priya and "invite.ics" in to_priya
    assert "Country: DE" in to_robin and "Why you" in to_robin and "We use" in to_robin
    assert "https://globex.test" not in to_robin and "please send them yours" in to_robin
    assert "Country" not in to_priya, "what the lead wrote goes to the rep alone"
    assert str(outside.mail.to(PRIYA)[0]["Reply-To"]) == f"Robin <{ROBIN}>"


def test_a_job_that_runs_twice_mails_once(outside: Outside) -> None:
    booking = outside.book()
    notify_booking(booking.public_id, 0)
    notify_booking(booking.public_id, 0)
    assert len(outside.mail.messages) == 2


def test_a_mail_that_was_sent_but_not_noted_is_sent_again_under_the_same_id(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = outside.book()

    def die(*rest: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "add_activity", die)
        with pytest.raises(KeyboardInterrupt):
            notify_booking(booking.public_id, 0)
    notify_booking(booking.public_id, 0)
    first, again = outside.mail.to(PRIYA)
    assert first["Message-ID"] == again["Message-ID"]


def test_each_version_is_told_and_an_overtaken_one_is_not(outside: Outside) -> None:
    booking = outside.book()
    notify_booking(booking.public_id, 0)
    reschedule_meeting(booking.public_id, booking.starts_at + timedelta(hours=2), by="prospect")
    reschedule_meeting(booking.public_id, booking.starts_at + timedelta(hours=2), by="prospect")
    notify_booking(booking.public_id, 1)
    notify_booking(booking.public_id, 2)
    cancel_meeting(booking.public_id, by="rep", reason="Robin is ill; see https://evil.test")
    notify_booking(booking.public_id, 3)
    assert [s.partition(":")[0] for s in subjects(outside, PRIYA)] == [
        "Your meeting is booked",
        "Your meeting has moved",
        "Your meeting is cancelled",
        "Your earlier calendar entry is withdrawn",
    ]
    assert [s.partition(":")[0] for s in subjects(outside, ROBIN)] == ["New meeting", "Moved", "Cancelled"]
    assert "Robin is ill" in text_of(outside, PRIYA, 2)
    for raw in outside.mail.raw:
        check(raw)


def test_who_never_read_of_the_booking_reads_of_a_new_one_though_it_was_moved(outside: Outside) -> None:
    booking = outside.book()
    reschedule_meeting(booking.public_id, booking.starts_at + timedelta(hours=2), by="prospect")
    notify_booking(booking.public_id, 1)
    assert subjects(outside, PRIYA)[0].startswith("Your meeting is booked")
    assert subjects(outside, ROBIN)[0].startswith("New meeting")


def test_a_passing_refusal_is_tried_again_and_nobody_gets_a_second_copy(outside: Outside) -> None:
    booking = outside.book()
    outside.mail.refuse[ROBIN] = "450 later"
    with pytest.raises(smtplib.SMTPException):
        notify_booking(booking.public_id, 0)
    outside.mail.refuse.clear()
    notify_booking(booking.public_id, 0)
    assert len(outside.mail.to(PRIYA)) == 1 and len(outside.mail.to(ROBIN)) == 1


def test_a_refusal_for_good_is_noted_once_and_the_rep_is_told(outside: Outside) -> None:
    booking = outside.book()
    outside.mail.refuse[PRIYA] = "550 nobody here"
    notify_booking(booking.public_id, 0)
    notify_booking(booking.public_id, 0)
    assert [each["audience"] for each in activities("mail.refused")] == ["prospect"]
    assert PRIYA not in repr(activities("mail.refused"))
    assert "refused: please reach them in another way" in " ".join(text_of(outside, ROBIN).split())
    assert outside.mail.tries == 2


def test_what_strangers_typed_harms_no_mail(outside: Outside) -> None:
    booking = outside.book(answers={"name": NASTY, "country": NASTY}, notes=NASTY)
    with transaction():
        row = booking_of(booking.public_id)
        row.lead.name, row.lead.company = NASTY[:200], NASTY[:200]
    notify_booking(booking.public_id, 0)
    for raw in outside.mail.raw:
        check(raw)
        assert b"https://evil.test" not in raw.replace(b"=\r\n", b"")
    assert "evil" not in subjects(outside, PRIYA)[0], "no stranger's words in a subject that victims read"
    assert "UTC" in subjects(outside, ROBIN)[0], "the time is not pushed out of the subject"


def test_german_prospects_read_german(outside: Outside) -> None:
    booking = outside.book(locale="de-AT")
    notify_booking(booking.public_id, 0)
    [mail] = outside.mail.to(PRIYA)
    assert str(mail["Subject"]).startswith("Ihr Termin ist gebucht: Product demo, ")
    assert mail["Content-Language"] == "de" and "Verschieben oder absagen" in text_of(outside, PRIYA)
    assert subjects(outside, ROBIN)[0].startswith("New meeting")


def test_an_erased_lead_gets_no_mail_and_the_rep_does(outside: Outside) -> None:
    booking = outside.book()
    with transaction():
        booking_of(booking.public_id).lead.email = None
    notify_booking(booking.public_id, 0)
    assert len(outside.mail.messages) == 1 and len(outside.mail.to(ROBIN)) == 1


def test_the_manage_link_is_mailed_to_who_asks_again_at_most_once_an_hour(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking: Booking = outside.book()
    outside.mail.clear()
    for _ in range(5):
        outside.ask(PRIYA)
        mail_manage_link(booking.public_id)
    assert [s.partition(":")[0] for s in subjects(outside, PRIYA)] == ["You already have a meeting with us"]
    later = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr(clock, "_replacement", lambda: later)
    mail_manage_link(booking.public_id)
    assert len(outside.mail.to(PRIYA)) == 2
    check(outside.mail.raw[-1])
