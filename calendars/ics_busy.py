"""Whether an event of a feed occupies its owner, and how."""

from collections.abc import Collection
from typing import Any

from icalendar import Event

from calendars.ics_text import find_text
from calendars.remote import BusyKind

# What Outlook says beyond RFC 5545; where present it is meant.
_OUTLOOK = {
    "FREE": None,
    "TENTATIVE": BusyKind.TENTATIVE,
    "BUSY": BusyKind.BUSY,
    "OOF": BusyKind.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": BusyKind.ELSEWHERE,
}
# RFC 5545, 3.2.9; an unknown type is busy.
_FREEBUSY = {
    "FREE": None,
    "BUSY-TENTATIVE": BusyKind.TENTATIVE,
    "BUSY-UNAVAILABLE": BusyKind.OUT_OF_OFFICE,
}


def event_kind(
    event: Event, owners: Collection[str], *, is_all_day: bool, all_day_is_busy: bool
) -> BusyKind | None:
    """How an event occupies the owner of the feed; None if it does not.

    `owners` are the owner's addresses in lower case. `all_day_is_busy` decides for whole-day events that do not say:
    Apple's leave it out, and mean birthdays as often as holidays.
    """
    status, answer = find_text(event, "STATUS").upper(), _answer(event, owners)
    if status == "CANCELLED" or answer == "DECLINED":
        return None
    outlook = find_text(event, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if outlook in _OUTLOOK:
        return _OUTLOOK[outlook]
    transparency = find_text(event, "TRANSP").upper()
    if transparency == "TRANSPARENT" or (is_all_day and not transparency and not all_day_is_busy):
        return None
    return BusyKind.TENTATIVE if "TENTATIVE" in (status, answer) else BusyKind.BUSY


def freebusy_kind(kind: object) -> BusyKind | None:
    """How a FREEBUSY period with this FBTYPE occupies the owner; None if it does not."""
    return _FREEBUSY.get(str(kind or "BUSY").upper(), BusyKind.BUSY)


def _answer(event: Event, owners: Collection[str]) -> str:
    """The owner's own answer to the invitation, in upper case; empty without one."""
    attendees: Any = event.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        parameters = getattr(attendee, "params", {})
        names = {_address(str(attendee)), _address(str(parameters.get("EMAIL", "")))}
        if names & set(owners):
            return str(parameters.get("PARTSTAT", "")).upper()
    return ""


def _address(text: str) -> str:
    return text.strip().lower().removeprefix("mailto:")
