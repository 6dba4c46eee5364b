"""The application's one clock. Tests replace it here and nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime

_replacement: Callable[[], datetime] | None = None


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _replacement() if _replacement else datetime.now(UTC)


def replace(read: Callable[[], datetime] | None) -> None:
    """Let `read` tell the time from here on; None goes back to the system's clock."""
    global _replacement  # noqa: PLW0603 - one process has one clock
    _replacement = read


def is_replaced() -> bool:
    """Whether a test tells the time."""
    return _replacement is not None
