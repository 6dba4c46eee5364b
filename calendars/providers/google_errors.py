"""Google's refusals in our words. The reason decides, not the status: 403 alone has six meanings.

Source: https://developers.google.com/workspace/calendar/api/guides/errors
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from googleapiclient.errors import HttpError

from calendars.providers.base import CalendarError

# "Calendar usage limits exceeded" lasts for hours, whatever we do
_QUOTA_SECONDS = 4 * 3600.0


class _Meaning(NamedTuple):
    code: str
    permanent: bool = True
    needs_reconnect: bool = False


_BY_REASON = {
    "authError": _Meaning("unauthorized", needs_reconnect=True),
    "required": _Meaning("unauthorized", needs_reconnect=True),
    "rateLimitExceeded": _Meaning("rate-limited", permanent=False),
    "userRateLimitExceeded": _Meaning("rate-limited", permanent=False),
    "quotaExceeded": _Meaning("quota-exhausted", permanent=False),
    "dailyLimitExceeded": _Meaning("quota-exhausted", permanent=False),
    # The grant lives but lacks a scope; connecting again with every box ticked mends it
    "insufficientPermissions": _Meaning("forbidden", needs_reconnect=True),
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _Meaning("forbidden", needs_reconnect=True),
    "accessNotConfigured": _Meaning("misconfigured"),
    "duplicate": _Meaning("conflict"),
    "conflict": _Meaning("conflict", permanent=False),
    "conditionNotMet": _Meaning("conflict", permanent=False),
    "deleted": _Meaning("not-found"),
    "backendError": _Meaning("unavailable", permanent=False),
}
# Said of the project, not of the account
_OF_ALL = {"accessNotConfigured", "dailyLimitExceeded", "rateLimitExceeded"}
_BY_STATUS = {
    401: _BY_REASON["authError"],
    403: _Meaning("forbidden"),
    404: _Meaning("not-found"),
    409: _Meaning("conflict"),
    410: _Meaning("not-found"),
    412: _BY_REASON["conditionNotMet"],
    429: _BY_REASON["rateLimitExceeded"],
}


class GoogleRefused(CalendarError):
    """A `CalendarError` that still knows Google's `status` and `reason`."""

    def __init__(self, status: int, reason: str, retry_after: float | None) -> None:
        meaning = _meaning(status, reason)
        super().__init__(
            f"Google answered {status} {reason}".rstrip(),
            code=meaning.code,
            permanent=meaning.permanent,
            needs_reconnect=meaning.needs_reconnect,
            retry_after=retry_after,
            concerns_all=reason in _OF_ALL,
        )
        self.status, self.reason = status, reason


@contextmanager
def our_errors() -> Iterator[None]:
    """Turn what googleapiclient raises into `CalendarError`."""
    try:
        yield
    except HttpError as error:
        reason = _reason(error.content)
        raise GoogleRefused(int(error.resp.status), reason, _retry_after(error, reason)) from None
    except ValueError:
        raise unusable() from None


def unusable() -> CalendarError:
    """The answer is not what Calendar v3 answers with; it says nothing, least of all "free"."""
    return CalendarError("Google's answer cannot be read", code="unavailable", permanent=False)


def _meaning(status: int, reason: str) -> _Meaning:
    if reason in _BY_REASON:
        return _BY_REASON[reason]
    if status >= 500 or status < 400:
        return _BY_REASON["backendError"]
    return _BY_STATUS.get(status, _Meaning("invalid"))


def _reason(content: bytes) -> str:
    """The first reason of an error document, or nothing when it is none."""
    try:
        error: Any = json.loads(content)["error"]
        return str(error["errors"][0]["reason"])[:60]
    except (ValueError, KeyError, TypeError, IndexError):
        return ""


def _retry_after(error: HttpError, reason: str) -> float | None:
    """Seconds to wait: what Google says, or hours when a quota is used up."""
    try:
        told = float(error.resp.get("retry-after", ""))
    except ValueError:
        told = None
    if reason in {"quotaExceeded", "dailyLimitExceeded"}:
        return max(told or 0.0, _QUOTA_SECONDS)
    return told
