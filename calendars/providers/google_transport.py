"""Lets googleapiclient speak through our guarded requests session instead of httplib2.

It retries nothing by itself (the library's own retries ignore Retry-After) except one call after a forced
refresh when the access token is refused. A new one belongs to each provider: services that share a transport
between threads have been seen to swap answers.
"""

from collections.abc import Callable
from typing import Any

import httplib2  # type: ignore[import-untyped]
import requests
from urllib3.exceptions import HTTPError as Urllib3Error

from calendars.providers.base import CalendarError

_TIMEOUT = (3.05, 10)


class SessionTransport:
    """What googleapiclient needs of `httplib2.Http`. `access_token(True)` forces a refresh."""

    def __init__(self, session: requests.Session, access_token: Callable[[bool], str]) -> None:
        self._session, self._access_token = session, access_token

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: dict[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """Send one request; the answer in httplib2's form."""
        response = self._send(uri, method, body, headers or {}, force=False)
        if response.status_code == 401:
            response = self._send(uri, method, body, headers or {}, force=True)
        answer = httplib2.Response({key.lower(): value for key, value in response.headers.items()})
        answer.status = response.status_code
        answer.reason = response.reason or ""
        return answer, response.content

    def close(self) -> None:
        """Nothing is held open: the session is the caller's."""

    def _send(
        self, uri: str, method: str, body: Any, headers: dict[str, str], *, force: bool
    ) -> requests.Response:
        token = self._access_token(force)
        sent = {key: value for key, value in headers.items() if key.lower() != "content-length"}
        sent["Authorization"] = f"Bearer {token}"
        try:
            return self._session.request(
                method, uri, data=body, headers=sent, timeout=_TIMEOUT, allow_redirects=False
            )
        except (requests.RequestException, Urllib3Error, OSError) as error:
            raise CalendarError(
                f"Google could not be reached: {type(error).__name__}", code="unavailable", permanent=False
            ) from None
