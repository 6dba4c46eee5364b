"""Access tokens that are kept sealed: whether one is still good, and how one other than a refused one is come by."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.crypto import SecretUnreadable
from app.services import services
from calendars.providers.base import CalendarError

EARLY = timedelta(minutes=2)


def open_sealed(owner: str, sealed: bytes) -> dict[str, Any]:
    """What a row keeps encrypted. Raises CalendarError when the keys do not open it."""
    try:
        secret: dict[str, Any] = services().secrets.open(owner, sealed)
    except SecretUnreadable as error:
        raise CalendarError(str(error), code="misconfigured", permanent=True) from error
    return secret


def is_fresh(secret: dict[str, Any]) -> bool:
    """Whether an access token outlives the call it is wanted for."""
    return datetime.fromisoformat(secret["expires_at"]) > clock.now() + EARLY


def token_source(
    stored: Callable[[], str | None], renewed: Callable[[str | None], str]
) -> Callable[[bool], str]:
    """A function that gives an access token; asked with True, one other than it gave before.

    `stored` gives the one that is kept, while it is good; `renewed` another one than the one it is told.
    """
    given: list[str] = []

    def access_token(force: bool) -> str:
        refused = given[-1] if force and given else None
        token = stored()
        if token is None or token == refused or (force and not given):
            token = renewed(refused or token)
        given.append(token)
        return token

    return access_token
