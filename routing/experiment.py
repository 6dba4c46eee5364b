"""The result of an experiment from its counts: what is known so far, in numbers and in words.

The unit is whoever was drawn (a company, or a free-mail address), not the request: requests of one company are no
independent evidence. A unit counts for the variant it met first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from routing.evidence import (
    ALPHA,
    RATIO_ALARM,
    Interval,
    chi_square_p,
    difference_interval,
    ratio_evidence,
    share_interval,
)
from routing.json_values import JSON

FEWEST = 20
"""Below so many units a variant, nothing is said about which is better."""


class Metric(StrEnum):
    """A share of units. `booked` decides; the others are guard-rails, of those who booked."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(slots=True)
class Unit:
    """One that was drawn. `shares` are the chances it had then."""

    variant: str
    shares: Mapping[str, int]
    done: set[Metric] = field(default_factory=set)
    requests: int = 0
    has_crossed: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A variant beside the first one, in one metric. `difference` is in parts of one."""

    variant: str
    metric: Metric
    difference: Interval

    @property
    def is_harmful(self) -> bool:
        """Whether it is worse, with the certainty that was asked for."""
        if self.metric is Metric.BOOKED:
            return self.difference.high < 0
        return self.difference.low > 0

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        found = {"low": self.difference.low, "high": self.difference.high}
        return {
            "variant": self.variant,
            "metric": self.metric.value,
            "difference": found,
            "is_harmful": self.is_harmful,
        }


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant's counts: units, those of them that booked, and of these who cancelled or did not come."""

    name: str
    units: int
    requests: int
    booked: int
    cancelled: int
    no_show: int

    def of(self, metric: Metric) -> tuple[int, int]:
        """Successes and trials."""
        if metric is Metric.BOOKED:
            return self.booked, self.units
        return (self.cancelled if metric is Metric.CANCELLED else self.no_show), self.booked

    def to_json(self, arms: int) -> dict[str, JSON]:
        """Plain JSON, with the interval for the share that booked."""
        interval = share_interval(self.booked, self.units, ALPHA / arms)
        return {
            "name": self.name,
            "units": self.units,
            "requests": self.requests,
            "booked": self.booked,
            "cancelled": self.cancelled,
            "no_show": self.no_show,
            "booked_share": self.booked / self.units if self.units else None,
            "interval": {"low": interval.low, "high": interval.high},
        }


@dataclass(frozen=True, slots=True)
class Result:
    """All that is known of an experiment. The first arm is the one that the others are compared with."""

    arms: tuple[Arm, ...]
    expected: tuple[float, ...]
    compared: tuple[Compared, ...]
    crossed: int

    @property
    def evidence_against_ratio(self) -> float:
        """How much likelier another ratio is than the intended one."""
        return ratio_evidence([arm.units for arm in self.arms], self.expected)

    @property
    def is_ratio_wrong(self) -> bool:
        """Whether units met the variants in another ratio than intended, so that nothing below can be trusted."""
        return self.evidence_against_ratio >= RATIO_ALARM

    @property
    def stops(self) -> tuple[Compared, ...]:
        """Why to stop."""
        return tuple(each for each in self.compared if each.is_harmful)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        counts = [arm.units for arm in self.arms]
        return {
            "variants": [arm.to_json(len(self.arms)) for arm in self.arms],
            "compared": [each.to_json() for each in self.compared],
            "ratio": {
                "expected": list(self.expected),
                "p": chi_square_p(counts, self.expected),
                "evidence": self.evidence_against_ratio,
                "is_wrong": self.is_ratio_wrong,
            },
            "crossed": self.crossed,
            "stop": bool(self.stops) or self.is_ratio_wrong,
        }


def result_of(variants: Sequence[str], shares: Sequence[int], units: Sequence[Unit]) -> Result:
    """The result of units that were drawn. Units keep the shares they were drawn with; `shares` are for none."""
    arms = tuple(_arm(name, [unit for unit in units if unit.variant == name]) for name in variants)
    sums: Counter[str] = Counter()
    for unit in units:
        sums.update(unit.shares)
    expected = tuple(float(sums[name] or share) for name, share in zip(variants, shares, strict=True))
    compared = tuple(
        Compared(
            arm.name, metric, difference_interval(arms[0].of(metric), arm.of(metric), variants=len(arms))
        )
        for arm in arms[1:]
        for metric in Metric
    )
    return Result(arms, expected, compared, sum(unit.has_crossed for unit in units))


def _arm(name: str, units: Sequence[Unit]) -> Arm:
    done = Counter(metric for unit in units for metric in unit.done)
    return Arm(
        name=name,
        units=len(units),
        requests=sum(unit.requests for unit in units),
        booked=done[Metric.BOOKED],
        cancelled=done[Metric.CANCELLED],
        no_show=done[Metric.NO_SHOW],
    )
