"""The mirror as `Changes` asks it to be kept: the shortest program that follows the rules in `base.py`."""

from calendars.busy_table import closes_time
from calendars.providers.base import BusyItem, CalendarProvider, Changes
from calendars.providers.times import whole_days
from calendars.span import Span


class Mirror:
    """What a calendar's changes add up to."""

    def __init__(self, provider: CalendarProvider, calendar_id: str) -> None:
        self._provider, self._calendar_id = provider, calendar_id
        self._rows: dict[str, list[BusyItem]] = {}
        self.token: str | None = None
        self.timezone: str | None = None

    def sync(self, window: Span) -> Changes:
        """Read once and take it over."""
        changes = self._provider.read_changes(self._calendar_id, self.token, window)
        if changes.is_full:
            self._rows.clear()
        for event_id in [*changes.removed, *(item.event_id for item in changes.items)]:
            self._rows.pop(event_id, None)
        for item in changes.items:
            self._rows.setdefault(item.event_id, []).append(item)
        self.token, self.timezone = changes.token, changes.timezone
        return changes

    def items(self) -> list[BusyItem]:
        """Every row."""
        return [item for items in self._rows.values() for item in items]

    def busy(self, window: Span) -> list[Span]:
        """The stretches that meet the window, all-day ones in the calendar's zone, in order."""
        closing = [item for item in self.items() if closes_time(item.kind)]
        return sorted(span for item in closing if (span := self._span(item)).overlaps(window))

    def _span(self, item: BusyItem) -> Span:
        if item.all_day is not None:
            return whole_days(item.all_day, self.timezone)
        assert item.span is not None
        return item.span
