"""events.list: expansion, filters, pages that may be short or empty, and sync tokens."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from app.demo.google.access import Caller
from app.demo.google.errors import Refused
from app.demo.google.recurrence import expand
from app.demo.google.resources import begins, ends, show_event, stub
from app.demo.google.times import bound, zone_of
from app.demo.google.world import Calendar, Resource

_NOT_WITH_SYNC = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin",
)  # fmt: skip
_NOT_IN_HASH = {"pageToken", "syncToken", "alt", "fields", "prettyPrint", *_NOT_WITH_SYNC}
_FAR = timedelta(days=730)
_NO_START = datetime.min.replace(tzinfo=UTC)

Query = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The query of one call, read and checked."""

    query: Query
    single: bool
    show_deleted: bool
    low: datetime | None
    high: datetime | None
    size: int
    offset: int
    since: int


def list_events(caller: Caller, calendar: Calendar, query: Query, now: datetime) -> Resource:
    """The answer to one call of events.list."""
    asked = _read(caller, calendar, query)
    found = [event for event in _candidates(calendar, asked, now) if _is_wanted(event, calendar, asked)]
    found.sort(key=_order(query, calendar))
    size = caller.world.page_sizes.pop(0) if caller.world.page_sizes else asked.size
    page, rest = found[asked.offset : asked.offset + size], found[asked.offset + size :]
    answer: Resource = {
        "kind": "calendar#events",
        "etag": f'"p{calendar.version}"',
        "summary": calendar.summary,
        "updated": now.isoformat(),
        "timeZone": calendar.timezone,
        "accessRole": caller.account.roles[calendar.id],
        "defaultReminders": [],
        "items": [show_event(caller, calendar, event, query.get("timeZone")) for event in page],
    }
    if rest:
        token = {"o": asked.offset + size, "h": _hash(query, bounds=True), "v": asked.since}
        return answer | {"nextPageToken": _seal(token)}
    if not any(
        query.get(name) for name in ("orderBy", "q", "iCalUID", "privateExtendedProperty", "updatedMin")
    ):
        token = {"c": calendar.id, "v": calendar.version, "e": caller.world.sync_epoch, "h": _hash(query)}
        answer["nextSyncToken"] = _seal(token)
    return answer


def _read(caller: Caller, calendar: Calendar, query: Query) -> _Asked:
    low, high = bound(query.get("timeMin"), "timeMin"), bound(query.get("timeMax"), "timeMax")
    if low and high and low >= high:
        raise Refused(400, "timeRangeEmpty", location="timeMax")
    if query.get("timeZone"):
        zone_of(query["timeZone"], "response")
    single = _flag(query, "singleEvents")
    if query.get("orderBy") not in {None, "updated", "startTime"}:
        raise Refused(400, "invalid", "Invalid value", "orderBy")
    if query.get("orderBy") == "startTime" and not single:
        raise Refused(400, "badRequest", "The requested ordering is not available for the particular query.")
    since = _since(caller, calendar, query)
    offset = 0
    if query.get("pageToken"):
        token = _open(query["pageToken"], "pageToken")
        if token.get("h") != _hash(query, bounds=True):
            raise Refused(400, "invalid", "Invalid page token value.", "pageToken")
        offset = token["o"]
    return _Asked(
        query=query,
        single=single,
        show_deleted=_flag(query, "showDeleted") or since > 0,
        low=low,
        high=high,
        size=_size(query),
        offset=offset,
        since=since,
    )


def _since(caller: Caller, calendar: Calendar, query: Query) -> int:
    """The version that a sync token continues from; 0 without one."""
    if not query.get("syncToken"):
        return 0
    for name in _NOT_WITH_SYNC:
        if query.get(name) is not None:
            raise Refused(400, "invalid", f"Sync token cannot be used with {name}.", name)
    if query.get("showDeleted") == "false":
        raise Refused(400, "invalid", "Sync token requires showDeleted.", "showDeleted")
    try:
        token = _open(query["syncToken"], "syncToken")
    except Refused:
        raise Refused(410, "fullSyncRequired", location="syncToken") from None
    if token.get("e") != caller.world.sync_epoch or token.get("c") != calendar.id:
        raise Refused(410, "fullSyncRequired", location="syncToken")
    if token.get("h") != _hash(query):
        raise Refused(400, "invalid", "Parameters differ from those of the first request.", "syncToken")
    return int(token["v"])


def _candidates(calendar: Calendar, asked: _Asked, now: datetime) -> Iterator[Resource]:
    """Events that changed since, series opened where asked."""
    for event in list(calendar.events.values()):
        if event["_version"] <= asked.since:
            continue
        if asked.single and "recurrence" in event and event["status"] != "cancelled":
            yield from expand(calendar, event, asked.low or now - _FAR, asked.high or now + _FAR)
        else:
            yield stub(event) if event["status"] == "cancelled" else event


def _is_wanted(event: Resource, calendar: Calendar, asked: _Asked) -> bool:
    if event["status"] == "cancelled":
        is_exception = "recurringEventId" in event and not asked.single
        return asked.show_deleted or is_exception
    if not _is_within(event, calendar, asked):
        return False
    query = asked.query
    kinds, private = query.getlist("eventTypes"), query.getlist("privateExtendedProperty")
    held = event.get("extendedProperties", {}).get("private", {})
    return (
        (not kinds or event["eventType"] in kinds)
        and all(held.get(key) == value for key, _, value in (each.partition("=") for each in private))
        and query.get("iCalUID") in {None, event["iCalUID"]}
        and query.get("q", "").lower() in event.get("summary", "").lower()
        and event["updated"] >= query.get("updatedMin", "")
    )


def _is_within(event: Resource, calendar: Calendar, asked: _Asked) -> bool:
    """Both bounds are exclusive: of the event's end, and of its start."""
    if "recurrence" in event:
        far = begins(event, calendar) + _FAR
        occurrences = expand(calendar, event, asked.low or begins(event, calendar), asked.high or far)
        return next(occurrences, None) is not None
    after = asked.low is None or ends(event, calendar) > asked.low
    return after and (asked.high is None or begins(event, calendar) < asked.high)


def _order(query: Query, calendar: Calendar) -> Any:
    if query.get("orderBy") == "startTime":
        return lambda event: (begins(event, calendar) if "start" in event else _NO_START, event["id"])
    if query.get("orderBy") == "updated":
        return lambda event: (event.get("updated", ""), event["id"])
    return lambda event: (event["_version"], event["id"])


def _size(query: Query) -> int:
    try:
        size = int(query.get("maxResults", "250"))
    except ValueError:
        size = 0
    if size < 1:
        raise Refused(400, "invalidParameter", "Invalid value", "maxResults")
    return min(size, 2500)


def _flag(query: Query, name: str) -> bool:
    text = query.get(name, "false")
    if text not in {"true", "false"}:
        raise Refused(400, "invalidParameter", "Invalid value", name)
    return text == "true"


def _hash(query: Query, *, bounds: bool = False) -> str:
    """What must stay the same from page to page (with the bounds) and from sync to sync (without)."""
    dropped = _NOT_IN_HASH - (set(_NOT_WITH_SYNC) if bounds else set()) | {"pageToken"}
    kept = sorted((key, value) for key, value in query.items(multi=True) if key not in dropped)
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]


def _seal(data: Resource) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()


def _open(text: str, name: str) -> Resource:
    try:
        data = json.loads(base64.urlsafe_b64decode(text))
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Refused(400, "invalid", f"Invalid {name} value.", name)
    return data
