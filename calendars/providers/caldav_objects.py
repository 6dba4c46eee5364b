"""A calendar's objects: which there are in a stretch of time, which changed, and what they say is busy."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import unquote, urljoin, urlsplit

from calendars.ics_guard import MAX_BYTES
from calendars.ics_read import FeedContent
from calendars.ics_text import FeedError
from calendars.providers.base import BusyItem, CalendarError
from calendars.providers.caldav_errors import CalDavRefused, unusable
from calendars.providers.caldav_http import CalDavClient
from calendars.providers.caldav_xml import Multistatus, cal, dav, document, element, props
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, to_instant

ReadFeeds = Callable[..., tuple[FeedContent | FeedError, ...]]
_BATCH = 50
_MAX_OBJECTS = 20_000
_MAX_ROUNDS = 100
_SHORTEST = 2 * MINUTES_A_DAY
_LONGEST_ID = 255
_GONE = {404, 410, 418}


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the server keeps it; `data` is None where it may not be read."""

    href: str
    etag: str | None
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What sync-collection tells: the addresses of objects that are new or changed, and of those that are gone."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    token: str


def event_id_of(href: str) -> str:
    """The id of an object in its calendar: the last part of its address."""
    name = unquote(urlsplit(href).path.rstrip("/").rpartition("/")[2])
    return name if len(name) <= _LONGEST_ID else f"sha256-{sha256(name.encode()).hexdigest()}"


def list_objects(client: CalDavClient, calendar: str, window: Span) -> dict[str, str]:
    """Address and etag of every event that may touch `window`.

    Servers place floating times and whole days in a zone of their own choice: asked is a day more at either end.
    A server that will not tell everything at once is asked in halves.
    """
    answer = _query(client, calendar, Span(window.start - MINUTES_A_DAY, window.end + MINUTES_A_DAY))
    if answer is None:
        if window.end - window.start < _SHORTEST:
            raise unusable()
        middle = (window.start + window.end) // 2
        halves = (Span(window.start, middle), Span(middle, window.end))
        return {href: etag for half in halves for href, etag in list_objects(client, calendar, half).items()}
    found = {
        urljoin(answer.url, each.href): each.text(dav("getetag")) or ""
        for each in answer.resources
        if each.status not in _GONE
    }
    if len(found) > _MAX_OBJECTS:
        raise CalendarError("this calendar has too many events", code="invalid", permanent=False)
    return found


def list_difference(client: CalDavClient, calendar: str, token: str) -> Difference:
    """What changed since `token`, told in as many rounds as the server needs (RFC 6578, 3.6)."""
    changed: dict[str, bool] = {}
    for _ in range(_MAX_ROUNDS):
        body = document(
            element(
                dav("sync-collection"),
                element(dav("sync-token"), text=token),
                element(dav("sync-level"), text="1"),
                props(dav("getetag")),
            )
        )
        answer = client.multistatus("REPORT", calendar, body)
        if not answer.sync_token or len(changed) > _MAX_OBJECTS:
            raise unusable()
        for each in answer.resources:
            href = urljoin(answer.url, each.href)
            if _path(href).rstrip("/") != _path(calendar).rstrip("/"):
                changed[href] = each.status not in _GONE
        if not answer.is_truncated:
            living = tuple(href for href, is_there in changed.items() if is_there)
            gone = tuple(href for href, is_there in changed.items() if not is_there)
            return Difference(living, gone, answer.sync_token)
        token = answer.sync_token
    raise unusable()


def fetch_objects(client: CalDavClient, calendar: str, hrefs: Sequence[str]) -> Iterator[Stored]:
    """The objects at these addresses, those left out that are gone in the meantime."""
    for first in range(0, len(hrefs), _BATCH):
        wanted = hrefs[first : first + _BATCH]
        body = document(
            element(
                cal("calendar-multiget"),
                props(dav("getetag"), cal("calendar-data")),
                *(element(dav("href"), text=urlsplit(href).path) for href in wanted),
            )
        )
        answer = client.multistatus("REPORT", calendar, body, depth="1")
        told = {_path(urljoin(answer.url, each.href)): each for each in answer.resources}
        for href in wanted:
            each = told.get(_path(href))
            if each is None:
                raise unusable()
            if each.status not in _GONE:
                yield Stored(href, each.text(dav("getetag")), _data(each.text(cal("calendar-data"))))


def busy_items(
    objects: Iterable[Stored], window: Span, timezone: str, owners: frozenset[str], read: ReadFeeds
) -> tuple[list[BusyItem], tuple[str, ...]]:
    """What the objects say is busy in `window`, and what their owner is to be told about them."""
    items: list[BusyItem] = []
    warnings: list[str] = []
    unread = 0
    for batch in _batches(objects):
        readable = [each for each in batch if each.data is not None and len(each.data) <= MAX_BYTES]
        unread += len(batch) - len(readable)
        try:
            contents = read([each.data for each in readable], window, timezone, owners=owners)
        except FeedError as error:
            raise CalendarError(str(error), code="invalid", permanent=False) from error
        for each, content in zip(readable, contents, strict=True):
            if isinstance(content, FeedError):
                unread += 1
            else:
                items += _items(each, content)
                warnings += content.warnings
    if unread:
        warnings.append(f"{unread} {'event' if unread == 1 else 'events'} that cannot be read, not counted.")
    return items, tuple(dict.fromkeys(warnings))


def _query(client: CalDavClient, calendar: str, window: Span) -> Multistatus | None:
    """The objects in a stretch; None where there are more than the server tells."""
    start, end = (f"{to_instant(minute):%Y%m%dT%H%M%SZ}" for minute in window)
    events = element(cal("comp-filter"), element(cal("time-range"), start=start, end=end), name="VEVENT")
    body = document(
        element(
            cal("calendar-query"),
            props(dav("getetag")),
            element(cal("filter"), element(cal("comp-filter"), events, name="VCALENDAR")),
        )
    )
    try:
        answer = client.multistatus("REPORT", calendar, body, depth="1")
    except CalDavRefused as refusal:
        if "number-of-matches-within-limits" in refusal.conditions:
            return None
        raise
    return None if answer.is_truncated else answer


def _batches(objects: Iterable[Stored]) -> Iterator[list[Stored]]:
    """Groups that one child may read together."""
    batch: list[Stored] = []
    size = 0
    for each in objects:
        length = len(each.data or b"")
        if batch and size + length > MAX_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += length if length <= MAX_BYTES else 0
    if batch:
        yield batch


def _items(stored: Stored, content: FeedContent) -> Iterator[BusyItem]:
    """An object holds one UID (RFC 4791, 4.1); where it holds more, none may hide another."""
    event_id = event_id_of(stored.href)
    is_single = len({item.event_id for item in content.busy}) == 1
    for item in content.busy:
        key = item.instance_key if is_single else f"{item.instance_key}|{item.event_id}"
        yield replace(item, event_id=event_id, instance_key=key, etag=stored.etag)


def _data(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _path(url: str) -> str:
    """Servers do not agree on what to escape in an address."""
    return unquote(urlsplit(url).path)
