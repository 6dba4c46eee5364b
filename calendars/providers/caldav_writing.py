"""Writing our meetings to a CalDAV server, so that writing twice is writing once.

The first write goes to an address made of the UID and only where nothing is (If-None-Match); every other one only over
the version that was read (If-Match). Where the UID is at another address, which happens after imports, it is found.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from calendars.providers.base import EventDraft, WrittenEvent
from calendars.providers.caldav_errors import CalDavRefused, unusable
from calendars.providers.caldav_event import (
    Written,
    address_of,
    digest_of,
    read_object,
    uid_of_key,
    write_object,
)
from calendars.providers.caldav_http import CalDavClient, refused
from calendars.providers.caldav_objects import event_id_of
from calendars.providers.caldav_xml import cal, dav, document, element, propfind, props

_ATTEMPTS = 3
_CONTENT = {"Content-Type": "text/calendar; charset=utf-8"}
_GONE = {404, 410}


@dataclass(frozen=True, slots=True)
class _Found:
    url: str
    etag: str | None
    content: Written


def put_event(
    client: CalDavClient, calendar: str, draft: EventDraft, owners: Collection[str]
) -> WrittenEvent:
    """Create the object, or bring the one that has its UID to the draft."""
    uid = uid_of_key(draft.key)
    url = address_of(calendar, uid)
    try:
        etag = _put(client, url, write_object(draft, owners, 0), {"If-None-Match": "*"})
    except CalDavRefused as refusal:
        if refusal.status != 412 and "no-uid-conflict" not in refusal.conditions:
            _require(client, calendar, refusal)
            raise
    else:
        if etag is not None:
            return _written(url, uid, etag)
    return _update(client, calendar, draft, owners, attempts=_ATTEMPTS)


def get_event(client: CalDavClient, calendar: str, key: str) -> WrittenEvent | None:
    """The live object with this key, or None when it is gone or cancelled."""
    uid = uid_of_key(key)
    found = _find(client, calendar, uid)
    if found is None or found.content.is_cancelled:
        return None
    content = found.content
    return replace(
        _written(found.url, uid, found.etag),
        start=content.start,
        end=content.end,
        holds_time=content.holds_time,
    )


def cancel_event(client: CalDavClient, calendar: str, key: str) -> None:
    """Remove the object, wherever it is. Already gone is success, a calendar closed to us is not."""
    uid = uid_of_key(key)
    if _delete(client, address_of(calendar, uid)):
        return
    for url in _addresses_of(client, calendar, uid):
        _delete(client, url)


def _update(
    client: CalDavClient, calendar: str, draft: EventDraft, owners: Collection[str], *, attempts: int
) -> WrittenEvent:
    uid = uid_of_key(draft.key)
    found = _find(client, calendar, uid)
    if found is None:
        # There a moment ago, or said to be: whichever it was, trying again finds out
        raise unusable()
    if found.content.digest == digest_of(draft) and not found.content.is_cancelled:
        return _written(found.url, uid, found.etag)
    body = write_object(draft, owners, found.content.sequence + 1)
    try:
        etag = _put(client, found.url, body, {"If-Match": found.etag or "*"})
    except CalDavRefused as refusal:
        if refusal.status != 412 or attempts <= 1:
            raise
        return _update(client, calendar, draft, owners, attempts=attempts - 1)
    if etag is None:
        found = _find(client, calendar, uid)
        if found is None or found.content.digest != digest_of(draft):
            raise unusable()
        etag = found.etag
    return _written(found.url, uid, etag)


def _put(client: CalDavClient, url: str, body: bytes, condition: dict[str, str]) -> str | None:
    """Returns the etag; None where the server keeps something else than was sent, or is none (RFC 4791, 5.3.4)."""
    answer = client.call("PUT", url, body, _CONTENT | condition)
    if answer.status not in (200, 201, 204):
        raise refused(answer)
    return answer.headers.get("ETag")


def _find(client: CalDavClient, calendar: str, uid: str) -> _Found | None:
    """The object with this UID: at the address we would give it, or at another."""
    found = _get(client, address_of(calendar, uid), uid)
    if found is not None:
        return found
    others = (_get(client, url, uid) for url in _addresses_of(client, calendar, uid))
    return next((each for each in others if each is not None), None)


def _get(client: CalDavClient, url: str, uid: str) -> _Found | None:
    answer = client.call("GET", url)
    if answer.status in _GONE:
        return None
    if answer.status != 200:
        raise refused(answer)
    content = read_object(answer.body)
    if content is None:
        raise unusable()
    return _Found(url, answer.headers.get("ETag"), content) if content.uid == uid else None


def _addresses_of(client: CalDavClient, calendar: str, uid: str) -> list[str]:
    """Where objects with this UID are; the server compares by parts, so that each is to be looked into."""
    by_uid = element(
        cal("prop-filter"),
        element(cal("text-match"), text=uid, collation="i;octet"),
        name="UID",
    )
    events = element(cal("comp-filter"), by_uid, name="VEVENT")
    body = document(
        element(
            cal("calendar-query"),
            props(dav("getetag"), cal("calendar-data")),
            element(cal("filter"), element(cal("comp-filter"), events, name="VCALENDAR")),
        )
    )
    answer = client.multistatus("REPORT", calendar, body, depth="1")
    return [
        urljoin(answer.url, each.href)
        for each in answer.resources
        if _has_uid(each.text(cal("calendar-data")), uid)
    ]


def _has_uid(data: str | None, uid: str) -> bool:
    content = read_object((data or "").encode())
    return content is not None and content.uid == uid


def _delete(client: CalDavClient, url: str) -> bool:
    """Whether there was something to remove."""
    answer = client.call("DELETE", url)
    if answer.status in _GONE:
        return False
    if answer.status not in (200, 202, 204):
        raise refused(answer)
    return True


def _require(client: CalDavClient, calendar: str, refusal: CalDavRefused) -> None:
    """A missing calendar is answered with a conflict (RFC 4918, 9.7.1): say what it is."""
    if refusal.status in (404, 409):
        client.multistatus("PROPFIND", calendar, propfind(dav("resourcetype")))


def _written(url: str, uid: str, etag: str | None) -> WrittenEvent:
    return WrittenEvent(event_id=event_id_of(url), etag=etag, ical_uid=uid)
