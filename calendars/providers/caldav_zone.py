"""The zone of a calendar, in which its whole days are meant (RFC 4791, 5.2.2)."""

import re

from calendars.zones import UnknownZoneError, find_zone

# The property is a whole iCalendar object of which only the name is wanted; vendors put it behind a path of theirs.
_NAMES = re.compile(r"^(?:TZID|X-LIC-LOCATION)(?:;[^:\r\n]*)?:([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
_MAX_CHARACTERS = 64 * 1024


def zone_of(timezone: str | None) -> str | None:
    """The IANA zone that a `calendar-timezone` names; None where it names none that exists."""
    for name in _NAMES.findall((timezone or "")[:_MAX_CHARACTERS]):
        parts = name.strip().split("/")
        for length in (len(parts), 3, 2):
            try:
                return find_zone("/".join(parts[-length:])).key
            except UnknownZoneError:
                continue
    return None
