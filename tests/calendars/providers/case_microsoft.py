"""Microsoft under the contract: our client and sign-in, through the product's own way out, against the stand-in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from calendars.providers.base import AllDay, BusyKind
from calendars.providers.grant import Grant
from calendars.providers.microsoft import GraphCalendar
from calendars.providers.microsoft_marks import BOOKING
from calendars.providers.microsoft_oauth import EntraApp, finish_flow, refresh, start_flow
from calendars.providers.times import outward
from calendars.span import Span
from calendars.zones import to_instant
from tests.calendars.providers.case import RETRY_AFTER, Trouble
from tests.calendars.providers.microsoft_tools import guarded
from tests.demo.microsoft.running import APP, NOW, RETURN_TO, ROSA, Microsoft

CAN_WRITE = True

_FAULTS: dict[Trouble, dict[str, Any]] = {
    Trouble.THROTTLED: {"kind": "status", "status": 429, "retry_after": RETRY_AFTER},
    Trouble.DOWN: {"kind": "status", "status": 503},
    Trouble.CUT_OFF: {"kind": "reset-before"},
    # the look-up that comes first has no effect that could be lost
    Trouble.ANSWER_LOST: {"kind": "reset-after", "method": "[PD]*"},
    Trouble.FAILED_AFTER: {"kind": "status-after", "status": 503, "method": "[PD]*"},
    Trouble.NONSENSE: {"kind": "not-json"},
}
_SHOW_AS = {
    BusyKind.BUSY: "busy",
    BusyKind.TENTATIVE: "tentative",
    BusyKind.OUT_OF_OFFICE: "oof",
    BusyKind.ELSEWHERE: "workingElsewhere",
}


class Tokens:
    """Access tokens of Rosa's account, refreshed at the stand-in as the product does it."""

    def __init__(self, microsoft: Microsoft, session: requests.Session) -> None:
        self._app = EntraApp(APP.client_id, APP.client_secret, microsoft.authority)
        self._session = session
        url, flow = start_flow(session, self._app, redirect_uri=RETURN_TO, state="s1")
        self.grant: Grant = finish_flow(session, self._app, flow, microsoft.allow(url), NOW)

    def __call__(self, force: bool) -> str:
        if force:
            self.grant = refresh(self._session, self._app, self.grant.secret, NOW, force=True)
        return self.grant.access_token


class Case:
    """Rosa's default calendar."""

    by_person = True
    tells_guests = makes_video = True
    cannot: Mapping[str, str] = {}

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.microsoft: Microsoft = request.getfixturevalue("microsoft")
        self.calendar_id = self.microsoft.calendar
        session = guarded(self.microsoft)
        request.addfinalizer(session.close)
        self.provider = GraphCalendar(session, Tokens(self.microsoft, session), self.microsoft.graph)

    def add(self, when: Span | AllDay, kind: BusyKind = BusyKind.BUSY, *, is_free: bool = False) -> str:
        shown = "free" if is_free else _SHOW_AS[kind]
        return self.microsoft.create({"subject": "Something", "showAs": shown, **_when(when)})

    def add_weekly(self, start: datetime, minutes: int, times: int) -> None:
        edges = (start, start + timedelta(minutes=minutes))
        first, last = ({"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": str(start.tzinfo)} for at in edges)
        pattern = {"type": "weekly", "interval": 1, "daysOfWeek": [f"{start:%A}".lower()]}
        ends = {
            "type": "numbered",
            "startDate": f"{start:%Y-%m-%d}",
            "numberOfOccurrences": times,
            "recurrenceTimeZone": str(start.tzinfo),
        }
        self.microsoft.create(
            {"start": first, "end": last, "recurrence": {"pattern": pattern, "range": ends}}
        )

    def add_calendars(self, count: int) -> Sequence[str]:
        names = [f"Team {number}" for number in range(count)]
        made: list[str] = self.microsoft.ctl("calendars", email=ROSA, names=names)
        return made

    def add_to(self, calendar_id: str, when: Span) -> None:
        self.microsoft.create(_when(when), calendar=calendar_id)

    def move(self, event_id: str, when: Span | AllDay) -> None:
        self.microsoft.change(event_id, _when(when))

    def delete(self, event_id: str) -> None:
        self.microsoft.delete(event_id)

    def set_timezone(self, name: str) -> None:
        self.microsoft.ctl("settings", email=ROSA, timezone=name)

    def live_events(self, booking: str) -> Sequence[Span]:
        ours = [each for each in self.microsoft.events() if each["properties"].get(BOOKING) == booking]
        return [outward(*(_instant(each, edge) for edge in ("start", "end"))) for each in ours]

    def told(self) -> Sequence[tuple[str, str]]:
        return [(each["method"], each["to"]) for each in self.microsoft.outbox()]

    def fail(self, trouble: Trouble) -> None:
        self.microsoft.ctl("fail", path="/v1.0/*", **_FAULTS[trouble])

    def expire_access(self) -> None:
        self.microsoft.ctl("expire-access-tokens")

    def expire_continuations(self) -> None:
        self.microsoft.ctl("expire-sync-tokens")

    def revoke(self) -> None:
        self.microsoft.ctl("revoke", email=ROSA)

    def page_by(self, sizes: Sequence[int]) -> None:
        self.microsoft.ctl("switch", pages=list(sizes))


def _when(when: Span | AllDay) -> dict[str, Any]:
    if isinstance(when, AllDay):
        edges = (f"{when.first}T00:00:00", f"{when.until}T00:00:00")
    else:
        edges = (f"{to_instant(when.start):%Y-%m-%dT%H:%M:%S}", f"{to_instant(when.end):%Y-%m-%dT%H:%M:%S}")
    start, end = ({"dateTime": edge, "timeZone": "UTC"} for edge in edges)
    return {"start": start, "end": end, "isAllDay": isinstance(when, AllDay)}


def _instant(event: dict[str, Any], edge: str) -> datetime:
    return datetime.fromisoformat(event[edge]).replace(tzinfo=ZoneInfo(event["zone"]))
