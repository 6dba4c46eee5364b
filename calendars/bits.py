"""Sets of cells as Python integers: bit `i` is cell `i` of a `Frame`."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_


def erode(bits: int, length: int) -> int:
    """Bit `s` is set where bits `s` to `s + length - 1` all are: where a run of `length` may begin."""
    have = 1
    while have < length:
        shift = min(have, length - have)
        bits &= bits >> shift
        have += shift
    return bits


def any_of(starts: Iterable[int]) -> int:
    """Where at least one can start: a pool that shares its meetings out. Nobody gives nothing."""
    return reduce(or_, starts, 0)


def all_of(starts: Iterable[int]) -> int:
    """Where all can start together: a panel. Nobody gives nothing."""
    every = list(starts)
    return reduce(and_, every) if every else 0


def k_of(starts: Iterable[int], k: int) -> int:
    """Where at least `k` (one or more) can start together."""
    if k < 1:
        raise ValueError("at least one must take part")
    at_least = [0] * k
    for bits in starts:
        carried = bits
        for n in range(k):
            at_least[n], carried = at_least[n] | carried, at_least[n] & carried
    return at_least[-1]
