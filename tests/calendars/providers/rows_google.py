"""The rows of the busy table as they come about at Google."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

import pytest

from calendars.providers.base import AllDay, EventDraft, Guest
from calendars.span import Span
from calendars.zones import to_instant
from tests.calendars.providers.case_google import Case, _when
from tests.demo.google.running import REMY

_HOST = "olga@elsewhere.test"


def _invited(answer: str) -> dict[str, Any]:
    return {"attendees": [{"email": REMY, "responseStatus": answer}], "organizer": _HOST}


class GoogleRows:
    """One entry in Remy's calendar."""

    ROWS: Mapping[str, dict[str, Any]] = {
        "plain": {},
        "private": {"visibility": "private"},
        "accepted": _invited("accepted"),
        "cancelled": {},
        "declined": _invited("declined"),
        "shown as free": {"transparency": "transparent"},
        "all day, shown as free": {"transparency": "transparent"},
        "working location": {"eventType": "workingLocation"},
        "birthday": {"eventType": "birthday"},
        "out of office": {"eventType": "outOfOffice"},
        "all day, shown as busy": {},
        "not answered": _invited("needsAction"),
        "tentative": {"status": "tentative"},
        "answered maybe": _invited("tentative"),
        "focus time": {"eventType": "focusTime"},
        "from a mail": {"eventType": "fromGmail"},
    }
    WHY_NOT: Mapping[str, str] = {
        "working elsewhere": "Google has working locations instead",
        "all day, nothing said": "left out, transparency is opaque: Google always says",
        "not answered, shown as busy": "an entry is opaque or transparent, and no more is said of it",
        "of a sort nobody knows yet": "the stand-in refuses it as Google does; `test_google_busy` reads one",
    }

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._case = Case(request)
        self._case.set_timezone("Europe/Paris")
        self.provider, self.calendar_id = self._case.provider, self._case.calendar_id

    def put(self, row: str, when: Span | AllDay) -> None:
        event = self._case.google.create(summary="Something", **self.ROWS[row], **_when(when))
        if row == "cancelled":
            self._case.google.delete(event)

    def put_own(self, booking: str, when: Span) -> None:
        self.provider.put_event(self.calendar_id, draft_of(booking, when))


def draft_of(booking: str, when: Span) -> EventDraft:
    """A meeting of ours."""
    start, end = (to_instant(minute).astimezone(UTC) for minute in when)
    guests = (Guest("priya@globex.test"),)
    return EventDraft(f"{booking}:1", booking, "Demo", "", start, end, "Europe/Paris", guests)
