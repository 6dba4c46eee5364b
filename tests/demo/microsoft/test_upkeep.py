"""Certificate, memory between starts, seeds and pages of the stand-in."""

import stat
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from aiosmtpd.controller import Controller

from app.demo.microsoft import App, Certificate, acme_mailboxes, certificate_in, create_microsoft
from app.demo.microsoft.recurrence import expand
from app.demo.microsoft.world import Account
from tests.demo.microsoft.running import APP, NOW, ROSA, Microsoft, at, empty_mailboxes, free_port, running

SEED = acme_mailboxes(NOW, [APP])


def test_the_certificate_is_kept_between_starts(tmp_path: Path) -> None:
    first = certificate_in(tmp_path)
    content = first.chain.read_bytes()
    assert certificate_in(tmp_path).chain.read_bytes() == content
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600


def test_a_restart_keeps_events_and_grants(certificate: Certificate, tmp_path: Path) -> None:
    state_file = tmp_path / "microsoft.json"
    with running(certificate, state_file=state_file) as before:
        made = before.create(at("2026-11-25T09:00:00", "2026-11-25T10:00:00"))
        code = before.code()
        token = before.token(grant_type="authorization_code", code=code).json()["refresh_token"]
    assert stat.S_IMODE(state_file.stat().st_mode) == 0o600
    with running(certificate, state_file=state_file) as after:
        assert [event["id"] for event in after.events()] == [made]
        assert after.token(grant_type="refresh_token", refresh_token=token).ok
        after.ctl("reset")
        assert after.events() == []


def free_hours(account: Account, monday: datetime) -> float:
    """Free time of Monday to Friday, nine to five of the owner, in hours."""
    minutes = 0
    for day in range(5):
        for minute in range(9 * 60, 17 * 60, 15):
            start = (monday + timedelta(days=day, minutes=minute)).astimezone(UTC)
            window = (start, start + timedelta(minutes=15))
            found = [o for event in account.events.values() for o in expand(event, account.zone, window)]
            taken = [o for o in found if o.event.show_as in {"busy", "tentative", "oof"}]
            minutes += 0 if [o for o in taken if not o.event.is_cancelled] else 15
    return minutes / 60


@pytest.mark.parametrize("account", SEED.accounts, ids=lambda account: account.name)
@pytest.mark.parametrize("week", [0, 1, 2])
def test_the_seeded_weeks_are_real_and_leave_room(account: Account, week: int) -> None:
    monday = datetime(2026, 11, 16, tzinfo=ZoneInfo(account.zone)) + timedelta(weeks=week)
    assert 20 < free_hours(account, monday) < 39


@pytest.mark.parametrize("account", SEED.accounts, ids=lambda account: account.name)
def test_every_seed_has_each_kind_of_event(account: Account) -> None:
    events = account.events.values()
    assert {event.show_as for event in events} >= {"busy", "tentative", "oof", "free", "workingElsewhere"}
    assert "declined" in {event.response for event in events}
    assert [event for event in events if event.recurrence]
    assert [event for event in events if event.is_all_day]


def test_the_week_page_shows_bookings_with_their_guests(microsoft: Microsoft) -> None:
    guest = {"emailAddress": {"address": "priya@example.test", "name": "Priya <b>Rao</b>"}}
    body = at("2026-11-18T11:00:00", "2026-11-18T11:30:00", attendees=[guest], transactionId="t")
    microsoft.create({**body, "subject": "Product demo"})
    page = microsoft.session.get(f"{microsoft.url}/calendar/{ROSA}").text
    assert "Product demo" in page
    assert "Priya &lt;b&gt;Rao" in page
    assert "11:00–11:30" in page
    assert microsoft.session.get(f"{microsoft.url}/calendar/nobody@acme.test").status_code == 404
    assert ROSA in microsoft.session.get(microsoft.url).text


def test_only_registered_addresses_are_returned_to() -> None:
    seed = acme_mailboxes(NOW, [App("c", "s", redirect_uris=("http://localhost:8000/callback",))])
    client = create_microsoft(
        seed, smtp=None, state_file=None, now=None, base_url="https://localhost:1"
    ).test_client()
    url = "/common/oauth2/v2.0/authorize?client_id=c&response_type=code&scope=openid&redirect_uri="
    assert client.get(f"{url}http://localhost:8000/callback").status_code == 200
    assert client.get(f"{url}http://localhost:8000/callback/").status_code == 400


class Sink:
    """Keeps what arrives by SMTP."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 OK"


def test_invitations_arrive_by_mail_as_valid_requests_and_cancellations() -> None:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        app = create_microsoft(
            empty_mailboxes(),
            smtp=("127.0.0.1", controller.port),
            state_file=None,
            now=lambda: NOW,
            base_url="https://localhost:1",
        )
        client = app.test_client()
        guest = {"emailAddress": {"address": "priya@example.test", "name": "Priya"}}
        body = at("2026-11-25T09:00:00", "2026-11-25T10:00:00", attendees=[guest])
        asked = {"op": "create", "email": ROSA, "event": body}
        made = client.post("/__ctl/mutate-event", json=asked).get_json()["id"]
        client.post("/__ctl/mutate-event", json={"op": "delete", "email": ROSA, "id": made})
    finally:
        controller.stop()
    found = [_invitation_in(mail) for mail in sink.mails]
    assert [(method, int(event["sequence"])) for method, event in found] == [("REQUEST", 0), ("CANCEL", 1)]
    assert found[0][1]["uid"] == found[1][1]["uid"]
    assert found[0][1]["attendee"] == "mailto:priya@example.test"
    assert found[0][1]["dtstart"].dt.astimezone(UTC) == datetime(2026, 11, 25, 8, tzinfo=UTC)


def _invitation_in(mail: bytes) -> tuple[str, Any]:
    [part] = [each for each in message_from_bytes(mail).walk() if each.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(bytes(part.get_payload(decode=True)))
    assert part.get_param("method") == calendar["method"]
    return str(calendar["method"]), calendar.events[0]
