"""Fetching a feed: conditional, bounded in bytes and in time, with every failure a `CalendarError`.

The address of a feed is a credential: it is never part of an error, and what the HTTP library says (which quotes it)
is not chained to one.
"""

import time
from dataclasses import dataclass
from hashlib import sha256
from threading import Thread
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from calendars.ics_guard import MAX_BYTES
from calendars.remote import CalendarError

DEADLINE_SECONDS = 15.0
_TIMEOUTS = (5.0, 10.0)  # connecting; silence while reading
_MAX_REDIRECTS = 3
_CHUNK = 16 * 1024
_GONE = {401: "unauthorized", 403: "forbidden", 404: "not-found", 410: "not-found"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed's answer; `body` is empty if the server says that nothing changed."""

    body: bytes
    etag: str | None
    last_modified: str | None
    is_unmodified: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hexadecimal."""
        return sha256(self.body).hexdigest()


def fetch(
    session: requests.Session,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> Fetched:
    """GET a feed through `session`, which decides what may be connected to. Raises `CalendarError`."""
    headers = {"Accept": "text/calendar, */*;q=0.1", "User-Agent": "smart-scheduler"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    return _within(deadline_seconds, session, _plain_address(url), headers)


def _within(seconds: float, session: requests.Session, url: str, headers: dict[str, str]) -> Fetched:
    """Run the whole exchange, names and headers included, against one deadline.

    A server that sends one byte of a header every few seconds never runs into a socket's timeout; waiting for a thread
    is the one deadline that holds for everything. The thread left behind ends with its connection.
    """
    outcome: list[Fetched | CalendarError] = []
    until = time.monotonic() + seconds

    def work() -> None:
        try:
            outcome.append(_follow(session, url, headers, until))
        except CalendarError as error:
            outcome.append(error)
        except (requests.RequestException, HTTPError, OSError, ValueError):
            outcome.append(_unavailable("the feed's server cannot be reached"))

    thread = Thread(target=work, name="feed", daemon=True)
    thread.start()
    thread.join(seconds)
    result = outcome[0] if outcome else _unavailable("the feed's server takes too long")
    if isinstance(result, CalendarError):
        raise result
    return result


def _follow(session: requests.Session, url: str, headers: dict[str, str], until: float) -> Fetched:
    for _ in range(_MAX_REDIRECTS + 1):
        with session.get(
            url, headers=headers, stream=True, timeout=_TIMEOUTS, allow_redirects=False
        ) as response:
            if not response.is_redirect:
                return _answer(response, until)
            url = _next_address(url, response.headers["Location"])
    raise CalendarError("the feed's address leads in circles", code="misconfigured", permanent=True)


def _answer(response: requests.Response, until: float) -> Fetched:
    status = response.status_code
    validators = response.headers.get("ETag"), response.headers.get("Last-Modified")
    if status == 304:
        return Fetched(b"", *validators, is_unmodified=True)
    if status in _GONE:
        raise CalendarError(f"the feed's server answers {status}", code=_GONE[status], permanent=True)
    if status == 429 or status >= 500:
        wait = response.headers.get("Retry-After", "")
        code = "rate-limited" if status == 429 else "unavailable"
        raise CalendarError(
            f"the feed's server answers {status}",
            code=code,
            permanent=False,
            retry_after=float(wait) if wait.isascii() and wait.isdigit() else None,
        )
    if status != 200:
        raise CalendarError(f"the feed's server answers {status}", code="invalid", permanent=False)
    return Fetched(_body(response, until), *validators)


def _body(response: requests.Response, until: float) -> bytes:
    body = bytearray()
    # read1 hands out what has arrived, decompressed: one byte a second meets the deadline, a bomb meets the cap.
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > MAX_BYTES:
            raise CalendarError("the feed is too large", code="invalid", permanent=False)
        if time.monotonic() > until:
            raise _unavailable("the feed's server takes too long")
    return bytes(body)


def _plain_address(url: str) -> str:
    scheme, separator, rest = url.strip().partition("://")
    if separator and scheme.lower() in ("webcal", "webcals"):
        return f"https://{rest}"
    if not separator or scheme.lower() not in ("http", "https"):
        raise CalendarError("a feed's address begins with https://", code="misconfigured", permanent=True)
    return url.strip()


def _next_address(url: str, location: str) -> str:
    following = _plain_address(urljoin(url, location))
    if urlsplit(url).scheme == "https" and urlsplit(following).scheme != "https":
        raise CalendarError("the feed's server gives up encryption", code="misconfigured", permanent=True)
    return following


def _unavailable(message: str) -> CalendarError:
    return CalendarError(message, code="unavailable", permanent=False)
