"""An experiment's result in plain words, which say no more than the numbers do."""

from collections.abc import Iterator

from routing.evidence import ALPHA, Interval
from routing.experiment import FEWEST, Compared, Metric, Result

_OF = {
    Metric.BOOKED: "of all",
    Metric.CANCELLED: "of those who booked",
    Metric.NO_SHOW: "of those who booked",
}
_DOES = {
    Metric.BOOKED: "book a meeting",
    Metric.CANCELLED: "call it off",
    Metric.NO_SHOW: "do not come",
}


def say(result: Result) -> list[str]:
    """The result in sentences, the most important first."""
    return [*_ratio(result), *_stops(result), *_answers(result), *_remarks(result)]


def _ratio(result: Result) -> Iterator[str]:
    if result.is_ratio_wrong:
        yield (
            "The variants were met in another ratio than intended. Something loses leads on one side, before or "
            "after the split: do not trust the comparison until it is found."
        )


def _stops(result: Result) -> Iterator[str]:
    for each in result.stops:
        yield (
            f"Consider stopping {each.variant}: {_points(each.difference)} points {_more(each)} "
            f"{_DOES[each.metric]} than with {result.arms[0].name}, {_OF[each.metric]}."
        )


def _more(each: Compared) -> str:
    return "fewer" if each.metric is Metric.BOOKED else "more"


def _answers(result: Result) -> Iterator[str]:
    first = result.arms[0]
    for each in result.compared:
        if each.metric is not Metric.BOOKED or each.is_harmful:
            continue
        arm = next(arm for arm in result.arms if arm.name == each.variant)
        if min(first.units, arm.units) < FEWEST:
            yield (
                f"Not enough data to compare {arm.name} with {first.name}: {arm.units} and {first.units} met them "
                f"so far, and below {FEWEST} each nothing is said."
            )
        elif each.difference.low > 0:
            yield (
                f"{arm.name} is better: {_points(each.difference)} points more book a meeting than with "
                f"{first.name}."
            )
        else:
            yield (
                f"Not enough data to tell {arm.name} from {first.name}: the share that books may be "
                f"{_signed(each.difference.low)} to {_signed(each.difference.high)} points apart."
            )


def _remarks(result: Result) -> Iterator[str]:
    if result.crossed:
        yield (
            f"{result.crossed} met more than one variant, because shares were changed; they count for the one "
            "they met first."
        )
    if any(arm.units for arm in result.arms):
        yield (
            f"These ranges hold at every look at once, with {1 - ALPHA:.0%} certainty: you may stop whenever you "
            "like. Ranges for guard-rails hold each by itself."
        )


def _points(interval: Interval) -> str:
    low, high = sorted((abs(interval.low), abs(interval.high)))
    return f"{100 * low:.1f} to {100 * high:.1f}"


def _signed(part: float) -> str:
    return f"{100 * part:+.1f}".replace("-", "\N{MINUS SIGN}")
