"""A Microsoft stand-in that really listens on https, and what tests do to it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from app.demo.microsoft import TENANT, App, Certificate, Seed, create_microsoft
from app.demo.microsoft.world import Account, Calendar
from app.demo.stand_in import serve

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
APP = App("5f1c9f0e-demo", "a-secret")
RETURN_TO = "http://localhost:8000/rep/connections/microsoft/callback"
SCOPE = "Calendars.ReadWrite User.Read MailboxSettings.Read openid profile offline_access"
PERMISSIONS = ("Calendars.ReadWrite", "MailboxSettings.Read", "User.ReadBasic.All")
ROSA, RENEE = "rosa@acme.test", "renee@acme.test"
PREFER = 'outlook.timezone="UTC", IdType="ImmutableId"'


def empty_mailboxes() -> Seed:
    """Rosa in Madrid and Renee in Los Angeles, with nothing in their calendars."""
    madrid, west = (
        ("Europe/Madrid", "Romance Standard Time"),
        ("America/Los_Angeles", "Pacific Standard Time"),
    )
    people = [("0a", ROSA, "Rosa", *madrid), ("0b", RENEE, "Renee", *west)]
    accounts = [Account(*person) for person in people]
    for account in accounts:
        account.calendars.append(Calendar(f"CAL-{account.name}", "Calendar", is_default=True))
        account.calendars.append(Calendar(f"CAL-{account.name}-2", "Private", providers=()))
        account.calendars.append(Calendar(f"CAL-{account.name}-3", "Holidays", can_edit=False))
    return Seed(accounts, [APP])


class Microsoft:
    """The running stand-in, seen from a test."""

    def __init__(self, base_url: str, session: requests.Session) -> None:
        self.url = base_url
        self.session = session
        self.graph = f"{base_url}/v1.0"
        self.authority = f"{base_url}/organizations"
        self.tenant = f"{base_url}/{TENANT}"
        self.calendar, self.private, self.holidays = "CAL-Rosa", "CAL-Rosa-2", "CAL-Rosa-3"

    def ctl(self, call: str, **data: Any) -> Any:
        """A control call."""
        answer = self.session.post(f"{self.url}/__ctl/{call}", json=data)
        assert answer.ok, answer.text
        return answer.json()

    def outbox(self) -> list[dict[str, Any]]:
        """What attendees were mailed."""
        found: list[dict[str, Any]] = self.session.get(f"{self.url}/__ctl/outbox").json()
        return found

    def log(self, method: str = "", ending: str = "") -> list[dict[str, Any]]:
        """The requests seen, those with this method and path's end."""
        seen = self.session.get(f"{self.url}/__ctl/log").json()
        return [each for each in seen if method in each["method"] and each["path"].endswith(ending)]

    def allow(self, auth_uri: str, email: str = ROSA, decision: str = "allow") -> dict[str, str]:
        """Sign in and consent at an authorize address; the parameters that come back."""
        answer = self.session.post(
            auth_uri, data={"account": email, "decision": decision}, allow_redirects=False
        )
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def code(self, email: str = ROSA, **more: str) -> str:
        """An authorization code without PKCE."""
        asked = {
            "client_id": APP.client_id,
            "response_type": "code",
            "redirect_uri": RETURN_TO,
            "scope": SCOPE,
            **more,
        }
        prepared = requests.Request("GET", f"{self.authority}/oauth2/v2.0/authorize", params=asked).prepare()
        return self.allow(str(prepared.url), email)["code"]

    def token(self, **form: str) -> requests.Response:
        """What the token endpoint answers."""
        known = {"client_id": APP.client_id, "client_secret": APP.client_secret, "redirect_uri": RETURN_TO}
        return self.session.post(f"{self.authority}/oauth2/v2.0/token", data={**known, **form})

    def access_token(self, email: str = ROSA, **more: str) -> str:
        """A usable access token."""
        answer = self.token(grant_type="authorization_code", code=self.code(email, **more))
        return str(answer.json()["access_token"])

    def allow_application(self, *roles: str, group: list[str] | None = None) -> None:
        """Consent to application permissions, for everybody or for a group."""
        self.ctl("app", client_id=APP.client_id, roles=list(roles or PERMISSIONS), group=group)

    def app_token(self, **form: str) -> requests.Response:
        """What the token endpoint answers to client credentials."""
        known = {
            "client_id": APP.client_id,
            "client_secret": APP.client_secret,
            "grant_type": "client_credentials",
            "scope": f"{self.url}/.default",
        }
        return self.session.post(f"{self.tenant}/oauth2/v2.0/token", data=known | form)

    def create(self, event: dict[str, Any], email: str = ROSA, calendar: str | None = None) -> str:
        """As the owner would in Outlook; the event's id."""
        made = self.ctl("mutate-event", op="create", email=email, event=event, calendar=calendar)
        return str(made["id"])

    def change(self, event_id: str, event: dict[str, Any], email: str = ROSA) -> None:
        """Edit an event, or one occurrence of a series (`<id>.<YYYYMMDD>`)."""
        self.ctl("mutate-event", op="change", email=email, id=event_id, event=event)

    def delete(self, event_id: str, email: str = ROSA) -> None:
        """Delete an event or one occurrence."""
        self.ctl("mutate-event", op="delete", email=email, id=event_id)

    def events(self, email: str = ROSA) -> list[dict[str, Any]]:
        """Everything in the mailbox."""
        found: list[dict[str, Any]] = self.session.get(
            f"{self.url}/__ctl/events", params={"email": email}
        ).json()
        return found


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(
    certificate: Certificate, seed: Seed | None = None, state_file: Path | None = None
) -> Iterator[Microsoft]:
    """Serve a stand-in whose clock stands at `NOW`."""
    port = free_port()
    base_url = f"https://localhost:{port}"
    app = create_microsoft(
        seed or empty_mailboxes(), smtp=None, state_file=state_file, now=lambda: NOW, base_url=base_url
    )
    with (
        serve(app, port=port, ssl_context=certificate.server_context()),
        requests.Session() as session,
    ):
        session.trust_env = False
        session.verify = str(certificate.authority)
        yield Microsoft(base_url, session)


def at(start: str, end: str, zone: str = "Europe/Madrid", **more: Any) -> dict[str, Any]:
    """The body of an event."""
    times = {"start": {"dateTime": start, "timeZone": zone}, "end": {"dateTime": end, "timeZone": zone}}
    return {"subject": "Something", **times, **more}


def weekly(begins: str, *days: str) -> dict[str, Any]:
    """A weekly recurrence without end."""
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": list(days), "firstDayOfWeek": "monday"}
    return {"pattern": pattern, "range": {"type": "noEnd", "startDate": begins}}
