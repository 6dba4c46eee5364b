"""A stretch of time."""

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open stretch `[start, end)` in UTC minutes since the epoch."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one minute; touching ends do not."""
        return self.start < other.end and other.start < self.end
