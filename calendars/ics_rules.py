"""Recurrence rules that may be expanded, and those that would cost more than any calendar is worth."""

from datetime import UTC, date, datetime, time
from typing import Any

from icalendar import Event

from calendars.ics_text import get_moment
from calendars.span import Span
from calendars.zones import to_instant

# A meeting every quarter of an hour, round the clock, is the densest series that is still believed.
MAX_TIMES_A_DAY = 96
# Steps from a series' start to the window's end: a daily series since the sixteenth century.
MAX_STEPS = 200_000
_TOO_FREQUENT = frozenset({"SECONDLY", "MINUTELY"})


def rules_of(event: Event) -> list[Any]:
    """The event's RRULE lines, parsed or broken."""
    rules: Any = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def is_bearable(event: Event, window: Span) -> bool:
    """Whether all rules of an event can be expanded up to the window's end at a bounded price."""
    return all(_is_bearable(rule, get_moment(event, "DTSTART"), window) for rule in rules_of(event))


def extend_until(event: Event) -> None:
    """Let a rule whose UNTIL is a date include that day, as Google and Outlook mean it, in a timed series."""
    start = get_moment(event, "DTSTART")
    if not isinstance(start, datetime):
        return
    for rule in rules_of(event):
        until = _one(rule, "UNTIL", None)
        if isinstance(until, date) and not isinstance(until, datetime):
            end = datetime.combine(until, time(23, 59, 59), start.tzinfo)
            rule["UNTIL"] = [end if start.tzinfo is None else end.astimezone(UTC)]


def _is_bearable(rule: Any, start: date, window: Span) -> bool:
    if not hasattr(rule, "get"):
        return False  # the parser kept the text because it is no rule
    frequency = str(_one(rule, "FREQ", "")).upper()
    if not frequency or frequency in _TOO_FREQUENT:
        return False
    times = 24 if frequency == "HOURLY" else _many(rule, "BYHOUR")
    times *= _many(rule, "BYMINUTE") * _many(rule, "BYSECOND")
    days = (to_instant(window.end).date() - _date(start)).days
    return times <= MAX_TIMES_A_DAY and times * days <= MAX_STEPS


def _one(rule: Any, name: str, default: object) -> Any:
    value = rule.get(name, default)
    return value[0] if isinstance(value, list) and value else value


def _many(rule: Any, name: str) -> int:
    value = rule.get(name, ())
    return max(1, len(value) if isinstance(value, list | tuple) else 1)


def _date(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
