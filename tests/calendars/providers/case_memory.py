"""The memory provider under the contract."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from calendars.providers.base import AllDay, BusyKind, CalendarError, RemoteCalendar
from calendars.providers.memory import MemoryCalendar
from calendars.providers.times import outward
from calendars.span import Span
from tests.calendars.providers.case import RETRY_AFTER, Trouble

CAN_WRITE = True

_AFTER = (Trouble.ANSWER_LOST, Trouble.FAILED_AFTER)

_ERRORS = {
    Trouble.THROTTLED: CalendarError(
        "slow down", code="rate-limited", permanent=False, retry_after=RETRY_AFTER
    ),
    **{
        trouble: CalendarError(trouble, code="unavailable", permanent=False)
        for trouble in Trouble
        if trouble is not Trouble.THROTTLED
    },
}


class Case:
    """An account in this process."""

    by_person = True
    calendar_id = "primary"
    tells_guests = makes_video = True
    cannot: Mapping[str, str] = {
        "series": "the double keeps single events: expanding series is each service's own business"
    }

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.provider = MemoryCalendar()
        self.account = self.provider.account
        self.set_timezone("Europe/Berlin")

    def add(self, when: Span | AllDay, kind: BusyKind = BusyKind.BUSY, *, is_free: bool = False) -> str:
        return self.account.add_event(self.calendar_id, when, kind=kind, is_free=is_free)

    def add_weekly(self, start: datetime, minutes: int, times: int) -> None:
        raise NotImplementedError

    def add_calendars(self, count: int) -> Sequence[str]:
        names = [f"team{number}" for number in range(count)]
        for name in names:
            self.account.add_calendar(RemoteCalendar(name, name, "UTC", True, False))
        return names

    def add_to(self, calendar_id: str, when: Span) -> None:
        self.account.add_event(calendar_id, when)

    def move(self, event_id: str, when: Span | AllDay) -> None:
        self.account.move_event(self.calendar_id, event_id, when)

    def delete(self, event_id: str) -> None:
        self.account.delete_event(self.calendar_id, event_id)

    def set_timezone(self, name: str) -> None:
        self.account.add_calendar(RemoteCalendar(self.calendar_id, "Calendar", name, True, True))

    def live_events(self, booking: str) -> Sequence[Span]:
        found = [
            each
            for each in self.account.in_calendar(self.calendar_id)
            if each.draft and not each.is_cancelled
        ]
        return [
            each.span or outward(each.draft.start, each.draft.end)
            for each in found
            if each.draft and each.draft.booking == booking
        ]

    def told(self) -> Sequence[tuple[str, str]]:
        return [(each.method, each.guest) for each in self.account.told]

    def fail(self, trouble: Trouble) -> None:
        self.account.fail_next(_ERRORS[trouble], after_effect=trouble in _AFTER)

    def expire_access(self) -> None:
        """There is none to expire."""

    def expire_continuations(self) -> None:
        self.account.expire_tokens()

    def revoke(self) -> None:
        self.account.revoke()

    def page_by(self, sizes: Sequence[int]) -> None:
        """There are no pages in memory."""
