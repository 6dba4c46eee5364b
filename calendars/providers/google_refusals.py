"""What Google's sign-in server says no with, in our words.

Source of the codes: RFC 6749, section 5.2, and https://developers.google.com/identity/protocols/oauth2
"""

from collections.abc import Iterator
from contextlib import contextmanager

import requests

from calendars.providers.grant import GrantError

# Ours to mend, not the person's: nobody is asked to connect again
_OUR_FAULT = frozenset({"invalid_client", "unauthorized_client", "deleted_client", "redirect_uri_mismatch"})
_PASSING = frozenset({"temporarily_unavailable", "server_error", "internal_failure"})


@contextmanager
def our_errors() -> Iterator[None]:
    """Turn the libraries' failures into `GrantError`, without repeating what they carry."""
    from authlib.common.errors import AuthlibBaseError
    from google.auth.exceptions import GoogleAuthError, RefreshError

    try:
        yield
    except AuthlibBaseError as error:
        raise refused(str(error.error)) from None
    except RefreshError as error:
        detail = error.args[1] if len(error.args) > 1 else None
        if error.retryable or not isinstance(detail, dict):
            raise unreachable() from None
        raise refused(str(detail.get("error", ""))) from None
    # KeyError and TypeError: google-auth takes any 200 for a token document
    except (GoogleAuthError, requests.RequestException, OSError, ValueError, KeyError, TypeError):
        raise unreachable() from None


def refused(error: str) -> GrantError:
    """The error for an OAuth error code."""
    if error in _OUR_FAULT:
        return GrantError(f"Google refuses our registration: {error}", code="misconfigured", permanent=True)
    if error == "invalid_grant":
        return GrantError(
            "the grant has expired or was withdrawn",
            code="unauthorized",
            permanent=True,
            needs_reconnect=True,
        )
    if error in _PASSING:
        return unreachable()
    return GrantError(f"Google refuses the request: {error[:40]}", code="invalid", permanent=True)


def unreachable() -> GrantError:
    """Trouble that says nothing about the grant."""
    return GrantError("Google's sign-in server gave no usable answer", code="unavailable", permanent=False)
