"""What Graph's refusals mean to us. Decided by status and code, never by the words that come with them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from calendars.providers.base import CalendarError

_SYNC_LOST = {"syncstatenotfound", "syncstateinvalid", "resyncrequired", "errorinvalidsyncstatedata"}
_NO_MAILBOX = {"mailboxnotenabledforrestapi", "mailboxnotsupportedforrestapi"}
_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    412: "conflict",
    423: "unavailable",
    429: "rate-limited",
    509: "rate-limited",
}
_WORTH_ANOTHER_TRY = {"conflict", "rate-limited", "unavailable"}


class GraphRefusal(CalendarError):
    """A refusal with Graph's own `status` (HTTP) and `graph_code` (lower case)."""

    def __init__(self, response: requests.Response) -> None:
        error = _error_of(response)
        self.status = response.status_code
        self.graph_code = str(error.get("code", "")).casefold()
        code = self._meaning()
        inner = error.get("innerError") or error.get("innererror") or {}
        request_id = inner.get("request-id", "-") if isinstance(inner, Mapping) else "-"
        super().__init__(
            f"Graph answered {self.status} {error.get('code', '')} (request {request_id})",
            code=code,
            permanent=code not in _WORTH_ANOTHER_TRY,
            retry_after=read_retry_after(response.headers.get("Retry-After")),
            needs_reconnect=code == "unauthorized",
        )

    @property
    def is_sync_lost(self) -> bool:
        """Whether a delta link is no longer honored, so that everything must be read again."""
        return self.status == 410 or (400 <= self.status < 500 and self.graph_code in _SYNC_LOST)

    def _meaning(self) -> str:
        if self.graph_code in _NO_MAILBOX:
            return "misconfigured"
        if self.status >= 500 and self.status not in _CODES:
            return "unavailable"
        return _CODES.get(self.status, "invalid")


def unavailable(message: str) -> CalendarError:
    """Graph could not be reached or did not speak Graph; trying again later may help."""
    return CalendarError(message, code="unavailable", permanent=False)


def read_retry_after(value: str | None) -> float | None:
    """A Retry-After header, in seconds or as a date, as seconds from now; None when there is none."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (then - datetime.now(then.tzinfo or UTC)).total_seconds())


def _error_of(response: requests.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
