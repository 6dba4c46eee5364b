"""Calendar services whose answers are written beforehand, so that next to none of a reading's time is theirs.

Each holds one calendar of single entries in the weeks to come; `touch` moves the first ten of them. Google and feeds
tell everything at every reading, Graph and CalDAV only what was touched since.
"""

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

from app.models import Provider
from app.outbound import GuardedAdapter

TOUCHED = 10
_HEAD = '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
_FEED_HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n"


class Written:
    """The services, at `base`; a calendar has so many entries."""

    def __init__(self, entries: int) -> None:
        self.entries, self.version, self.base = entries, 0, ""
        self._monday = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(
            days=1
        )

    def touch(self) -> None:
        """Move the first entries by a few minutes."""
        self.version += 1

    def answer(self, method: str, path: str, body: bytes) -> tuple[str, str]:
        """The kind of the answer and its text."""
        if path.startswith("/dav/"):
            return "application/xml", self._dav(method, body.decode())
        if path.startswith("/feed"):
            return "text/calendar", _FEED_HEAD + "".join(
                map(self._vevent, range(self.entries))
            ) + "END:VCALENDAR\r\n"
        made = self._graph(path) if path.startswith("/v1.0/") else self._google()
        return "application/json", json.dumps(made)

    def _times(self, number: int) -> tuple[datetime, datetime]:
        start = self._monday + timedelta(minutes=45 * number + (self.version % 10 if number < TOUCHED else 0))
        return start, start + timedelta(minutes=30)

    def _google(self) -> dict[str, Any]:
        def entry(number: int) -> dict[str, Any]:
            start, end = ({"dateTime": at.isoformat(), "timeZone": "UTC"} for at in self._times(number))
            return {"id": f"entry{number}", "status": "confirmed", "start": start, "end": end, "etag": '"1"'}

        items = [entry(number) for number in range(self.entries)]
        return {"kind": "calendar#events", "timeZone": "UTC", "items": items}

    def _graph(self, path: str) -> dict[str, Any]:
        def entry(number: int) -> dict[str, Any]:
            start, end = (
                {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for at in self._times(number)
            )
            kinds = {"type": "singleInstance", "isAllDay": False, "isCancelled": False, "showAs": "busy"}
            return {
                "id": f"entry{number}",
                "start": start,
                "end": end,
                "changeKey": str(self.version),
                **kinds,
            }

        if path.endswith("/mailboxSettings"):
            return {"timeZone": "UTC"}
        if "/delta" not in path:
            return {"value": [entry(number) for number in range(self.entries)]}
        told = TOUCHED if "deltatoken" in path else self.entries
        link = f"{self.base}/v1.0/me/calendars/work/calendarView/delta?$deltatoken={self.version}"
        return {"value": [entry(number) for number in range(told)], "@odata.deltaLink": link}

    def _dav(self, method: str, asked: str) -> str:
        token = f"<d:sync-token>http://bench/{self.version}</d:sync-token>"
        if method == "PROPFIND":
            kind = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
            return f"{_HEAD}{_found('/dav/work/', kind + token)}</d:multistatus>"
        if "calendar-multiget" in asked:
            numbers = [int(number) for number in re.findall(r"/dav/work/(\d+)\.ics", asked)]
            return f"{_HEAD}{''.join(map(self._stored, numbers))}</d:multistatus>"
        since = "sync-collection" in asked
        listed = range(TOUCHED if since else self.entries)
        return f"{_HEAD}{''.join(map(self._etag, listed))}{token if since else ''}</d:multistatus>"

    def _etag(self, number: int) -> str:
        return _found(f"/dav/work/{number}.ics", f'<d:getetag>"{self.version}"</d:getetag>')

    def _stored(self, number: int) -> str:
        whole = f"{_FEED_HEAD}{self._vevent(number)}END:VCALENDAR\r\n"
        inner = f'<d:getetag>"{self.version}"</d:getetag><c:calendar-data>{whole}</c:calendar-data>'
        return _found(f"/dav/work/{number}.ics", inner)

    def _vevent(self, number: int) -> str:
        start, end = (f"{at:%Y%m%dT%H%M%SZ}" for at in self._times(number))
        lines = (
            "BEGIN:VEVENT",
            f"UID:{number}",
            "DTSTAMP:20260101T000000Z",
            f"DTSTART:{start}",
            f"DTEND:{end}",
        )
        return "\r\n".join((*lines, "SUMMARY:Busy", "END:VEVENT", ""))


def _found(href: str, inner: str) -> str:
    status = "<d:status>HTTP/1.1 200 OK</d:status>"
    return f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{inner}</d:prop>{status}</d:propstat></d:response>"


@contextlib.contextmanager
def written(entries: int) -> Iterator[Written]:
    """The services on loopback until the block ends."""
    services = Written(entries)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind, text = services.answer(self.command, self.path, body)
            plain = text.encode()
            self.send_response(207 if kind == "application/xml" else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(plain)))
            self.end_headers()
            self.wfile.write(plain)

        do_GET = do_POST = do_PROPFIND = do_REPORT = _handle  # noqa: N815 - the names the library looks for

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    services.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()


def address_of(provider: Provider, base: str) -> tuple[str, dict[str, Any]]:
    """The remote id of the one calendar, and what a connection keeps secret beside its grant."""
    if provider is Provider.CALDAV:
        account = {"url": f"{base}/dav/", "username": "bench", "password": "bench", "addresses": []}
        return f"{base}/dav/work/", account
    if provider is Provider.ICS:
        return "feed", {"url": f"{base}/feed.ics"}
    return "work", {}


@dataclass(slots=True)
class Waited:
    """Seconds that calls to services took, their answers read included."""

    seconds: float = 0.0


@contextlib.contextmanager
def waiting() -> Iterator[Waited]:
    """Add up how long this process waits for services."""
    waited = Waited()
    send: Any = GuardedAdapter.send

    def timed(adapter: Any, *arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return send(adapter, *arguments, **options)
        finally:
            waited.seconds += time.perf_counter() - began

    with patch.object(GuardedAdapter, "send", timed):
        yield waited
