"""The whole protocol in memory: a double to ship, for tests and for trying things out.

`MemoryAccount` is the service's side: what a person would do in their calendar, and the troubles a service can
have. `MemoryCalendar` is the provider bound to it. It keeps its promises in the same words as the real ones.
"""

from collections.abc import Sequence
from dataclasses import replace

from calendars.providers.base import (
    BusyItem,
    CalendarError,
    Changes,
    ClosesTime,
    EventDraft,
    LiveCheck,
    RemoteCalendar,
    WrittenEvent,
    usually_closes_time,
)
from calendars.providers.memory_account import MemoryAccount, MemoryEvent
from calendars.providers.times import outward, whole_days
from calendars.span import Span


class MemoryCalendar:
    """A connected account that lives in this process. Without an account it brings one empty calendar."""

    kind = "memory"
    can_write = True

    def __init__(self, account: MemoryAccount | None = None) -> None:
        self.account = account or MemoryAccount()

    def list_calendars(self) -> tuple[RemoteCalendar, ...]:
        """All calendars of the account."""
        with self.account.call():
            return tuple(self.account.calendars.values())

    def read_changes(self, calendar_id: str, token: str | None, window: Span) -> Changes:
        """Busy items in `window`, or what changed since `token`.

        A token continues only inside the stretch it was given for: rows that enter a later window without having
        changed would otherwise be missed, so a wider window is a full read.
        """
        with self.account.call():
            calendar = self._calendar(calendar_id)
            since, known = self._resume(token, window)
            events = [event for event in self.account.in_calendar(calendar_id) if event.version > since]
            items = [(event, _busy_item(event, calendar, known)) for event in events]
            return Changes(
                is_full=since == 0,
                items=tuple(item for _, item in items if item is not None),
                removed=() if since == 0 else tuple(event.id for event, item in items if item is None),
                token=f"{self.account.epoch}.{self.account.version}.{known.start}.{known.end}",
                known=known,
                timezone=calendar.timezone,
            )

    def check_busy(
        self, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
    ) -> LiveCheck:
        """Ask the account now; a calendar it does not have is unknown, never free."""
        with self.account.call():
            busy: list[Span] = []
            unknown = tuple(each for each in calendar_ids if each not in self.account.calendars)
            for calendar_id in calendar_ids:
                if calendar_id not in unknown:
                    busy += self._busy_spans(self.account.calendars[calendar_id], window, closes)
            return LiveCheck(busy=tuple(sorted(busy)), unknown=unknown)

    def put_event(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        """Create the event, or bring the one with this key to the draft. Guests hear of it only if it changed."""
        with self.account.call():
            self._calendar(calendar_id)
            span = outward(draft.start, draft.end)
            event = self.account.find(calendar_id, draft.key)
            if event is None or event.is_cancelled or event.draft != draft:
                event = self.account.write(
                    replace(
                        event or MemoryEvent(draft.key, calendar_id),
                        span=span,
                        is_cancelled=False,
                        draft=draft,
                    )
                )
                self.account.tell_guests("REQUEST", draft)
            return _written(event)

    def get_event(self, calendar_id: str, key: str) -> WrittenEvent | None:
        """The live event with this key, or None when it is gone or cancelled."""
        with self.account.call():
            self._calendar(calendar_id)
            event = self.account.find(calendar_id, key)
            return None if event is None or event.is_cancelled else _written(event)

    def cancel_event(self, calendar_id: str, key: str) -> None:
        """Remove the event and tell its guests. Already gone is success, and nobody is told twice."""
        with self.account.call():
            self._calendar(calendar_id)
            event = self.account.find(calendar_id, key)
            if event is None or event.is_cancelled:
                return
            self.account.write(replace(event, is_cancelled=True))
            if event.draft is not None:
                self.account.tell_guests("CANCEL", event.draft)

    def _calendar(self, calendar_id: str) -> RemoteCalendar:
        try:
            return self.account.calendars[calendar_id]
        except KeyError:
            raise CalendarError(
                "this account has no such calendar", code="not-found", permanent=True
            ) from None

    def _resume(self, token: str | None, window: Span) -> tuple[int, Span]:
        """The version to continue from (0 is a full read) and the stretch the answer vouches for."""
        try:
            epoch, version, start, end = (int(part) for part in (token or "").split("."))
        except ValueError:
            return 0, window
        is_inside = start <= window.start and window.end <= end
        return (version, Span(start, end)) if epoch == self.account.epoch and is_inside else (0, window)

    def _busy_spans(self, calendar: RemoteCalendar, window: Span, closes: ClosesTime) -> list[Span]:
        spans = []
        for event in self.account.in_calendar(calendar.id):
            item = _busy_item(event, calendar, window)
            if item is not None and item.booking is None and closes(calendar.id, item.kind):
                spans.append(_span_of(event, calendar))
        return spans


def _busy_item(event: MemoryEvent, calendar: RemoteCalendar, window: Span) -> BusyItem | None:
    if event.is_cancelled or event.is_free or not _span_of(event, calendar).overlaps(window):
        return None
    return BusyItem(
        event_id=event.id,
        instance_key="",
        kind=event.kind,
        span=event.span,
        all_day=event.all_day,
        etag=str(event.version),
        booking=event.draft.booking if event.draft else None,
    )


def _span_of(event: MemoryEvent, calendar: RemoteCalendar) -> Span:
    if event.all_day is not None:
        return whole_days(event.all_day, calendar.timezone)
    assert event.span is not None
    return event.span


def _written(event: MemoryEvent) -> WrittenEvent:
    wants_video = event.draft is not None and event.draft.wants_video
    return WrittenEvent(
        event_id=event.id,
        etag=str(event.version),
        ical_uid=f"{event.id}@memory.invalid",
        join_url=f"https://meet.memory.invalid/{event.id}" if wants_video else None,
    )
