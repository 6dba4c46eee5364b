"""What the product does at somebody's word or a job's: each deed by name, so that it can be done over and over."""

from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from app.usecases import write_event as writing
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.hold_slot import hold_slot
from app.usecases.notify_booking import notify_booking
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.sync_calendar import sync_calendar
from app.usecases.write_event import write_event
from calendars.providers.base import EventDraft


def act(deed: str, **arguments: Any) -> None:
    """Do it. The same arguments repeat it, as a client or the queue does who got no answer."""
    {
        "book": _book,
        "hold": _hold,
        "cancel": lambda booking: cancel_meeting(booking, by="prospect"),
        "reschedule": _reschedule,
        "write": write_event,
        "write-with-new-ids": _write_with_new_ids,
        "notify": notify_booking,
        "sync": sync_calendar,
    }[deed](**arguments)


def _book(request: str, start: str) -> None:
    book_meeting(request, BookingOrder(datetime.fromisoformat(start), key="key"))


def _hold(request: str, start: str) -> None:
    hold_slot(request, datetime.fromisoformat(start))


def _reschedule(booking: str, start: str) -> None:
    reschedule_meeting(booking, datetime.fromisoformat(start), by="prospect")


def _write_with_new_ids(booking: str, sequence: int) -> None:
    """As if the calendar service chose the ids: each attempt has another one."""
    drafted = writing.event_draft

    def with_new_id(*args: Any, **kwargs: Any) -> EventDraft:
        return replace(drafted(*args, **kwargs), key=token_hex(8))

    writing.event_draft = with_new_id
    try:
        write_event(booking, sequence)
    finally:
        writing.event_draft = drafted
