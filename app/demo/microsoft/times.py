"""Graph's way of writing times: a wall clock without offset, and the name of a zone beside it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tzlocal.windows_tz import win_tz

from app.demo.microsoft.errors import GraphError

_IANA = {name.casefold(): name for name in available_timezones()}
_WINDOWS = {name.casefold(): target for name, target in win_tz.items()}


def iana(name: str) -> str | None:
    """The IANA name for a Windows or IANA name; None when nobody knows it."""
    key = name.casefold()
    if key in {"utc", "tzone://microsoft/utc"}:
        return "UTC"
    return _WINDOWS.get(key) or _IANA.get(key)


def read_wall_clock(value: Any) -> tuple[datetime, str]:
    """A `dateTimeTimeZone` as (naive wall clock, IANA zone), refused as Exchange refuses it."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise GraphError(400, "ErrorInvalidRequest", "The start or end time is missing or malformed.")
    zone = iana(str(value.get("timeZone") or "UTC"))
    if zone is None:
        raise GraphError(400, "TimeZoneNotSupportedException", "A valid TimeZone value must be specified.")
    try:
        moment = datetime.fromisoformat(value["dateTime"][:26])
    except ValueError:
        raise GraphError(400, "ErrorInvalidRequest", f"Cannot read the time {value['dateTime']!r}.") from None
    if moment.tzinfo is not None:
        raise GraphError(
            400, "ErrorInvalidRequest", "The time must be local to its timeZone, without an offset."
        )
    return moment, zone


def read_bound(value: str | None, name: str) -> datetime:
    """A `startDateTime`/`endDateTime` parameter; without an offset it is UTC."""
    if not value:
        raise GraphError(400, "ErrorInvalidParameter", f"The parameter {name} is required.")
    if " " in value:
        raise GraphError(
            400, "ErrorInvalidParameter", f"The value of {name} is not encoded: + became a blank."
        )
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise GraphError(400, "ErrorInvalidParameter", f"The value of {name} is not a time.") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_utc(wall_clock: datetime, zone: str) -> datetime:
    """The instant of a wall clock time; the first one where the clock shows it twice."""
    return wall_clock.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def show(instant: datetime, label: str) -> dict[str, str]:
    """An instant in the zone the caller prefers, seven digits after the second, no offset."""
    local = instant.astimezone(ZoneInfo(iana(label) or "UTC"))
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.%f0"), "timeZone": label}


def show_date(wall_clock: str, label: str) -> dict[str, str]:
    """A whole day's edge: midnight under whatever label was asked for, never converted."""
    return {"dateTime": wall_clock[:10] + "T00:00:00.0000000", "timeZone": label}
