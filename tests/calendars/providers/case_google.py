"""Google under the contract: our client, through the product's own way out, against the stand-in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.outbound import GuardedSession
from calendars.providers import google_oauth
from calendars.providers.base import AllDay, BusyKind
from calendars.providers.google import GoogleCalendar
from calendars.providers.google_oauth import GoogleApp
from calendars.providers.grant import Grant
from calendars.providers.times import outward, rfc3339
from calendars.span import Span
from tests.calendars.providers.case import RETRY_AFTER, Trouble
from tests.demo.google.running import CLIENT_ID, CLIENT_SECRET, REMY, RETURN_TO, Google

CAN_WRITE = True

_FAULTS: dict[Trouble, dict[str, Any]] = {
    Trouble.THROTTLED: {
        "kind": "status",
        "status": 403,
        "reason": "userRateLimitExceeded",
        "retry_after": RETRY_AFTER,
    },
    Trouble.DOWN: {"kind": "status", "status": 503},
    Trouble.CUT_OFF: {"kind": "reset-before"},
    Trouble.ANSWER_LOST: {"kind": "reset-after"},
    Trouble.FAILED_AFTER: {"kind": "status-after", "status": 503},
    Trouble.NONSENSE: {"kind": "not-json"},
}
_KINDS: dict[BusyKind, dict[str, Any]] = {
    BusyKind.BUSY: {},
    BusyKind.TENTATIVE: {"status": "tentative"},
    BusyKind.OUT_OF_OFFICE: {"eventType": "outOfOffice"},
}


def guarded(google: Google) -> GuardedSession:
    """The product's own way out, let through to the stand-in."""
    where = urlsplit(google.url)
    return GuardedSession(frozenset({(str(where.hostname), int(where.port or 0))}))


def google_app(google: Google) -> GoogleApp:
    """Our registration at the stand-in."""
    return GoogleApp(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        auth_uri=google.authorize,
        token_uri=f"{google.url}/token",
        revoke_uri=f"{google.url}/revoke",
        certs_uri=f"{google.url}/oauth2/v1/certs",
    )


def connect(google: Google, session: GuardedSession, email: str = REMY) -> Grant:
    """A whole sign-in, as the product does it."""
    app = google_app(google)
    url, flow = google_oauth.start_flow(session, app, redirect_uri=RETURN_TO, state="s1")
    return google_oauth.finish_flow(session, app, flow, google.allow(url, email), datetime.now(UTC))


class Tokens:
    """Access tokens of one account, refreshed at the stand-in; counts how often."""

    def __init__(self, google: Google, session: GuardedSession, email: str = REMY) -> None:
        self._app, self._session = google_app(google), session
        self.grant = connect(google, session, email)
        self.refreshed = 0

    def __call__(self, force: bool) -> str:
        if force:
            self.refreshed += 1
            self.grant = google_oauth.refresh(self._session, self._app, self.grant.secret, datetime.now(UTC))
        return self.grant.access_token


class Case:
    """Remy's primary calendar."""

    by_person = True
    calendar_id = REMY
    tells_guests = makes_video = True
    cannot: Mapping[str, str] = {}

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.google: Google = request.getfixturevalue("google")
        self.session = guarded(self.google)
        request.addfinalizer(self.session.close)
        self.tokens = Tokens(self.google, self.session)
        self.provider = GoogleCalendar(self.session, self.tokens, self.google.url)

    def add(self, when: Span | AllDay, kind: BusyKind = BusyKind.BUSY, *, is_free: bool = False) -> str:
        free: dict[str, Any] = {"transparency": "transparent"} if is_free else {}
        return self.google.create(**_when(when), **_KINDS[kind], **free)

    def add_weekly(self, start: datetime, minutes: int, times: int) -> None:
        zone = str(start.tzinfo)
        edges = (start, start + timedelta(minutes=minutes))
        first, last = ({"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": zone} for at in edges)
        self.google.create(start=first, end=last, recurrence=[f"RRULE:FREQ=WEEKLY;COUNT={times}"])

    def add_calendars(self, count: int) -> Sequence[str]:
        names = [f"c{number}@group.calendar.google.com" for number in range(count)]
        calendars = [{"id": name, "name": name} for name in names]
        account = {"name": "Remy", "timezone": "Europe/Berlin", "calendars": calendars}
        self.google.ctl("seed", **{REMY: account})
        return names

    def add_to(self, calendar_id: str, when: Span) -> None:
        self.google.ctl("mutate-event", op="create", calendar=calendar_id, fields=_when(when))

    def move(self, event_id: str, when: Span | AllDay) -> None:
        self.google.change(event_id, **_when(when))

    def delete(self, event_id: str) -> None:
        self.google.delete(event_id)

    def set_timezone(self, name: str) -> None:
        self.google.ctl("calendar", email=REMY, timezone=name)

    def live_events(self, booking: str) -> Sequence[Span]:
        return [
            outward(*(datetime.fromisoformat(each[key]["dateTime"]) for key in ("start", "end")))
            for each in self.google.events()
            if each["status"] != "cancelled"
            and each.get("extendedProperties", {}).get("private", {}).get("smart_scheduler_booking")
            == booking
        ]

    def told(self) -> Sequence[tuple[str, str]]:
        return [(each["method"], each["to"]) for each in self.google.see("outbox")]

    def fail(self, trouble: Trouble) -> None:
        self.google.ctl("fail", path="/calendar/v3/*", **_FAULTS[trouble])

    def expire_access(self) -> None:
        self.google.ctl("expire-access-tokens")

    def expire_continuations(self) -> None:
        self.google.ctl("expire-sync-tokens")

    def revoke(self) -> None:
        self.google.ctl("revoke", email=REMY)

    def page_by(self, sizes: Sequence[int]) -> None:
        self.google.ctl("pages", sizes=list(sizes))


def _when(when: Span | AllDay) -> dict[str, Any]:
    if isinstance(when, AllDay):
        return {"start": {"date": when.first.isoformat()}, "end": {"date": when.until.isoformat()}}
    return {"start": {"dateTime": rfc3339(when.start)}, "end": {"dateTime": rfc3339(when.end)}}
