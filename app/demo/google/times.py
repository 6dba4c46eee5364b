"""Starts and ends as Calendar v3 writes them, strictly read."""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.demo.google.errors import Refused

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def zone_of(name: str, location: str) -> ZoneInfo:
    """The zone of that IANA name, or a refusal that names the field."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(400, "invalid", f"Invalid time zone definition for {location} time.") from None


def bound(text: str | None, name: str) -> datetime | None:
    """A query bound such as timeMin: RFC 3339 with an offset, which is not optional."""
    if text is None:
        return None
    instant = _parse(text, name)
    if instant.tzinfo is None:
        raise Refused(400, "badRequest", "Bad Request", name)
    return instant.astimezone(UTC)


def read_moment(part: Any, location: str) -> dict[str, str]:
    """A start or end from a request's body, checked: a date, or a dateTime with an offset or a zone."""
    if not isinstance(part, dict):
        raise Refused(400, "required", f"Missing {location} time.", location)
    has_date, has_time = part.get("date") is not None, part.get("dateTime") is not None
    if has_date == has_time:
        raise Refused(400, "invalid", f"Invalid {location} time.", location)
    if has_date:
        return {"date": _date(part["date"], location).isoformat()}
    instant = _parse(part["dateTime"], location)
    kept = {"dateTime": part["dateTime"]}
    if part.get("timeZone"):
        zone = zone_of(part["timeZone"], location)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
            kept["dateTime"] = instant.isoformat()
        kept["timeZone"] = part["timeZone"]
    if instant.tzinfo is None:
        raise Refused(400, "required", f"Missing time zone definition for {location} time.", location)
    return kept


def moment(part: dict[str, str], timezone: str) -> datetime:
    """The instant of a start or end, in UTC; dates begin at midnight in `timezone`."""
    if "date" in part:
        return datetime.combine(date.fromisoformat(part["date"]), time(), ZoneInfo(timezone)).astimezone(UTC)
    return datetime.fromisoformat(part["dateTime"]).astimezone(UTC)


def show(part: dict[str, str], timezone: str) -> dict[str, str]:
    """A start or end as an answer writes it: with the offset of the zone that the answer is in."""
    if "date" in part:
        return part
    instant = datetime.fromisoformat(part["dateTime"]).astimezone(ZoneInfo(timezone))
    text = instant.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"dateTime": text, "timeZone": part.get("timeZone", timezone)}


def stamp(instant: datetime) -> str:
    """The form of `created` and `updated`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def _parse(text: Any, location: str) -> datetime:
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        raise Refused(400, "badRequest", "Bad Request", location)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, "badRequest", "Bad Request", location) from None


def _date(text: Any, location: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Refused(400, "invalid", f"Invalid {location} time.", location) from None
