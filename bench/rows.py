"""Targets with what was measured against them, as a Markdown table."""

from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("what", "target", "measured", "measured / target", "verdict")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `ratio` is measured over target, 1.0 being just met; `is_met` None where there is no target."""

    what: str
    target: str
    measured: str
    ratio: float | None = None
    is_met: bool | None = None

    @property
    def verdict(self) -> str:
        """In a word."""
        return {True: "met", False: "MISSED", None: ""}[self.is_met]

    def cells(self) -> tuple[str, ...]:
        """As in the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.what, self.target, self.measured, ratio, self.verdict


def at_most(what: str, value: float, limit: float, unit: str, note: str = "") -> Row:
    """A measure that must not be above its target."""
    said = f"{_plain(value)} {unit}".strip() + (f" ({note})" if note else "")
    return Row(what, f"≤ {_plain(limit)} {unit}".strip(), said, value / limit, value <= limit)


def at_least(what: str, value: float, limit: float, unit: str, note: str = "") -> Row:
    """A measure that must not be below its target."""
    said = f"{_plain(value)} {unit}".strip() + (f" ({note})" if note else "")
    return Row(what, f"≥ {_plain(limit)} {unit}".strip(), said, value / limit, value >= limit)


def exactly(what: str, value: int, wanted: int, unit: str = "") -> Row:
    """A count that must be just this."""
    return Row(what, f"{wanted} {unit}".strip(), f"{value} {unit}".strip(), None, value == wanted)


def just(what: str, measured: str) -> Row:
    """Something worth knowing that has no target."""
    return Row(what, "", measured)


def _plain(number: float) -> str:
    if number == int(number) and abs(number) < 1e6:
        return f"{int(number):,}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown that is also fit to be read as text."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    shown = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    ]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in (shown[0], rule, *shown[1:]))
