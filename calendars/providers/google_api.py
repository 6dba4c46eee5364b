"""Calls to Calendar v3 by Google's own client, over our session."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, cast

import requests
from googleapiclient import discovery

from calendars.providers.base import CalendarError
from calendars.providers.google_errors import our_errors, unusable
from calendars.providers.google_transport import SessionTransport

Resource = dict[str, Any]

_PATH = "/calendar/v3/"
_MAX_PAGES = 200


class _NoTransport:
    """In place of a transport where none may be used: each call brings its account's own."""

    def request(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("a call to Google without an account")

    def close(self) -> None:
        """Nothing is held open."""


@lru_cache(maxsize=8)
def _calls(endpoint: str) -> tuple[Any, Any, Any]:
    """What makes requests to events, the calendar list and channels. Made once for an address: the library writes
    each of the calls anew out of its description, which takes longer than to read a calendar. They keep nothing of an
    account."""
    service = discovery.build(
        "calendar",
        "v3",
        http=_NoTransport(),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": endpoint},
    )
    return service.events(), service.calendarList(), service.channels()


class GoogleApi:
    """One account's Calendar v3. Never shared between threads' accounts: it holds the token of one."""

    def __init__(self, session: requests.Session, access_token: Callable[[bool], str], api_base: str) -> None:
        self._transport = SessionTransport(session, access_token)
        # The path is part of it: the library drops its own when this is given
        self.events, self.calendar_list, self.channels = _calls(api_base.rstrip("/") + _PATH)

    def call(self, request: Any, *, may_be_empty: bool = False) -> Resource:
        """Send a request of the library once. Raises CalendarError; an answer that is no object is an error too,
        unless (`may_be_empty`) none is due."""
        with our_errors():
            answer = request.execute(http=self._transport, num_retries=0)
        if request.method != "DELETE" and not may_be_empty and not isinstance(answer, dict):
            raise unusable()
        return cast("Resource", answer)

    def pages(self, kind: str, request: Callable[[str | None], Any]) -> Iterator[Resource]:
        """The pages of a list, empty ones included. Anything else in between is an error, never an early end."""
        token: str | None = None
        for _ in range(_MAX_PAGES):
            page = self.call(request(token))
            if page.get("kind") != kind:
                raise unusable()
            yield page
            token = page.get("nextPageToken")
            if not token:
                return
        raise CalendarError("the list does not end", code="unavailable", permanent=False)

    def require_calendar(self, calendar_id: str) -> None:
        """Raise unless the account still sees the calendar: a 404 for an event does not tell the two apart."""
        self.call(self.calendar_list.get(calendarId=calendar_id))
