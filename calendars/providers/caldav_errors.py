"""CalDAV servers' refusals in our words. An address or a password is never part of one."""

from calendars.providers.base import CalendarError
from calendars.providers.caldav_xml import preconditions

_BY_STATUS: dict[int, tuple[str, bool]] = {
    401: ("unauthorized", True),
    402: ("forbidden", True),
    403: ("forbidden", True),
    404: ("not-found", True),
    405: ("misconfigured", True),
    409: ("conflict", True),
    410: ("not-found", True),
    # Somebody else was faster: reading again mends it
    412: ("conflict", False),
    423: ("conflict", False),
    429: ("rate-limited", False),
    501: ("misconfigured", True),
}


class CalDavRefused(CalendarError):
    """A `CalendarError` that still knows the server's `status` and the conditions its body names (RFC 4918, 16)."""

    def __init__(self, status: int, body: bytes, retry_after: str) -> None:
        self.status = status
        self.conditions = preconditions(body)
        code, is_permanent = _meaning(status)
        why = next(iter(self.conditions), "")[:60]
        super().__init__(
            f"the calendar server answered {status} {why}".rstrip(),
            code=code,
            permanent=is_permanent,
            # 403 is about a resource, not about the password (RFC 4918, 9.2.1)
            needs_reconnect=status == 401,
            retry_after=float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None,
        )


def _meaning(status: int) -> tuple[str, bool]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500 or status < 300:
        return "unavailable", False
    return "invalid", True


def unreachable() -> CalendarError:
    """No answer, which says nothing about anything."""
    return CalendarError("the calendar server cannot be reached", code="unavailable", permanent=False)


def unusable() -> CalendarError:
    """An answer that says nothing, least of all "free"."""
    return CalendarError("the calendar server's answer cannot be read", code="unavailable", permanent=False)


def misconfigured(message: str) -> CalendarError:
    """What only another address mends."""
    return CalendarError(message, code="misconfigured", permanent=True)
