"""Series and their occurrences, as the real service expands them."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

from app.demo.google.errors import Refused
from app.demo.google.times import moment
from app.demo.google.world import Calendar, Resource

_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6}Z)")
_DAY = timedelta(days=1)


def expand(calendar: Calendar, master: Resource, start: datetime, end: datetime) -> Iterator[Resource]:
    """The occurrences of `master` that meet `[start, end)` and have no exception of their own."""
    taken = {
        event["id"] for event in calendar.events.values() if event.get("recurringEventId") == master["id"]
    }
    for occurrence in _occurrences(calendar, master, start, end):
        if occurrence["id"] not in taken:
            yield occurrence


def find_occurrence(calendar: Calendar, instance_id: str) -> Resource | None:
    """The occurrence with this id (`<series>_<start in UTC>`), if its series has one there."""
    master_id, _, suffix = instance_id.rpartition("_")
    master = calendar.events.get(master_id)
    if master is None or "recurrence" not in master or master["status"] == "cancelled":
        return None
    try:
        at = datetime.strptime(suffix[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    near = _occurrences(calendar, master, at - 2 * _DAY, at + 3 * _DAY)
    return next((each for each in near if each["id"] == instance_id), None)


def check_rules(rules: object, start: dict[str, str]) -> None:
    """Refuse a recurrence that cannot be expanded, or that lacks the zone it needs."""
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise Refused(400, "invalid", "Invalid recurrence rule.", "recurrence")
    if "dateTime" in start and "timeZone" not in start:
        raise Refused(400, "required", "Missing time zone definition for start time.", "start.timeZone")
    try:
        _rules(rules, datetime(2026, 1, 1), ZoneInfo("UTC"))  # noqa: DTZ001 - wall clock
    except (ValueError, KeyError):
        raise Refused(400, "invalid", "Invalid recurrence rule.", "recurrence") from None


def _occurrences(calendar: Calendar, master: Resource, start: datetime, end: datetime) -> Iterator[Resource]:
    if master["status"] == "cancelled":
        return
    lasts = moment(master["end"], calendar.timezone) - moment(master["start"], calendar.timezone)
    zone = ZoneInfo(master["start"].get("timeZone", calendar.timezone))
    first = _wall(master["start"], zone)
    rules = _rules(master["recurrence"], first, zone)
    low, high = (each.astimezone(zone).replace(tzinfo=None) for each in (start - lasts - _DAY, end + _DAY))
    for wall in rules.between(low, high, inc=True):
        occurrence = _occurrence(master, wall, zone, lasts)
        begins, ends = (moment(occurrence[key], calendar.timezone) for key in ("start", "end"))
        if begins < end and ends > start:
            yield occurrence


def _occurrence(master: Resource, wall: datetime, zone: ZoneInfo, lasts: timedelta) -> Resource:
    copied = {key: value for key, value in master.items() if key not in {"recurrence", "start", "end"}}
    if "date" in master["start"]:
        days = date.fromisoformat(master["end"]["date"]) - date.fromisoformat(master["start"]["date"])
        start = {"date": wall.date().isoformat()}
        end = {"date": (wall.date() + days).isoformat()}
        suffix = wall.strftime("%Y%m%d")
    else:
        begins = wall.replace(tzinfo=zone).astimezone(UTC)
        start = {"dateTime": begins.isoformat(), "timeZone": zone.key}
        end = {"dateTime": (begins + lasts).isoformat(), "timeZone": zone.key}
        suffix = begins.strftime("%Y%m%dT%H%M%SZ")
    return copied | {
        "id": f"{master['id']}_{suffix}",
        "recurringEventId": master["id"],
        "originalStartTime": start,
        "start": start,
        "end": end,
    }


def _wall(part: dict[str, str], zone: ZoneInfo) -> datetime:
    if "date" in part:
        return datetime.combine(date.fromisoformat(part["date"]), time())
    return datetime.fromisoformat(part["dateTime"]).astimezone(zone).replace(tzinfo=None)


def _rules(lines: list[str], first: datetime, zone: ZoneInfo) -> rruleset:
    rules = rruleset()
    for line in lines:
        name, _, value = line.partition(":")
        kind = name.partition(";")[0]
        if kind == "RRULE":
            local = _UNTIL.sub(lambda found: f"UNTIL={_naive(found[1], zone):%Y%m%dT%H%M%S}", value)
            rules.rrule(rrulestr(local, dtstart=first))  # type: ignore[arg-type]
        elif kind in {"EXDATE", "RDATE"}:
            for text in value.split(","):
                (rules.exdate if kind == "EXDATE" else rules.rdate)(_naive(text, zone))
        else:
            raise ValueError(kind)
    return rules


def _naive(text: str, zone: ZoneInfo) -> datetime:
    """A date or time of a rule as wall clock time in the series' zone."""
    if text.endswith("Z"):
        instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return instant.astimezone(zone).replace(tzinfo=None)
    return datetime.strptime(text, "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")  # noqa: DTZ007 - wall clock
