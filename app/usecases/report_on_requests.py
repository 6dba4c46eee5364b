"""A report on the requests of a period: how far they came, how fast, and how much people did by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.csv_lines import write_csv
from app.db import db
from app.store.funnel import FunnelRow, GroupBy, count_touches, funnel

HEADS = (
    "group",
    "requests",
    "routed",
    "offered",
    "booked",
    "met",
    "median_hours_to_booking",
    "median_hours_to_meeting",
)


@dataclass(frozen=True, slots=True)
class Report:
    """Requests of `[since, until)` by group. `touches`: what people did by hand in that time, by kind of activity."""

    by: GroupBy
    since: datetime
    until: datetime
    rows: Sequence[FunnelRow]
    touches: Mapping[str, int]

    @property
    def steps(self) -> list[tuple[str, int]]:
        """The way of all requests together."""
        names = ("requests", "routed", "offered", "booked", "met")
        return [(name, sum(getattr(row, name) for row in self.rows)) for name in names]

    def to_csv(self) -> str:
        """A line for each group."""
        return write_csv(HEADS, (_line(row) for row in self.rows))


def _line(row: FunnelRow) -> list[object]:
    hours = [_rounded(row.hours_to_booking), _rounded(row.hours_to_meeting)]
    return [row.group, row.requests, row.routed, row.offered, row.booked, row.met, *hours]


def _rounded(hours: float | None) -> float | None:
    return round(float(hours), 1) if hours is not None else None


def report_on_requests(by: GroupBy, days: int) -> Report:
    """The report of so many days up to now."""
    session, now = db.session(), clock.now()
    since = now - timedelta(days=days)
    return Report(by, since, now, funnel(session, by, since, now, now), count_touches(session, since, now))
