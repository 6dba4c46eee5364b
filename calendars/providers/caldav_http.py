"""Speaking to one CalDAV server: who gets the password, and where a redirect may lead.

`requests` turns a redirected PROPFIND into GET, so redirects are followed here, by hand. Cookies are not sent: the
session is shared, and a server that knows people by its cookie would take one rep for another.
"""

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError

from calendars.providers.base import CalendarError
from calendars.providers.caldav_errors import CalDavRefused, misconfigured, unreachable, unusable
from calendars.providers.caldav_xml import Multistatus, Unreadable, parse_multistatus

_MAX_REDIRECTS = 3
_REDIRECTS = {301, 302, 307, 308}
_PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and from where."""

    url: str
    status: int
    headers: requests.structures.CaseInsensitiveDict[str]
    body: bytes


class CalDavClient:
    """The server at `url`, as one of its users. Every failure is a `CalendarError` that names neither."""

    def __init__(self, session: requests.Session, url: str, username: str, password: str) -> None:
        self.url = url.strip()
        self._session = session
        # RFC 7617: UTF-8, which requests would not choose
        self._auth = HTTPBasicAuth(username.encode(), password.encode())
        self._trusted = {_origin(self.url)}

    def trust(self, url: str) -> None:
        """Let another address, which this account's own server named, have the password as well: over https only."""
        origin = _origin(url)
        if origin not in self._trusted and origin[0] != "https":
            raise misconfigured("the calendar server gives up encryption")
        self._trusted.add(origin)

    def multistatus(self, method: str, url: str, body: bytes, depth: str = "0") -> Multistatus:
        """PROPFIND or REPORT; anything but a whole multistatus is an error."""
        answer = self.call(
            method, url, body, {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        )
        if answer.status != 207:
            raise refused(answer)
        try:
            return parse_multistatus(answer.url, answer.body)
        except Unreadable:
            raise unusable() from None

    def call(self, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """One exchange, up to three redirects included; the method and the body stay the same."""
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._send(method, url, body, headers or {})
            if answer.status not in _REDIRECTS or "Location" not in answer.headers:
                if _origin(answer.url) not in self._trusted:
                    raise _moved_away(answer.url)
                return answer
            url = _next_address(url, answer.headers["Location"])
            if _is_upgrade(_origin(answer.url), _origin(url)) and _origin(answer.url) in self._trusted:
                self._trusted.add(_origin(url))
        raise misconfigured("the calendar server's address leads in circles")

    def _send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        auth = self._auth if _origin(url) in self._trusted else None
        headers = {"User-Agent": "smart-scheduler", **headers}
        try:
            prepared = requests.Request(method, url, headers=headers, data=body or None, auth=auth).prepare()
            response = self._session.send(prepared, allow_redirects=False)
            return Answer(url, response.status_code, response.headers, response.content)
        except (requests.RequestException, HTTPError, OSError, ValueError):
            raise unreachable() from None


def refused(answer: Answer) -> CalDavRefused:
    """The error for an answer that is not what was asked for."""
    return CalDavRefused(answer.status, answer.body, answer.headers.get("Retry-After", ""))


def _next_address(url: str, location: str) -> str:
    following = urljoin(url, location)
    if urlsplit(url).scheme == "https" and urlsplit(following).scheme != "https":
        raise misconfigured("the calendar server gives up encryption")
    return following


def _is_upgrade(before: Origin, after: Origin) -> bool:
    """The same host, from plain http to https, each at its usual port."""
    return before[1] == after[1] and (before[0], before[2], after[0], after[2]) == ("http", 80, "https", 443)


def _origin(url: str) -> Origin:
    try:
        parts: SplitResult = urlsplit(url)
        scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
        if scheme not in _PORTS or not host:
            raise misconfigured("a calendar server's address begins with https://")
        return scheme, host, parts.port or _PORTS[scheme]
    except ValueError:
        raise misconfigured("this is not an address") from None


def _moved_away(url: str) -> CalendarError:
    scheme, host, port = _origin(url)
    shown = host if port == _PORTS[scheme] else f"{host}:{port}"
    return misconfigured(
        f"this address leads to {scheme}://{shown}, which was not given your password; "
        "enter that address if you trust it"
    )
