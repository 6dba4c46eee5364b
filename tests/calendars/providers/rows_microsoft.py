"""The rows of the busy table as they come about at Microsoft."""

from collections.abc import Mapping
from typing import Any

import pytest

from calendars.providers.base import AllDay
from calendars.span import Span
from tests.calendars.providers.case_microsoft import Case, _when
from tests.calendars.providers.rows_google import draft_of
from tests.demo.microsoft.running import ROSA

_ALWAYS_SHOWN = "Graph says for every entry how its time is shown"


class MicrosoftRows:
    """One entry in Rosa's calendar. `response` is what she answered, `isCancelled` what the organizer did."""

    ROWS: Mapping[str, dict[str, Any]] = {
        "plain": {"showAs": "busy"},
        "private": {"showAs": "busy", "sensitivity": "private"},
        "accepted": {"showAs": "busy", "response": "accepted"},
        "cancelled": {"showAs": "busy", "isCancelled": True},
        "declined": {"showAs": "busy", "response": "declined"},
        "shown as free": {"showAs": "free"},
        "all day, shown as free": {"showAs": "free"},
        "out of office": {"showAs": "oof"},
        "working elsewhere": {"showAs": "workingElsewhere"},
        "all day, shown as busy": {"showAs": "busy"},
        "not answered": {"showAs": "tentative", "response": "notResponded"},
        "not answered, shown as busy": {"showAs": "busy", "response": "notResponded"},
        "tentative": {"showAs": "tentative"},
        "answered maybe": {"showAs": "tentative", "response": "tentativelyAccepted"},
        "of a sort nobody knows yet": {"showAs": "unknown"},
    }
    WHY_NOT: Mapping[str, str] = {
        "working location": "Outlook has working elsewhere instead",
        "birthday": "they are in a calendar of their own, shown as free",
        "all day, nothing said": _ALWAYS_SHOWN,
        "focus time": "it is an ordinary entry, shown as busy",
        "from a mail": "it is an ordinary entry, shown as its owner has it",
    }

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._case = Case(request)
        self.provider, self.calendar_id = self._case.provider, self._case.calendar_id

    def put(self, row: str, when: Span | AllDay) -> None:
        body = dict(self.ROWS[row])
        answer = {name: body.pop(name) for name in ("response", "isCancelled") if name in body}
        microsoft = self._case.microsoft
        event = microsoft.create({"subject": "Something", **body, **_when(when)})
        if answer:
            microsoft.ctl("mutate-event", op="respond", email=ROSA, id=event, **answer)

    def put_own(self, booking: str, when: Span) -> None:
        self.provider.put_event(self.calendar_id, draft_of(booking, when))
