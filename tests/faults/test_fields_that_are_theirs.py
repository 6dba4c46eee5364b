"""What people do to a meeting's entry that is theirs to do: titles, notes, places, answers, colleagues who join.

The meeting stays as it is, we mail nobody, and nothing is written back over it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.models import Booking, ProviderEvent
from app.usecases import follow_event
from tests.fixtures.outside import PRIYA, REMY, ROSA, Outside
from tests.usecases.test_follow_event import Entry, again, booked

BEN = "ben@acme.test"
Edit = Callable[[Outside], dict[str, Any]]


def answered(outside: Outside) -> dict[str, Any]:
    """The guest says yes."""
    [event] = outside.google_events()
    yes = {"responseStatus": "accepted"}
    return {"attendees": [each | (yes if each["email"] == PRIYA else {}) for each in event["attendees"]]}


def joined(outside: Outside) -> dict[str, Any]:
    """A colleague is invited as well."""
    [event] = outside.google_events()
    return {"attendees": [*event["attendees"], {"email": BEN}]}


def joined_at_microsoft(outside: Outside) -> dict[str, Any]:
    """A colleague is invited as well."""
    [event] = outside.microsoft_events()
    people = [{"address": each["address"], "name": each["name"]} for each in event["attendees"]]
    return {"attendees": [{"emailAddress": each} for each in (*people, {"address": BEN, "name": "Ben"})]}


TITLE, NOTES = "Priya, with Ben from engineering", "Ask about the merger"
EDITS: Mapping[str, tuple[str, Edit]] = {
    "google: another title": (REMY, lambda outside: {"summary": TITLE}),
    "google: notes and a place": (REMY, lambda outside: {"description": NOTES, "location": "Room 5"}),
    "google: the guest answers": (REMY, answered),
    "google: a colleague joins": (REMY, joined),
    "microsoft: another title": (ROSA, lambda outside: {"subject": TITLE}),
    "microsoft: notes and a place": (
        ROSA,
        lambda outside: {
            "body": {"contentType": "text", "content": NOTES},
            "location": {"displayName": "Room 5"},
        },
    ),
    "microsoft: a colleague joins": (ROSA, joined_at_microsoft),
}


def each(*names: str) -> pytest.MarkDecorator:
    """These edits."""
    cases = [((email,), email, edit) for email, edit in (EDITS[name] for name in names)]
    return pytest.mark.parametrize(("reps", "email", "edit"), cases, indirect=["reps"], ids=names)


def shown(outside: Outside, email: str) -> dict[str, Any]:
    """The entry as the service has it, and how often we wrote to it."""
    side: Any = outside.google if email == REMY else outside.microsoft
    [event] = outside.google_events() if email == REMY else outside.microsoft_events()
    methods = {"POST", "PUT", "PATCH", "DELETE"}
    written = [seen for seen in side.log("", "") if seen["method"] in methods and "/events" in seen["path"]]
    return {**event, "written": len(written)}


def meeting(booking: Booking) -> tuple[Any, ...]:
    """All of a meeting that could follow."""
    row = again(booking)
    event = db.session.scalars(select(ProviderEvent)).one()
    return row.state, row.starts_at, row.ends_at, row.sequence, event.state, event.deviation


def edited(outside: Outside, email: str, edit: Edit) -> tuple[Booking, tuple[Any, ...], dict[str, Any]]:
    """A meeting whose entry is edited and read; the meeting as it was before, and the entry right after the edit."""
    booking, entry = booked(outside, email)
    before = meeting(booking)
    fields = edit(outside)
    if email == REMY:
        outside.google.change(entry.id, **fields)
    else:
        outside.microsoft.change(entry.id, fields, email)
    after = shown(outside, email)
    Entry(outside, email).read()
    return booking, before, after


def ours(outside: Outside) -> list[str]:
    """What we mailed to anybody."""
    people = (PRIYA, REMY, ROSA, BEN)
    mails = [mail for to in people for mail in outside.mail.to(to) if "meetings@" in str(mail["From"])]
    return [str(mail["Subject"]) for mail in mails]


@each(*EDITS)
def test_what_is_theirs_stays_theirs_and_leaves_the_meeting_alone(
    outside: Outside, email: str, edit: Edit
) -> None:
    booking, before, after = edited(outside, email, edit)
    assert meeting(booking) == before
    assert shown(outside, email) == after, "nothing was written over it"
    assert ours(outside) == []


@each("google: another title", "microsoft: another title")
def test_control_who_takes_every_edit_for_a_move_moves_the_meeting(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, email: str, edit: Edit
) -> None:
    monkeypatch.setattr(follow_event, "_deviation", lambda *seen: follow_event.Deviation.MOVED)
    booking, before, _ = edited(outside, email, edit)
    assert meeting(booking) != before
