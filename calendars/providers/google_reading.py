"""Reading busy time from Google.

It is read whole each time: `events.list` over the window with `singleEvents=true`, so that the expansion of
series, exceptions included, is Google's own. Sync tokens are not used. They cannot be combined with a window that
moves on (what enters it without having changed is never reported); with `singleEvents`, what a change to an
open-ended series returns is stated nowhere; without it, we would have to expand as Google does. It is one request
a calendar either way. Our own token is a digest of what was read: when the next read finds the same, the answer is
"nothing changed" and the mirror need not be rewritten.
"""

import hashlib
from collections.abc import Sequence

from calendars.providers.base import (
    BusyItem,
    BusyKind,
    CalendarError,
    Changes,
    ClosesTime,
    LiveCheck,
    usually_closes_time,
)
from calendars.providers.google_api import GoogleApi, Resource
from calendars.providers.google_busy import FIELDS, busy_item
from calendars.providers.times import rfc3339, whole_days
from calendars.span import Span
from calendars.zones import UnknownZoneError, find_zone

_PAGE = 2500


def read_changes(api: GoogleApi, calendar_id: str, token: str | None, window: Span) -> Changes:
    """Everything in `window`; not full, and with nothing in it, when that is what `token` stands for."""
    events, timezone = _list_events(api, calendar_id, window)
    items, warnings = _busy_items(events, window)
    if not _is_zone(timezone):
        warnings.append("the calendar's time zone is unknown; its all-day events block more than their day")
    digest = _digest(items, timezone)
    is_full = digest != token
    return Changes(
        is_full=is_full,
        items=tuple(items) if is_full else (),
        removed=(),
        token=digest,
        known=window,
        timezone=timezone,
        warnings=tuple(warnings),
    )


def check_busy(
    api: GoogleApi, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
) -> LiveCheck:
    """Ask Google now, event by event: merged free/busy could not tell our own bookings from others.

    A calendar that cannot be read is unknown. What concerns the whole account is raised.
    """
    busy: list[Span] = []
    unknown: list[str] = []
    for calendar_id in calendar_ids:
        try:
            busy += _others_busy(api, calendar_id, window, closes)
        except CalendarError as error:
            if error.needs_reconnect or error.code in {"rate-limited", "misconfigured"}:
                raise
            unknown.append(calendar_id)
    return LiveCheck(busy=tuple(sorted(busy)), unknown=tuple(unknown))


def _others_busy(api: GoogleApi, calendar_id: str, window: Span, closes: ClosesTime) -> list[Span]:
    events, timezone = _list_events(api, calendar_id, window)
    items, _ = _busy_items(events, window)
    others = (item for item in items if item.booking is None and closes(calendar_id, item.kind))
    spans = (_span_of(item, timezone) for item in others)
    return [span for span in spans if span.overlaps(window)]


def _list_events(api: GoogleApi, calendar_id: str, window: Span) -> tuple[list[Resource], str | None]:
    """Every occurrence that meets the window, all pages or an error, and the calendar's zone."""
    # timeMin bounds the end and timeMax the start, both exclusive: exactly the events that meet the window
    bounds = {"timeMin": rfc3339(window.start), "timeMax": rfc3339(window.end)}
    pages = api.pages(
        "calendar#events",
        lambda token: api.events.list(
            calendarId=calendar_id,
            singleEvents=True,
            maxResults=_PAGE,
            pageToken=token,
            fields=FIELDS,
            **bounds,
        ),
    )
    events: list[Resource] = []
    timezone = None
    for page in pages:
        timezone = page.get("timeZone", timezone)
        events += page.get("items", ())
    return events, timezone


def _busy_items(events: list[Resource], window: Span) -> tuple[list[BusyItem], list[str]]:
    """The events that occupy time. One that cannot be read blocks the whole window, and a warning says so."""
    items: list[BusyItem] = []
    unreadable = 0
    for event in events:
        try:
            item = busy_item(event)
        except ValueError:
            unreadable += 1
            item = BusyItem(event["id"], "", BusyKind.BUSY, span=window)
        if item is not None:
            items.append(item)
    return items, [f"{unreadable} events have no readable time"] if unreadable else []


def _digest(items: list[BusyItem], timezone: str | None) -> str:
    return hashlib.sha256(repr((sorted(items, key=repr), timezone)).encode()).hexdigest()[:32]


def _span_of(item: BusyItem, timezone: str | None) -> Span:
    if item.all_day is not None:
        return whole_days(item.all_day, timezone)
    assert item.span is not None
    return item.span


def _is_zone(name: str | None) -> bool:
    try:
        find_zone(name or "")
    except UnknownZoneError:
        return False
    return True
