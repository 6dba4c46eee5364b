"""A Google stand-in that really listens, and what tests do to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from app.demo.google import create_google
from app.demo.stand_in import serve

CLIENT_ID, CLIENT_SECRET = "scheduler.apps.test", "a-secret"
RETURN_TO = "http://localhost:8000/rep/connections/google/callback"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
CALENDAR_LIST = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"
SCOPE = f"openid email {EVENTS} {CALENDAR_LIST} {FREE_BUSY}"
SERVICE, SERVICE_ID = "scheduler@acme.iam.gserviceaccount.com", "109876543210987654321"
COMPANY_SCOPES = (EVENTS, CALENDAR_LIST, "https://www.googleapis.com/auth/userinfo.email")
REMY, RAVI = "remy@acme.test", "ravi@acme.test"
TEAM = "team@group.calendar.google.com"
MONDAY = date(2026, 11, 23)

SEED = {
    "monday": MONDAY,
    "clients": [{"id": CLIENT_ID, "secret": CLIENT_SECRET, "redirect_uris": [RETURN_TO]}],
    "accounts": {
        REMY: {
            "name": "Remy",
            "timezone": "Europe/Berlin",
            "calendars": [{"id": TEAM, "name": "Team", "role": "reader"}],
        },
        RAVI: {"name": "Ravi", "timezone": "America/New_York"},
    },
}


class Google:
    """The running stand-in, seen from a test."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self.url, self.session = url, session
        self.api = f"{url}/calendar/v3"
        self.authorize = f"{url}/o/oauth2/v2/auth"

    def ctl(self, call: str, **data: Any) -> Any:
        """A control call."""
        answer = self.session.post(f"{self.url}/__ctl/{call}", json=data)
        assert answer.ok, answer.text
        return answer.json()

    def see(self, call: str, **query: str) -> Any:
        """What a control page shows."""
        return self.session.get(f"{self.url}/__ctl/{call}", params=query).json()

    def log(self, method: str = "", ending: str = "") -> list[dict[str, Any]]:
        """The requests seen, those with this method and path's end."""
        return [x for x in self.see("log") if method in x["method"] and x["path"].endswith(ending)]

    def consent_url(self, **query: str | None) -> str:
        """An authorize address; None takes a parameter away."""
        asked = {
            "client_id": CLIENT_ID,
            "redirect_uri": RETURN_TO,
            "response_type": "code",
            "scope": SCOPE,
            "state": "s1",
            "access_type": "offline",
            "prompt": "consent",
        } | query
        prepared = requests.Request("GET", self.authorize, params=asked).prepare()
        return str(prepared.url)

    def allow(
        self, url: str, email: str = REMY, *, decision: str = "allow", untick: tuple[str, ...] = ()
    ) -> dict[str, str]:
        """Sign in and decide on the consent page; the parameters that come back."""
        asked = dict(parse_qsl(urlsplit(url).query))["scope"].split()
        form = {
            "account": email,
            "decision": decision,
            "scope": [scope for scope in asked if scope not in untick],
        }
        answer = self.session.post(url, data=form, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def token(self, **form: str) -> requests.Response:
        """What the token endpoint answers."""
        known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uri": RETURN_TO}
        return self.session.post(f"{self.url}/token", data=known | form)

    def tokens(self, email: str = REMY, /, **query: str | None) -> dict[str, Any]:
        """The answer to a whole sign-in."""
        code = self.allow(self.consent_url(**query), email)["code"]
        answer: dict[str, Any] = self.token(grant_type="authorization_code", code=code).json()
        return answer

    def company_key(self, *scopes: str) -> str:
        """Another key file of the service account, which the domain's administrator lets act for everybody."""
        key = self.ctl("service-account", email=SERVICE, client_id=SERVICE_ID, domain="acme.test")
        self.ctl("delegate", email=SERVICE, scopes=list(scopes or COMPANY_SCOPES))
        return json.dumps(key)

    def create(self, email: str = REMY, *, organizer: str | None = None, **fields: Any) -> str:
        """As the owner would on the screen; the event's id."""
        by = {"organizer": organizer} if organizer else {}
        return str(self.ctl("mutate-event", op="create", email=email, fields=fields, **by)["id"])

    def change(self, event_id: str, email: str = REMY, **fields: Any) -> None:
        """Edit an event, or one occurrence of a series."""
        self.ctl("mutate-event", op="change", email=email, id=event_id, fields=fields)

    def delete(self, event_id: str, email: str = REMY) -> None:
        """Delete an event or one occurrence."""
        self.ctl("mutate-event", op="delete", email=email, id=event_id)

    def events(self, calendar: str = REMY) -> list[dict[str, Any]]:
        """Everything in the calendar, cancelled events too."""
        found: list[dict[str, Any]] = self.see("events", calendar=calendar)
        return found


class Api:
    """Bare Calendar v3 with one account's token."""

    def __init__(self, google: Google, email: str = REMY, **query: str | None) -> None:
        self._google = google
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {google.tokens(email, **query)['access_token']}"

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        headers = {"If-Match": query.pop("if_match")} if "if_match" in query else {}
        return self.session.request(
            method, f"{self._google.api}{path}", json=body, params=query, headers=headers
        )

    def insert(self, body: dict[str, Any], **query: Any) -> requests.Response:
        """events.insert on the primary calendar."""
        return self("POST", "/calendars/primary/events", body, **query)

    def list(self, calendar: str = "primary", **query: Any) -> requests.Response:
        """events.list."""
        return self("GET", f"/calendars/{calendar}/events", **query)


def timed(start: str, end: str, zone: str = "Europe/Berlin") -> dict[str, Any]:
    """Start and end from UTC times such as 2026-11-25T09:00."""
    return {
        key: {"dateTime": f"{text}:00Z", "timeZone": zone} for key, text in (("start", start), ("end", end))
    }


def reason_of(answer: requests.Response) -> tuple[int, str]:
    """Status and reason of a refusal."""
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


def days(first: date, until: date) -> dict[str, Any]:
    """Start and end of an all-day event."""
    return {"start": {"date": first.isoformat()}, "end": {"date": until.isoformat()}}


def at(text: str) -> datetime:
    """The instant an answer names."""
    return datetime.fromisoformat(text)


@contextmanager
def running(
    seed: dict[str, Any] | None = None, state_file: Path | None = None, smtp: tuple[str, int] | None = None
) -> Iterator[Google]:
    """Serve a stand-in."""
    app = create_google(seed or SEED, smtp=smtp, state_file=state_file)
    with serve(app) as server, requests.Session() as session:
        session.trust_env = False
        yield Google(server.url, session)
