"""What counts say about an experiment, at any time somebody looks.

A fixed-sample interval (Wald, Wilson) promises its coverage for one look at a size chosen beforehand. Experiments are
looked at every morning, and stopped when they look good; so the intervals here are confidence *sequences*: with
probability at least 1 - alpha they hold at all sizes at once.

For one share p, the likelihood ratio of a beta mixture over p against p itself is a nonnegative martingale under p
with mean one, so by Ville's inequality it ever reaches 1/alpha with probability at most alpha. The p at which it has
not are the interval. (H. Robbins, Statistical Methods Related to the Law of the Iterated Logarithm, Ann. Math. Stat.
41(5), 1970; S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, Time-uniform, nonparametric, nonasymptotic confidence
sequences, Ann. Stat. 49(2), 2021.) Nothing is asymptotic: it holds with five units as with five thousand.

The same for the sample ratio: a Dirichlet mixture against the intended shares (M. Lindon, A. Malek, Anytime-valid
inference for multinomial count data, NeurIPS 2022).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

ALPHA = 0.05
"""All intervals of one comparison hold at all times, together, with probability at least 1 - ALPHA."""

RATIO_ALARM = 100.0
"""A sample ratio is called wrong when the evidence against it reaches this: by mistake once in a hundred
experiments, however often one looks."""

_STEPS = 60
_PRIOR_STRENGTH = 100.0


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float


def share_interval(successes: int, trials: int, alpha: float = ALPHA) -> Interval:
    """The shares that `successes` of `trials` leave possible, at all times with probability 1 - alpha."""
    if trials == 0:
        return Interval(0.0, 1.0)
    mixture = _log_beta(successes + 1, trials - successes + 1)
    limit = -log(alpha)
    middle = successes / trials

    def evidence(share: float) -> float:
        return mixture - _log_likelihood(successes, trials, share)

    low = 0.0 if successes == 0 else _border(evidence, limit, 0.0, middle)
    high = 1.0 if successes == trials else _border(evidence, limit, 1.0, middle)
    return Interval(low, high)


def difference_interval(
    one: tuple[int, int], other: tuple[int, int], alpha: float = ALPHA, variants: int = 2
) -> Interval:
    """How much larger the share of `other` is than that of `one` (each successes of trials).

    With more than two variants, alpha is divided among all of them, so that every comparison holds at once.
    """
    each = alpha / variants
    a, b = share_interval(*one, each), share_interval(*other, each)
    return Interval(b.low - a.high, b.high - a.low)


def _border(evidence: Callable[[float], float], limit: float, outside: float, inside: float) -> float:
    """The last share on the way in at which the evidence still reaches the limit; it falls towards `inside`."""
    for _ in range(_STEPS):
        middle = (outside + inside) / 2
        if evidence(middle) < limit:
            inside = middle
        else:
            outside = middle
    return outside


def _log_likelihood(successes: int, trials: int, share: float) -> float:
    failures = trials - successes
    return (successes * log(share) if successes else 0.0) + (failures * log(1 - share) if failures else 0.0)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def ratio_evidence(counts: Sequence[int], shares: Sequence[float]) -> float:
    """How much likelier the counts are under some other ratio than under the intended shares; valid at any look."""
    total, weight = sum(counts), sum(shares)
    prior = [_PRIOR_STRENGTH * share / weight for share in shares]
    mixture = lgamma(_PRIOR_STRENGTH) - lgamma(_PRIOR_STRENGTH + total)
    mixture += sum(lgamma(a + n) - lgamma(a) for a, n in zip(prior, counts, strict=True))
    null = sum(n * log(share / weight) for n, share in zip(counts, shares, strict=True))
    return exp(min(mixture - null, 700.0))


def chi_square_p(counts: Sequence[int], shares: Sequence[float]) -> float:
    """The p-value of Pearson's test that counts follow the intended shares: for one look only."""
    total, weight = sum(counts), sum(shares)
    if total == 0:
        return 1.0
    expected = [total * share / weight for share in shares]
    statistic = sum((n - e) ** 2 / e for n, e in zip(counts, expected, strict=True))
    return _upper_gamma((len(counts) - 1) / 2, statistic / 2)


def _upper_gamma(a: float, x: float) -> float:
    """The regularized upper incomplete gamma function, by series or continued fraction (DLMF 8.7.1, 8.9.2)."""
    if x <= 0:
        return 1.0
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, 500):
            term *= x / (a + n)
            total += term
        return max(0.0, 1 - front * total)
    fraction = 0.0
    for n in range(200, 0, -1):
        fraction = n * (n - a) / (x + 2 * n + 1 - a - fraction)
    return min(1.0, front / (x + 1 - a - fraction))
