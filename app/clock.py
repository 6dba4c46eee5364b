"""The application's one clock. Tests replace it here and nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - a replaceable default


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _read()


def replace(read: Callable[[], datetime] | None) -> None:
    """Let `read` tell the time from here on; None goes back to the system's clock."""
    global _read  # noqa: PLW0603 - one process has one clock
    _read = read or (lambda: datetime.now(UTC))
