"""What an iCalendar event says of its owner's time, in the words of the busy table."""

from collections.abc import Collection
from typing import Any

from icalendar import Component

from calendars.busy_table import Answer, Entry, Shown, kind_of
from calendars.ics_text import find_text
from calendars.remote import BusyKind

# What Outlook says beyond RFC 5545; where present it is meant.
_OUTLOOK = {
    "FREE": Shown.FREE,
    "TENTATIVE": Shown.TENTATIVE,
    "BUSY": Shown.BUSY,
    "OOF": Shown.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": Shown.ELSEWHERE,
}
# RFC 5545, 3.2.9; an unknown type is busy.
_FREEBUSY = {
    "FREE": Shown.FREE,
    "BUSY-TENTATIVE": Shown.TENTATIVE,
    "BUSY-UNAVAILABLE": Shown.OUT_OF_OFFICE,
}
# RFC 5545, 3.2.12
_ANSWERS = {
    "ACCEPTED": Answer.ACCEPTED,
    "TENTATIVE": Answer.TENTATIVE,
    "DECLINED": Answer.DECLINED,
    "NEEDS-ACTION": Answer.UNANSWERED,
}


def event_kind(event: Component, owners: Collection[str], *, is_all_day: bool) -> BusyKind | None:
    """How an event occupies the owner of the calendar; None if it does not. `owners`: their addresses in lower case."""
    status = find_text(event, "STATUS").upper()
    shown = _OUTLOOK.get(find_text(event, "X-MICROSOFT-CDO-BUSYSTATUS").upper())
    transparency = find_text(event, "TRANSP").upper()
    return kind_of(
        Entry(
            answer=_answer(event, owners),
            shown=shown,
            is_transparent=None if shown or not transparency else transparency == "TRANSPARENT",
            is_all_day=is_all_day,
            is_tentative=status == "TENTATIVE",
            is_cancelled=status == "CANCELLED",
        )
    )


def freebusy_kind(kind: object) -> BusyKind | None:
    """How a FREEBUSY period with this FBTYPE occupies the owner; None if it does not."""
    return kind_of(Entry(shown=_FREEBUSY.get(str(kind or "BUSY").upper(), Shown.BUSY)))


def _answer(event: Component, owners: Collection[str]) -> Answer:
    """The owner's own answer to the invitation. Nobody has to answer their own."""
    attendees: Any = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        if _addresses(attendee) & set(owners):
            said = str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper()
            answer = _ANSWERS.get(said, Answer.NONE)
            is_own = bool(_addresses(event.get("ORGANIZER", "")) & set(owners))
            return Answer.ACCEPTED if is_own and answer is Answer.UNANSWERED else answer
    return Answer.NONE


def _addresses(person: Any) -> set[str]:
    """The addresses by which an event names somebody, in lower case."""
    parameters = getattr(person, "params", {})
    return {
        text.strip().lower().removeprefix("mailto:")
        for text in (str(person), str(parameters.get("EMAIL", "")))
    }
