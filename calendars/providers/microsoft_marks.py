"""How our own events are recognised at Microsoft.

Named extended properties carry the booking, our key for the event, and what we last wrote into it. Delta queries
cannot show them, so the transaction id, which they do show, says whose booking it is as well.
"""

from collections.abc import Mapping
from typing import Any

_SET = "{6f0c9a1e-3d0b-4c52-9a55-2f6f0b7f7c11}"
KEY = f"String {_SET} Name EventKey"
BOOKING = f"String {_SET} Name Booking"
WRITTEN = f"String {_SET} Name Written"
_MARK = "smart-scheduler"


def transaction_id(booking: str, key: str) -> str:
    """The same for every attempt to create the event: Exchange then makes it once."""
    return f"{_MARK}|{booking}|{key.removeprefix(booking)}"


def booking_of(event: Mapping[str, Any]) -> str | None:
    """The public id of our booking that the event stands for, or None when it is not ours."""
    marked = property_of(event, BOOKING)
    if marked:
        return marked
    mark, _, rest = str(event.get("transactionId") or "").partition("|")
    return rest.partition("|")[0] or None if mark == _MARK else None


def property_of(event: Mapping[str, Any], name: str) -> str | None:
    """The value of an extended property that was asked for by `$expand`."""
    for item in event.get("singleValueExtendedProperties") or ():
        if item.get("id", "").casefold() == name.casefold():
            return str(item.get("value"))
    return None


def showing(*names: str) -> str:
    """The `$expand` that shows these properties."""
    wanted = " or ".join(f"id eq '{name}'" for name in names)
    return f"singleValueExtendedProperties($filter={wanted})"


def with_key(key: str) -> str:
    """The `$filter` that finds the event written under `key`."""
    value = key.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq '{value}')"
