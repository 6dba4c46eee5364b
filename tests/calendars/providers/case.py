"""What the contract suite needs of a provider: the provider, and a hand on its service's side."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import pytest

from calendars.providers.base import AllDay, BusyKind, CalendarProvider
from calendars.span import Span

RETRY_AFTER = 7


class Trouble(StrEnum):
    """What happens to the next call. `answer-lost`: the work is done, then the connection breaks; `failed-after`: the
    work is done, and the answer says 503."""

    THROTTLED = "throttled"
    DOWN = "down"
    CUT_OFF = "cut-off"
    ANSWER_LOST = "answer-lost"
    FAILED_AFTER = "failed-after"
    NONSENSE = "nonsense"


class ProviderCase(Protocol):
    """One provider connected to an empty, writable calendar. A module `case_<name>.py` has a class `Case` of this
    kind, made from pytest's `request`, and the constant `CAN_WRITE`."""

    provider: CalendarProvider
    calendar_id: str
    by_person: bool
    """Whether a person signed in; where their company did, nobody is asked to do so again."""
    tells_guests: bool
    """Whether the service invites; where it does not, it must tell nobody anything."""
    makes_video: bool
    """Whether the service makes links for video meetings; where it does not, it must not promise any."""

    cannot: Mapping[str, str]
    """What this service has not (`series`, `many calendars`, `a grant`), and why that is so."""

    def add(self, when: Span | AllDay, kind: BusyKind = BusyKind.BUSY, *, is_free: bool = False) -> str:
        """As the person would: a new event. Returns its id."""

    def add_weekly(self, start: datetime, minutes: int, times: int) -> None:
        """As the person would: a weekly series, at the same time by the clock of the zone of `start`."""

    def add_calendars(self, count: int) -> Sequence[str]:
        """So many calendars more; their ids."""

    def add_to(self, calendar_id: str, when: Span) -> None:
        """A new event in one of these."""

    def move(self, event_id: str, when: Span | AllDay) -> None:
        """As the person would: another time."""

    def delete(self, event_id: str) -> None:
        """As the person would: delete it."""

    def set_timezone(self, name: str) -> None:
        """The calendar's zone."""

    def live_events(self, booking: str) -> Sequence[Span]:
        """When the service has live events for our booking."""

    def told(self) -> Sequence[tuple[str, str]]:
        """The messages to guests: REQUEST or CANCEL, and to whom."""

    def fail(self, trouble: Trouble) -> None:
        """Let the next call meet trouble (once, or for as long as the client itself tries again)."""

    def expire_access(self) -> None:
        """The access token is no longer good; a fresh one can be had."""

    def expire_continuations(self) -> None:
        """Continuation tokens given so far are no longer good."""

    def revoke(self) -> None:
        """The person withdraws our access."""

    def page_by(self, sizes: Sequence[int]) -> None:
        """The sizes of the pages that the next list comes in, where the service has pages; 0 is an empty one."""


def needs(case: ProviderCase, what: str) -> None:
    """Leave a test out where the service has no such thing, with the reason."""
    if what in case.cannot:
        pytest.skip(case.cannot[what])
