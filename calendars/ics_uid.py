"""The UID of our own events, by which we know them again in anybody's calendar.

A UID stays for life (RFC 7986, 5.3): it is made of the booking's public id and of nothing that may change.
"""

_OURS = "@booking.smart-scheduler.invalid"


def uid_of(booking: str, generation: int = 1) -> str:
    """The UID for a booking. A new generation is another event: the organizer of an event cannot change."""
    return f"{booking}{'' if generation == 1 else f'.{generation}'}{_OURS}"


def booking_of(uid: str) -> str | None:
    """The booking's public id if the UID is one of ours, of this or another installation; else None."""
    if not uid.lower().endswith(_OURS):
        return None
    return uid[: -len(_OURS)].partition(".")[0] or None
