"""Sessions that several prospects share: where one can be joined, none has to begin."""

from calendars.frame import Frame
from calendars.reasons import why_not
from calendars.reptime import RepTime
from calendars.shape import MeetingShape


def joinable_starts(rep: RepTime, shape: MeetingShape, frame: Frame) -> int:
    """The cells in which a session with a seat left begins that this rep can still take somebody into, the booking
    window left open. Beside `start_bits`, which say where a new one can begin, these are all the starts `why_not`
    allows."""
    cells = 0
    for booking in rep.bookings:
        start, end = booking.span
        at = frame.position(start)
        if booking.open_seats < 1 or end - start != shape.minutes or at is None:
            continue
        if why_not(rep, start, shape, start, end) is None:
            cells |= 1 << at
    return cells
