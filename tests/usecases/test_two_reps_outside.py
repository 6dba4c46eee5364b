"""What a meeting of several looks like outside: one event with everybody in it, and a mail to each who needs one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db
from app.demo.mail.invitation import find_invitation
from app.models import Rep
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import apply_document
from app.usecases.describe_booking import describe_booking
from app.usecases.notify_booking import notify_booking
from app.usecases.replace_colleague import replace_colleague
from app.usecases.reschedule_meeting import reschedule_meeting
from tests.fixtures.outside import PRIYA, REMY, ROBIN, ROSA, Outside, document

PAIR = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
ALL_OURS = pytest.mark.parametrize("reps", [(ROBIN, ROSA)], indirect=True)


def with_secondary(first: str, second: str) -> None:
    """The first rep leads, the second takes part."""
    made = document(first, second)
    if first == ROBIN:
        made["reps"][1]["calendars"] = "none"
    made["pools"] = [
        {"name": name, "queue": "desk", "members": [{"rep": rep}]}
        for name, rep in (("seniors", first), ("juniors", second))
    ]
    action = {"pool": "seniors", "with": [{"role": "secondary", "pool": "juniors"}]}
    made["routers"][0]["catch_all"] = [action, {"queue": "desk"}]
    apply_document(made, COMMAND_LINE, "test", prune=True)


def subjects(outside: Outside, address: str) -> list[str]:
    return [str(mail["Subject"]).partition(":")[0] for mail in outside.mail.to(address)]


def text_of(outside: Outside, address: str, number: int = -1) -> str:
    body = outside.mail.to(address)[number].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@PAIR
def test_one_event_in_the_reps_calendar_invites_the_prospect_and_the_colleague(outside: Outside) -> None:
    with_secondary(REMY, ROSA)
    outside.connect_and_read(REMY, ROSA)
    booking = outside.book(answers={"name": "Priya"})
    outside.settle()
    (event,) = outside.google_events(REMY)
    assert {guest["email"] for guest in event["attendees"]} >= {PRIYA, ROSA}
    assert event["summary"] == "Product demo: Priya, Remy and Rosa"
    ours = [entry for entry in outside.microsoft_events(ROSA) if entry.get("booking") == booking.public_id]
    assert ours == [], "the colleague has no second entry of ours"
    reschedule_meeting(booking.public_id, booking.starts_at + timedelta(hours=2), by="prospect")
    outside.settle()
    (moved,) = outside.google_events(REMY)
    assert moved["id"] == event["id"]
    cancel_meeting(booking.public_id, by="prospect")
    outside.settle()
    assert outside.google_events(REMY) == []


@ALL_OURS
def test_everybody_reads_who_meets_and_the_colleague_their_role(outside: Outside) -> None:
    with_secondary(ROBIN, ROSA)
    booking = outside.book(answers={"name": "Priya"}, locale="de")
    notify_booking(booking.public_id, 0)
    assert "Robin und Rosa, Acme" in text_of(outside, PRIYA)
    assert "secondary" not in text_of(outside, PRIYA), "roles are our own words"
    assert "Robin; Rosa (secondary)" in text_of(outside, ROBIN)
    said = text_of(outside, ROSA)
    assert "You take part as secondary. The meeting is Robin's." in said
    assert "Rosa takes part as secondary, from pool juniors." in said
    assert "/skip" in said and "/skip" in text_of(outside, ROBIN)
    assert [one["name"] for one in describe_booking(booking)["people"]] == ["Robin", "Rosa"]
    assert len(outside.mail.messages) == 3
    notify_booking(booking.public_id, 0)
    assert len(outside.mail.messages) == 3, "nobody is told twice"


@ALL_OURS
def test_our_own_invitation_reaches_the_colleague_and_is_withdrawn_with_the_meeting(outside: Outside) -> None:
    with_secondary(ROBIN, ROSA)
    booking = outside.book()
    notify_booking(booking.public_id, 0)
    invitation = find_invitation(outside.mail.to(ROSA)[0])
    assert invitation is not None
    assert ROSA in str(outside.mail.to(ROSA)[0].as_string()) and "REQUEST" in str(outside.mail.to(ROSA)[0])
    cancel_meeting(booking.public_id, by="prospect")
    notify_booking(booking.public_id, 1)
    assert subjects(outside, ROSA)[0] == "New meeting"
    assert "Cancelled" in subjects(outside, ROSA)
    assert any("METHOD:CANCEL" in part_text(mail) for mail in outside.mail.to(ROSA))


def part_text(mail: object) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]  # type: ignore[attr-defined]
    return "".join(part.get_payload(decode=True).decode() for part in parts)


@ALL_OURS
def test_whoever_is_replaced_reads_that_they_are_free_again(outside: Outside) -> None:
    made = document(ROBIN, ROSA, "jo@acme.test")
    for rep in made["reps"]:
        rep["calendars"] = "none"
    made["pools"] = [
        {"name": "seniors", "queue": "desk", "members": [{"rep": ROBIN}]},
        {"name": "juniors", "queue": "desk", "members": [{"rep": ROSA}, {"rep": "jo@acme.test"}]},
    ]
    action = {"pool": "seniors", "with": [{"role": "secondary", "pool": "juniors"}]}
    made["routers"][0]["catch_all"] = [action, {"queue": "desk"}]
    apply_document(made, COMMAND_LINE, "test", prune=True)
    booking = outside.book()
    notify_booking(booking.public_id, 0)
    (party,) = booking.parties
    first = party.rep.email
    other = "jo@acme.test" if first == ROSA else ROSA
    next(rep for rep in made["reps"] if rep["email"] == first)["calendars"] = []
    apply_document(made, COMMAND_LINE, "test", prune=True)
    db.session.expire_all()
    reschedule_meeting(booking.public_id, booking.starts_at + timedelta(hours=2), by="prospect")
    notify_booking(booking.public_id, 1)
    assert subjects(outside, first) == ["New meeting", "No longer yours"]
    assert subjects(outside, other) == ["New meeting"]
    assert subjects(outside, PRIYA)[-1] == "Your meeting has moved"
    assert "METHOD:CANCEL" in part_text(outside.mail.to(first)[-1])
    notify_booking(booking.public_id, 1)
    assert subjects(outside, first) == ["New meeting", "No longer yours"]


@ALL_OURS
def test_a_colleague_who_is_replaced_alone_is_one_update_to_everybody(outside: Outside) -> None:
    made = document(ROBIN, ROSA, "jo@acme.test")
    for rep in made["reps"]:
        rep["calendars"] = "none"
    made["pools"] = [
        {"name": "seniors", "queue": "desk", "members": [{"rep": ROBIN}]},
        {"name": "juniors", "queue": "desk", "members": [{"rep": ROSA}, {"rep": "jo@acme.test"}]},
    ]
    action = {"pool": "seniors", "with": [{"role": "secondary", "pool": "juniors"}]}
    made["routers"][0]["catch_all"] = [action, {"queue": "desk"}]
    apply_document(made, COMMAND_LINE, "test", prune=True)
    booking = outside.book()
    notify_booking(booking.public_id, 0)
    (party,) = booking.parties
    first = party.rep.email
    other = "jo@acme.test" if first == ROSA else ROSA
    replace_colleague(booking.public_id, party.rep.public_id, "ill", COMMAND_LINE)
    for _ in range(2):
        notify_booking(booking.public_id, 1)
    assert subjects(outside, first) == ["New meeting", "No longer yours"]
    assert subjects(outside, other) == ["New meeting"]
    assert subjects(outside, ROBIN) == ["New meeting", "Changed"]
    assert subjects(outside, PRIYA)[1:] == ["Somebody else joins your meeting"]
    assert "Robin still meets you" in text_of(outside, PRIYA)


@PAIR
def test_the_event_invites_whoever_comes_along_now(outside: Outside) -> None:
    with_secondary(REMY, ROSA)
    outside.connect_and_read(REMY, ROSA)
    booking = outside.book(answers={"name": "Priya"})
    outside.settle()
    (event,) = outside.google_events(REMY)
    (party,) = booking.parties
    robin = {**document(ROBIN)["reps"][0], "calendars": "none"}
    apply_document({"version": 1, "reps": [robin]}, COMMAND_LINE, "test")
    named = db.session.scalars(select(Rep).where(Rep.email == ROBIN)).one()
    replace_colleague(booking.public_id, party.rep.public_id, "ill", COMMAND_LINE, rep=named.public_id)
    outside.settle()
    (changed,) = outside.google_events(REMY)
    assert changed["id"] == event["id"], "the same entry"
    guests = {guest["email"] for guest in changed["attendees"]}
    assert ROBIN in guests and PRIYA in guests and ROSA not in guests
    assert changed["summary"] == "Product demo: Priya, Remy and Robin"
