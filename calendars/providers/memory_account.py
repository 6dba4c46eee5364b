"""The service's side of the memory provider: events, what a person does to them, and troubles on request."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from threading import RLock

from calendars.providers.base import AllDay, BusyKind, CalendarError, EventDraft, RemoteCalendar
from calendars.span import Span


@dataclass(frozen=True, slots=True)
class MemoryEvent:
    """One event. Exactly one of `span` and `all_day` is set; `draft` is there when a provider wrote it."""

    id: str
    calendar_id: str
    span: Span | None = None
    all_day: AllDay | None = None
    kind: BusyKind = BusyKind.BUSY
    is_free: bool = False
    is_cancelled: bool = False
    draft: EventDraft | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A message the service sent to a guest: `method` is REQUEST or CANCEL."""

    method: str
    guest: str
    key: str


class MemoryAccount:
    """A calendar account in this process, safe to use from several threads."""

    def __init__(self, timezone: str = "UTC", calendar_id: str = "primary") -> None:
        self.calendars = {calendar_id: RemoteCalendar(calendar_id, "Calendar", timezone, True, True)}
        self.version = 0
        self.epoch = 1
        self.told: list[Told] = []
        self._events: dict[tuple[str, str], MemoryEvent] = {}
        self._faults: deque[tuple[CalendarError, bool]] = deque()
        self._is_revoked = False
        self._names = count(1)
        self._lock = RLock()

    @contextmanager
    def call(self) -> Iterator[None]:
        """One call of a provider: fails as arranged before or, its effect done, after the body."""
        with self._lock:
            if self._is_revoked:
                raise CalendarError(
                    "the grant was withdrawn", code="unauthorized", permanent=True, needs_reconnect=True
                )
            error, is_after = self._faults.popleft() if self._faults else (None, False)
            if error is not None and not is_after:
                raise error
            yield
            if error is not None:
                raise error

    def fail_next(self, error: CalendarError, *, after_effect: bool = False) -> None:
        """Let the next call fail; `after_effect`: the work is done and only the answer is lost."""
        self._faults.append((error, after_effect))

    def add_calendar(self, calendar: RemoteCalendar) -> None:
        """Add or replace a calendar."""
        self.calendars[calendar.id] = calendar

    def add_event(
        self,
        calendar_id: str,
        when: Span | AllDay,
        *,
        kind: BusyKind = BusyKind.BUSY,
        is_free: bool = False,
    ) -> str:
        """What a person does: a new event. Returns its id."""
        event = MemoryEvent(f"event{next(self._names)}", calendar_id, kind=kind, is_free=is_free)
        return self.write(_at(event, when)).id

    def move_event(self, calendar_id: str, event_id: str, when: Span | AllDay) -> None:
        """What a person does: give the event another time."""
        self.write(_at(self._events[calendar_id, event_id], when))

    def delete_event(self, calendar_id: str, event_id: str) -> None:
        """What a person does: delete the event."""
        self.write(replace(self._events[calendar_id, event_id], is_cancelled=True))

    def revoke(self) -> None:
        """What a person does: withdraw our access."""
        self._is_revoked = True

    def expire_tokens(self) -> None:
        """No continuation token given so far is good any longer."""
        self.epoch += 1

    def find(self, calendar_id: str, event_id: str) -> MemoryEvent | None:
        """The event, cancelled or not."""
        return self._events.get((calendar_id, event_id))

    def in_calendar(self, calendar_id: str) -> tuple[MemoryEvent, ...]:
        """Every event of a calendar, cancelled ones too."""
        return tuple(event for event in self._events.values() if event.calendar_id == calendar_id)

    def write(self, event: MemoryEvent) -> MemoryEvent:
        """Store the event under a new version."""
        with self._lock:
            self.version += 1
            event = replace(event, version=self.version)
            self._events[event.calendar_id, event.id] = event
            return event

    def tell_guests(self, method: str, draft: EventDraft) -> None:
        """Note the messages that the service would mail."""
        if draft.invite:
            self.told += [Told(method, guest.email, draft.key) for guest in draft.guests]


def _at(event: MemoryEvent, when: Span | AllDay) -> MemoryEvent:
    if isinstance(when, AllDay):
        return replace(event, span=None, all_day=when)
    return replace(event, span=when, all_day=None)
