"""A provider that takes its time: it accepts every event after a delay that can be changed while it runs."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar


@dataclass
class SlowProvider:
    """Where it listens, how long it waits (seconds), and how often it was asked to write."""

    port: int = 0
    delay: float = 0.0
    written: int = 0

    def answer(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """Wait, then agree: an event is written as asked; whatever is read is empty."""
        time.sleep(self.delay)
        if method == "POST" and "id" in body:
            self.written += 1
            return {"kind": "calendar#event", "status": "confirmed", "etag": '"1"', **body}
        return {"kind": "calendar#events", "items": [], "calendars": {}, "nextSyncToken": "token"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A caller that did not wait for the answer is expected here."""


class CalendarService(SlowProvider):
    """One that answers at once: so many entries in every calendar, one of which is elsewhere at every reading."""

    def __init__(self, entries: int) -> None:
        super().__init__()
        self.entries, self.readings = entries, 0
        self._monday = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(
            days=3
        )

    def answer(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """A page of events."""
        self.readings += 1
        items = [self._entry(number) for number in range(1, self.entries)]
        return {"kind": "calendar#events", "timeZone": "UTC", "items": [self._entry(0), *items]}

    def _entry(self, number: int) -> dict[str, Any]:
        start = self._monday + timedelta(days=number, minutes=15 * (number if number else self.readings % 30))
        times = {"start": start, "end": start + timedelta(minutes=30)}
        return {
            "id": f"entry{number}",
            "status": "confirmed",
            **{edge: {"dateTime": at.isoformat(), "timeZone": "UTC"} for edge, at in times.items()},
        }


P = TypeVar("P", bound=SlowProvider)


@contextlib.contextmanager
def serving(provider: P) -> Iterator[P]:
    """The provider on loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length) or b"{}") if length else {}
            plain = json.dumps(provider.answer(self.command, body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(plain)))
            self.end_headers()
            self.wfile.write(plain)

        do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815 - the names the library looks for

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = _Server(("127.0.0.1", 0), Handler)
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
