"""Reading a CalDAV calendar: whole the first time, by sync-collection from then on, and whole where that fails.

A server without sync-collection (RFC 6578) is asked for its ctag, or for all etags, and read whole when they differ.
The state is asked for before the events: what changes in between is read twice rather than missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from calendars.providers.base import BusyItem, CalendarError, Changes, ClosesTime, LiveCheck
from calendars.providers.caldav_errors import CalDavRefused, unusable
from calendars.providers.caldav_http import CalDavClient
from calendars.providers.caldav_objects import (
    ReadFeeds,
    busy_items,
    event_id_of,
    fetch_objects,
    list_difference,
    list_objects,
)
from calendars.providers.caldav_token import CalDavToken, digest_of, fingerprint
from calendars.providers.caldav_xml import CTAG, cal, dav, propfind
from calendars.providers.caldav_zone import zone_of
from calendars.providers.times import whole_days
from calendars.span import Span

_STATE = propfind(dav("resourcetype"), dav("sync-token"), CTAG, cal("calendar-timezone"))


@dataclass(frozen=True, slots=True)
class Reader:
    """How events are read: for whom, in which zone where nothing says one, and by what."""

    default_zone: str
    owners: frozenset[str]
    read: ReadFeeds


@dataclass(frozen=True, slots=True)
class _State:
    """How a calendar is just now."""

    timezone: str
    sync_token: str | None
    ctag: str | None


def read_changes(
    client: CalDavClient, reader: Reader, calendar: str, text: str | None, window: Span
) -> Changes:
    """What is busy in `window`, or what changed since the token `text`."""
    now = _state(client, reader, calendar)
    mark = fingerprint(calendar, now.timezone, reader.owners)
    before = CalDavToken.parse(text, mark, window)
    if before is not None and before.can_sync:
        if before.state == now.sync_token:
            return _unchanged(before, now.timezone)
        changes = _difference(client, reader, calendar, before, now.timezone)
        if changes is not None:
            return changes
    return _everything(client, reader, calendar, before, now, mark, window)


def check_busy(
    client: CalDavClient, reader: Reader, calendars: Sequence[str], window: Span, closes: ClosesTime
) -> LiveCheck:
    """Read the events in `window` now, our own left out; a calendar that cannot be read is unknown."""
    busy: list[Span] = []
    unknown: list[str] = []
    for calendar in calendars:
        try:
            busy += _busy_now(client, reader, calendar, window, closes)
        except CalendarError as error:
            if error.needs_reconnect:
                raise
            unknown.append(calendar)
    return LiveCheck(tuple(sorted(busy)), tuple(unknown))


def _busy_now(
    client: CalDavClient, reader: Reader, calendar: str, window: Span, closes: ClosesTime
) -> list[Span]:
    timezone = _state(client, reader, calendar).timezone
    hrefs = list(list_objects(client, calendar, window))
    found = fetch_objects(client, calendar, hrefs)
    items, _ = busy_items(found, window, timezone, reader.owners, reader.read)
    others = (item for item in items if item.booking is None and closes(calendar, item.kind))
    return [_span(item, timezone) for item in others]


def _state(client: CalDavClient, reader: Reader, calendar: str) -> _State:
    answer = client.multistatus("PROPFIND", calendar, _STATE)
    if len(answer.resources) != 1:
        raise unusable()
    [resource] = answer.resources
    if not resource.has(dav("resourcetype"), cal("calendar")):
        raise CalendarError("there is no calendar at this address", code="not-found", permanent=True)
    return _State(
        zone_of(resource.text(cal("calendar-timezone"))) or reader.default_zone,
        resource.text(dav("sync-token")),
        resource.text(CTAG),
    )


def _everything(
    client: CalDavClient,
    reader: Reader,
    calendar: str,
    before: CalDavToken | None,
    now: _State,
    mark: str,
    window: Span,
) -> Changes:
    known = before.known if before is not None else window
    if before is not None and not before.can_sync and now.ctag == before.state:
        return _unchanged(before, now.timezone)
    etags = list_objects(client, calendar, known)
    state = now.sync_token or now.ctag or digest_of(etags)
    if before is not None and not before.can_sync and state == before.state:
        return _unchanged(before, now.timezone)
    found = fetch_objects(client, calendar, list(etags))
    items, warnings = busy_items(found, known, now.timezone, reader.owners, reader.read)
    token = CalDavToken(state, now.sync_token is not None, mark, known, warnings)
    return Changes(True, tuple(items), (), token.text(), known, now.timezone, warnings)


def _difference(
    client: CalDavClient, reader: Reader, calendar: str, before: CalDavToken, timezone: str
) -> Changes | None:
    """The changes since `before`; None where the server no longer knows its token, or never could."""
    try:
        told = list_difference(client, calendar, before.state)
    except CalDavRefused as refusal:
        # 403 is not about the password: the body says that the token is too old (RFC 6578, 3.2)
        if "valid-sync-token" in refusal.conditions or refusal.code in (
            "misconfigured",
            "invalid",
            "conflict",
        ):
            return None
        raise
    found = fetch_objects(client, calendar, told.changed)
    items, warnings = busy_items(found, before.known, timezone, reader.owners, reader.read)
    touched = {event_id_of(href) for href in (*told.changed, *told.removed)}
    removed = touched - {item.event_id for item in items}
    warnings = tuple(dict.fromkeys((*before.warnings, *warnings)))
    token = CalDavToken(told.token, True, before.reader, before.known, warnings)
    return Changes(
        False, tuple(items), tuple(sorted(removed)), token.text(), before.known, timezone, warnings
    )


def _unchanged(token: CalDavToken, timezone: str) -> Changes:
    return Changes(False, (), (), token.text(), token.known, timezone, token.warnings)


def _span(item: BusyItem, timezone: str) -> Span:
    if item.span is not None:
        return item.span
    assert item.all_day is not None
    return whole_days(item.all_day, timezone)
