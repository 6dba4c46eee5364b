"""When people usually work in a week, from the configured schedules, for checks that compare people."""

from datetime import date, timedelta

from app.configuration.document import State
from calendars.hours import WorkingHours, parse_week, work_spans
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, day_span
from routing.people_lint import union

WEEK = 7 * MINUTES_A_DAY


def usual_hours(state: State, today: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """By e-mail, the half-open spans of minutes of one week in UTC (0 is Monday 00:00) in which a rep works.

    Of the week of `today` (an ISO date), without its holidays and exceptions: what is usual, by the clock of now.
    """
    on = date.fromisoformat(today)
    monday = on - timedelta(days=on.weekday())
    return {
        key: _spans(state["schedules"][rep["schedule"]], monday)
        for key, rep in state["reps"].items()
        if rep["schedule"] in state["schedules"]
    }


def minutes_of(spans: tuple[tuple[int, int], ...]) -> int:
    """How much is worked in these spans."""
    return sum(end - start for start, end in spans)


def _spans(schedule: dict[str, object], monday: date) -> tuple[tuple[int, int], ...]:
    weekly = schedule["weekly"]
    assert isinstance(weekly, dict)
    hours = WorkingHours(str(schedule["timezone"]), parse_week(weekly))
    week = day_span("UTC", monday, monday + timedelta(days=7))
    local = day_span(hours.timezone, monday, monday + timedelta(days=7))
    spans = work_spans(hours, Span(local.start, local.end))
    return tuple(union([piece for span in spans for piece in _inside(span, week.start)]))


def _inside(span: Span, week: int) -> list[tuple[int, int]]:
    """The span by minutes of the week; what runs over its end goes on at its beginning."""
    start, length = (span.start - week) % WEEK, span.end - span.start
    end = start + length
    return [(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)]
