"""Times inside the prospect's own day, for destinations that match the time zone."""

from functools import lru_cache

from calendars.bits import erode
from calendars.frame import Frame
from calendars.hours import WEEKDAYS, InvalidHoursError, WorkingHours, parse_week, work_spans
from calendars.span import Span
from calendars.zones import UnknownZoneError
from routing.route import LocalDay


@lru_cache(maxsize=1024)
def inside_local_day(day: LocalDay, frame: Frame, minutes: int) -> int:
    """The cells in which a meeting of so many minutes may start; none at all in a zone that is not one."""
    try:
        hours = WorkingHours(day.timezone, parse_week({weekday: [day.hours] for weekday in WEEKDAYS}))
    except (UnknownZoneError, InvalidHoursError):
        return 0
    open_cells = 0
    for span in work_spans(hours, Span(frame.start, frame.end)):
        open_cells |= frame.inside(span)
    return erode(open_cells, minutes // frame.cell)
