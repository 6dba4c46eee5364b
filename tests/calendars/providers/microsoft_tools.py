"""Our Graph client at work on the Microsoft stand-in, for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.outbound import GuardedSession
from calendars.providers.base import EventDraft, Guest
from calendars.providers.microsoft import GraphCalendar
from calendars.span import Span
from calendars.zones import to_minutes
from tests.demo.microsoft.running import NOW, ROSA, Microsoft

WINDOW = Span(to_minutes(NOW), to_minutes(NOW + timedelta(days=14)))
PRIYA = Guest("priya@example.test", "Priya")
DRAFT = EventDraft(
    key="bkg_1:1",
    booking="bkg_1",
    title="Product demo",
    description="Join or change: https://acme.test/b/bkg_1?t=1&x=2",
    start=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    end=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    timezone="Europe/Madrid",
    guests=(PRIYA,),
)


def later(draft: EventDraft, hours: int, **more: Any) -> EventDraft:
    """The draft some hours later."""
    shift = timedelta(hours=hours)
    return replace(draft, start=draft.start + shift, end=draft.end + shift, **more)


class Tokens:
    """Access tokens for one account; counts how often a fresh one was wanted."""

    def __init__(self, microsoft: Microsoft, email: str = ROSA) -> None:
        self._microsoft, self._email = microsoft, email
        self._token = microsoft.access_token(email)
        self.refreshed = 0

    def __call__(self, refresh: bool) -> str:
        if refresh:
            self.refreshed += 1
            self._token = self._microsoft.access_token(self._email)
        return self._token


def guarded(microsoft: Microsoft) -> GuardedSession:
    """The product's own way out, let through to the stand-in."""
    port = int(microsoft.url.rpartition(":")[2])
    ca_bundle = str(microsoft.session.verify)
    session = GuardedSession(frozenset({("localhost", port)}))
    session.verify = ca_bundle
    return session


def graph_calendar(microsoft: Microsoft, email: str = ROSA, tokens: Tokens | None = None) -> GraphCalendar:
    """A client connected as `email`."""
    return GraphCalendar(guarded(microsoft), tokens or Tokens(microsoft, email), microsoft.graph)


def span(start: str, end: str) -> Span:
    """A stretch from two UTC times such as 2026-11-25T09:00."""
    return Span(*(to_minutes(datetime.fromisoformat(text).replace(tzinfo=UTC)) for text in (start, end)))
