"""A clock that tests can move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _system_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Calling it gives the present instant (aware, UTC), shifted by what tests asked for."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self._now = now or _system_now
        self._shift = timedelta()

    def __call__(self) -> datetime:
        return self._now() + self._shift

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds (back, when negative)."""
        self._shift += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Be on time again."""
        self._shift = timedelta()
