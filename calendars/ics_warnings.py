"""What a feed's owner is told about events that could not be taken as they stand."""

from collections import Counter
from enum import StrEnum


class Trouble(StrEnum):
    """Kinds of trouble with single events; each value completes "1 event ..." / "2 events ..."."""

    UNKNOWN_ZONE = "in an unknown time zone, read in the calendar's own"
    UNREADABLE = "without a time that can be read, not counted"
    NO_END = "without an end that can be read, counted as an hour"
    NOT_FOLLOWED = "repeating in a way that is not followed: all time from the first on counts as busy"
    SWAPPED = "ending before the start, counted the other way round"
    OLD_EXCEPTIONS = "with exceptions of an outdated kind (EXRULE), counted without them"
    BOGUS_CALENDAR_ZONE = "perhaps misplaced: the calendar names a time zone that does not exist"


def sentences(troubles: Counter[Trouble]) -> tuple[str, ...]:
    """One sentence for each kind of trouble that occurred."""
    return tuple(
        f"{count} {'event' if count == 1 else 'events'} {trouble.value}."
        for trouble, count in troubles.items()
        if count
    )
