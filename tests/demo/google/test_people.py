"""What people see: invitations in their mailbox, the calendar as a week, everything still there tomorrow."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar

from app.demo.google.seed import demo_seed
from tests.demo.google.running import MONDAY, REMY, SEED, Api, Google, at, running, timed

NINE = timed("2026-11-25T09:00", "2026-11-25T09:30")
LATER = timed("2026-11-25T12:00", "2026-11-25T12:30")
GUESTS = {"attendees": [{"email": "priya@prospect.test"}, {"email": "paul@prospect.test"}]}


class Mailbox:
    """Takes every mail."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[tuple[str, str, bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.mail_from, *envelope.rcpt_tos, envelope.content))
        return "250 OK"

    def itip(self) -> list[tuple[str, str, Any]]:
        """Method, recipient and event of each mail."""
        found = []
        for _, recipient, content in self.mails:
            message = message_from_bytes(content, policy=policy.default)
            [part] = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
            calendar = Calendar.from_ical(part.get_content())
            found.append((str(calendar["METHOD"]), recipient, calendar.walk("VEVENT")[0]))
        return found


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    box = Mailbox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()


def told(google: Google) -> list[tuple[str, str]]:
    return [(each["method"], each["to"]) for each in google.see("outbox")]


def test_nobody_is_told_unless_asked(google: Google) -> None:
    Api(google).insert({**NINE, **GUESTS})
    assert told(google) == []


def test_guests_hear_of_the_meeting_of_its_new_time_and_of_its_end(google: Google) -> None:
    api = Api(google)
    event = api.insert({**NINE, **GUESTS}, sendUpdates="all").json()
    path = f"/calendars/primary/events/{event['id']}"
    api("PATCH", path, LATER, sendUpdates="all")
    api("DELETE", path, sendUpdates="all")
    assert [method for method, _ in told(google)] == ["REQUEST"] * 4 + ["CANCEL"] * 2
    notes = google.see("outbox")
    assert {each["uid"] for each in notes} == {event["iCalUID"]}
    assert [each["sequence"] for each in notes] == [0, 0, 1, 1, 2, 2]


def test_a_guest_who_is_taken_off_is_told_so_and_the_others_are_left_in_peace(google: Google) -> None:
    api = Api(google)
    event = api.insert({**NINE, **GUESTS}, sendUpdates="all").json()
    google.session.get(f"{google.url}/__ctl/outbox")
    api(
        "PATCH",
        f"/calendars/primary/events/{event['id']}",
        {"attendees": [{"email": "priya@prospect.test"}, {"email": "new@prospect.test"}]},
        sendUpdates="all",
    )
    assert told(google)[2:] == [("REQUEST", "new@prospect.test"), ("CANCEL", "paul@prospect.test")]


def test_colleagues_are_left_out_where_only_outsiders_are_to_be_told(google: Google) -> None:
    guests = {"attendees": [{"email": "ravi@acme.test"}, {"email": "priya@prospect.test"}]}
    Api(google).insert({**NINE, **guests}, sendUpdates="externalOnly")
    assert told(google) == [("REQUEST", "priya@prospect.test")]


def test_the_invitation_reaches_the_guests_mailbox(mailbox: Mailbox) -> None:
    with running(smtp=("127.0.0.1", mailbox.port)) as google:
        api = Api(google)
        event = api.insert({**NINE, **GUESTS, "summary": "Demo"}, sendUpdates="all").json()
        api("DELETE", f"/calendars/primary/events/{event['id']}", sendUpdates="all")
    assert {sender for sender, *_ in mailbox.mails} == {REMY}
    mails = mailbox.itip()
    assert [(method, to) for method, to, _ in mails] == [
        (method, guest["email"]) for method in ("REQUEST", "CANCEL") for guest in GUESTS["attendees"]
    ]
    for _, _, invited in mails:
        assert (invited["UID"], invited["SUMMARY"]) == (event["iCalUID"], "Demo")
        assert invited["DTSTART"].dt == at(NINE["start"]["dateTime"])
        assert invited["ORGANIZER"] == f"mailto:{REMY}"
    assert mails[0][2]["SEQUENCE"] < mails[-1][2]["SEQUENCE"]


def test_the_booking_appears_in_the_week_and_leaves_it_when_deleted(google: Google) -> None:
    api = Api(google)
    ours = {"extendedProperties": {"private": {"smart_scheduler_booking": "bkg_1"}}}
    event = api.insert({**NINE, **ours, "summary": "Demo with Priya"}).json()
    week = google.session.get(event["htmlLink"])
    assert 'class="event booking short"' in week.text
    assert "Demo with Priya" in week.text
    assert "10:00–10:30" in week.text
    api("DELETE", f"/calendars/primary/events/{event['id']}")
    assert "Demo with Priya" not in google.session.get(event["htmlLink"]).text


def test_a_calendar_that_nobody_has_is_not_found(google: Google) -> None:
    assert google.session.get(f"{google.url}/calendar/nobody@acme.test").status_code == 404
    assert REMY in google.session.get(google.url).text


def test_the_demos_reps_have_full_weeks_with_room_in_them() -> None:
    seed = demo_seed(client_id="c", client_secret="s", redirect_uris=["http://localhost/"], monday=MONDAY)
    seed["clients"] = SEED["clients"]
    with running(seed) as google:
        for email in seed["accounts"]:
            page = google.session.get(
                f"{google.url}/calendar/{email}", params={"week": MONDAY.isoformat()}
            ).text
            assert page.count('<article class="event') >= 8
            body = {
                "timeMin": "2026-11-23T00:00:00Z",
                "timeMax": "2026-12-05T00:00:00Z",
                "items": [{"id": email}],
            }
            api = Api(google, email)
            busy = api("POST", "/freeBusy", body).json()["calendars"][email]["busy"]
            assert 8 <= len(busy) <= 40


def test_events_and_grants_outlive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "google.json"
    with running(state_file=state) as google:
        tokens = google.tokens()
        google.create(**NINE, summary="Kept")
    with running(state_file=state) as google:
        assert [each["summary"] for each in google.events()] == ["Kept"]
        assert google.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).ok
        google.ctl("reset")
    with running(state_file=state) as google:
        assert google.events() == []
