"""Calls to Graph: the bearer token, the headers every call needs, pages, and errors in our words."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests

from calendars.providers.microsoft_errors import GraphRefusal, unavailable

JSON = dict[str, Any]
_TIMEOUT = (3.0, 10.0)  # seconds to connect, and between two reads
_MOST_PAGES = 500
_ME = "/me"
_PREFER = 'outlook.timezone="UTC", odata.maxpagesize=200, IdType="ImmutableId"'


class GraphHttp:
    """One account's calls. `access_token(True)` must bring a token fresher than the one it gave before.

    `mailbox`: whose it is, for a token that is no person's own; such a token knows no `/me`.
    """

    def __init__(
        self,
        session: requests.Session,
        access_token: Callable[[bool], str],
        graph_base: str,
        mailbox: str | None = None,
    ) -> None:
        self._session = session
        self._access_token = access_token
        self._base = graph_base.rstrip("/")
        self._owner = f"/users/{quote(mailbox, safe='')}" if mailbox else _ME

    def get(self, path: str, query: Mapping[str, str] | None = None) -> JSON:
        """One JSON object. `path` is below the base, or a link that Graph gave."""
        return self._read(self._send("GET", path, query))

    def write(
        self, method: str, path: str, body: JSON | None = None, *, if_match: str | None = None
    ) -> JSON | None:
        """Send a change; the object it left behind, if Graph shows it."""
        response = self._send(method, path, None, body, {"If-Match": if_match} if if_match else {})
        return self._read(response) if response.content else None

    def pages(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[JSON]:
        """Every page, following the links. Raises before it gives a part for the whole."""
        page = self.get(path, query)
        seen: set[str] = set()
        yield page
        while link := page.get("@odata.nextLink"):
            if link in seen or len(seen) >= _MOST_PAGES:
                raise unavailable("Graph's pages do not end")
            seen.add(link)
            page = self.get(link)
            yield page

    def items(self, path: str, query: Mapping[str, str] | None = None) -> list[JSON]:
        """The items of all pages; a page may be empty and still have a next one."""
        return [item for page in self.pages(path, query) for item in page.get("value", [])]

    def own(self, path: str) -> str:
        """A path below `/me` as the one that means the account's owner whoever the token is."""
        return self._owner + path.removeprefix(_ME) if path == _ME or path.startswith(f"{_ME}/") else path

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: JSON | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        url = self._address(path, query)
        response = self._once(method, url, body, headers or {}, refresh=False)
        if response.status_code == 401:
            # expired half-way through a walk, say: the link we follow stays good
            response = self._once(method, url, body, headers or {}, refresh=True)
        if not 200 <= response.status_code < 300:
            raise GraphRefusal(response)
        return response

    def _once(
        self, method: str, url: str, body: JSON | None, headers: Mapping[str, str], *, refresh: bool
    ) -> requests.Response:
        all_headers = {
            "Authorization": f"Bearer {self._access_token(refresh)}",
            "Accept": "application/json",
            "Prefer": _PREFER,
            "client-request-id": str(uuid.uuid4()),
            "return-client-request-id": "true",
            **headers,
        }
        try:
            return self._session.request(
                method, url, json=body, headers=all_headers, timeout=_TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise unavailable(f"Graph could not be reached ({type(error).__name__})") from error

    def _address(self, path: str, query: Mapping[str, str] | None) -> str:
        if "://" in path:
            return self._own(path)
        # blanks as %20: Graph does not read + as a blank within $filter
        return self._base + self.own(path) + (f"?{urlencode(query, quote_via=quote)}" if query else "")

    def _own(self, link: str) -> str:
        """A link is followed only to where the token belongs."""
        base, parts = urlsplit(self._base), urlsplit(link)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc) or not parts.path.startswith(
            base.path + "/"
        ):
            raise unavailable("Graph's link leads elsewhere")
        return link

    def _read(self, response: requests.Response) -> JSON:
        try:
            body = response.json()
        except ValueError as error:
            raise unavailable("Graph's answer is not JSON") from error
        if not isinstance(body, dict):
            raise unavailable("Graph's answer is not an object")
        return body


def calendar_path(calendar_id: str) -> str:
    """Where a calendar is, below the base."""
    return f"/me/calendars/{quote(calendar_id, safe='')}"
