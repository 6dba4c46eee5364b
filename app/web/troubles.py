"""What is wrong with a rep's calendars, what it means, and what to do about it."""

from typing import NamedTuple


class Trouble(NamedTuple):
    """The state in two words, its consequence, and the remedy."""

    label: str
    consequence: str
    remedy: str


TROUBLES = {
    "needs_reconnect": Trouble(
        "Reconnect",
        "Not offered: the calendar account no longer lets us in.",
        "The rep signs in again under My calendars.",
    ),
    "not_connected": Trouble(
        "Not connected",
        "Not offered: nobody vouches for their time.",
        "The rep connects Google or Microsoft under My calendars, or their hours alone are made to count.",
    ),
    "nothing_checked": Trouble(
        "Nothing checked",
        "Not offered: no calendar is checked for conflicts.",
        "The rep chooses at least one calendar to check under My calendars.",
    ),
    "gone": Trouble(
        "Calendar gone",
        "Not offered: a calendar we check was deleted or is no longer shared.",
        "The rep chooses another calendar under My calendars.",
    ),
    "stale": Trouble(
        "Read too long ago",
        "Not offered: what the calendar said when it was last read is too old to rely on.",
        "The rep was told. See its error, and try to read it now; if it stays, the rep signs in again.",
    ),
    "failing": Trouble(
        "Failing",
        "Offered from the last good reading until that is too old.",
        "We keep trying. If it stays, the rep signs in again under My calendars.",
    ),
    "first_read": Trouble(
        "First reading",
        "Not offered yet: the calendar is being read for the first time.",
        "This takes a minute when the worker runs.",
    ),
}
"""By the code that `RepCalendars.trouble` gives."""
