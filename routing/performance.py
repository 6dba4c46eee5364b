"""Shares that follow outcomes: how much more, or less, of a pool's leads somebody gets for how their meetings went.

A rep's rate is their good meetings over all their meetings with an outcome, smoothed by adding `SMOOTHING` meetings at
the pool's own rate, so that a few meetings move nobody far. The factor is that rate over the pool's, in tenths, never
less than a half and never more than two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

SMOOTHING = 10
LEAST, NEUTRAL, MOST = 5, 10, 20
"""Factors, in tenths."""


@dataclass(frozen=True, slots=True)
class Record:
    """A rep's meetings with an outcome: how many, and how many of them were good."""

    good: int = 0
    total: int = 0


def factors(records: Mapping[str, Record]) -> dict[str, int]:
    """By rep, in tenths; all the same where there is nothing to compare."""
    good = sum(record.good for record in records.values())
    total = sum(record.total for record in records.values())
    if not good:
        return dict.fromkeys(records, NEUTRAL)
    rate = Fraction(good, total)
    return {rep: _factor(record, rate) for rep, record in records.items()}


def _factor(record: Record, rate: Fraction) -> int:
    smoothed = (record.good + SMOOTHING * rate) / (record.total + SMOOTHING)
    tenths = int(smoothed / rate * NEUTRAL + Fraction(1, 2))
    return min(max(tenths, LEAST), MOST)


def reason(record: Record, tenths: int) -> str:
    """What stands beside a new weight in the ledger: `held 14 of 20, factor 1.3`."""
    return f"held {record.good} of {record.total}, factor {tenths / 10:.1f}"
