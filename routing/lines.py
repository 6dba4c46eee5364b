"""Values that have an order, cut where conditions cut them: numbers, ISO dates, postal codes.

A line is a list of stops in order: the points that are asked for and the gaps around them, each with a value that
lies there. Neighboring stops are told as one stretch.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor

from routing.domains import Domain
from routing.reading import compact, spell

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
"""What postal codes are written with, in their order."""

_MOST = 10**15
_SMALLEST_STEP = 1e-9


@dataclass(frozen=True, slots=True)
class Stop:
    """The `place`-th of a `scale`; `low` and `high` are the words for a stretch that begins or ends here, blank at
    an open end, `upward` those for a stretch from here without an end. `words` are for the stop alone."""

    scale: str
    place: int
    low: str
    high: str
    words: str
    upward: str
    is_point: bool = False


def stretch(first: Stop, last: Stop) -> str:
    """What lies from one stop to another, in words."""
    if first.place == last.place:
        return first.words
    if not last.high and first.low:
        return first.upward
    return f"{first.low} {last.high}".strip() or f"any {first.scale}"


def number_line(points: Sequence[int | float], domain: Domain) -> Iterator[tuple[Stop, int | float]]:
    """Every point and every gap in which the domain has a number, in order."""
    ends: list[int | float | None] = [None, *points, None]
    for index, (low, high) in enumerate(pairwise(ends)):
        value = _number_inside(low, high, domain)
        if value is not None:
            start = "" if low is None else f"more than {spell(low)}"
            end = "" if high is None else f"less than {spell(high)}"
            both = " and ".join(part for part in (start, end) if part) or "any number"
            yield Stop("number", 2 * index, start, end, both, start), value
        if high is not None and _is_in(high, domain):
            shown = spell(high)
            words = f"from {shown}", f"up to {shown}", shown, f"{shown} or more"
            yield Stop("number", 2 * index + 1, *words, is_point=True), high


def _is_in(number: int | float, domain: Domain) -> bool:
    above = domain.least is None or number >= domain.least
    below = domain.most is None or number <= domain.most
    return above and below and (not domain.is_whole or number == int(number))


def _number_inside(low: int | float | None, high: int | float | None, domain: Domain) -> int | float | None:
    """A number strictly between two, whole if there is one; gaps of less than a billionth count as none."""
    least = -_MOST if domain.least is None else domain.least
    most = _MOST if domain.most is None else domain.most
    bottom, top = (least if low is None else max(low, least)), (most if high is None else min(high, most))
    nearest = 1 if low is None and high is None else (floor(bottom) + 1 if low is not None else ceil(top) - 1)
    tries = [nearest, floor(bottom) + 1, ceil(top) - 1, ceil(least), floor(most), least, most]
    if top - bottom > _SMALLEST_STEP:
        tries.append(round((bottom + top) / 2, 9))
    for number in tries:
        inside = (low is None or number > low) and (high is None or number < high)
        if inside and -_MOST < number < _MOST and _is_in(number, domain):
            return number
    return None


def date_line(points: Iterable[str]) -> Iterator[tuple[Stop, str]]:
    """Every day that is asked for, and a day in every gap; nothing when no days are asked for."""
    days = sorted({day for day in map(_as_date, points) if day is not None})
    if not days:
        return
    ends: list[date | None] = [None, *days, None]
    for index, (low, high) in enumerate(pairwise(ends)):
        value = _day_inside(low, high)
        if value is not None:
            start = "" if low is None else f"after {low}"
            end = "" if high is None else f"before {high}"
            both = " and ".join(part for part in (start, end) if part)
            yield Stop("date", 2 * index, start, end, both, start), value.isoformat()
        if high is not None:
            day = high.isoformat()
            words = f"from {day}", f"up to {day}", day, f"{day} or later"
            yield Stop("date", 2 * index + 1, *words, is_point=True), day


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _day_inside(low: date | None, high: date | None) -> date | None:
    if low is not None:
        following = low + timedelta(days=1) if low < date.max else None
        return following if following and (high is None or following < high) else None
    return high - timedelta(days=1) if high and high > date.min else None


def postal_stops(asked: Iterable[str]) -> Iterator[tuple[Stop, str]]:
    """The first code of every stretch within which all comparisons come out the same, for each length that matters.

    A comparison looks at the first characters of a code, and only at codes that are long enough. So codes of one
    length fall into stretches; each begins where an asked-for beginning begins, or right behind where it ends.
    """
    limits = sorted({compact(code) for code in asked})
    lengths = sorted({len(limit) for limit in limits if limit})
    if not lengths:
        return
    for length in reversed(lengths):
        starts = _starts([limit for limit in limits if len(limit) <= length], length)
        for place, (start, following) in enumerate(zip(starts, [*starts[1:], ""], strict=False)):
            stop = _code(place, start, following) if length == lengths[-1] else _short(length, place, start)
            yield stop, start
    if lengths[0] > 1:
        yield _short(1, 0, "0"), "0"


def _starts(limits: Iterable[str], length: int) -> list[str]:
    starts = {ALPHABET[0] * length}
    for limit in limits:
        if all(letter in ALPHABET for letter in limit):
            starts.add(limit.ljust(length, ALPHABET[0]))
            following = _following(limit)
            if following is not None:
                starts.add(following.ljust(length, ALPHABET[0]))
    return sorted(starts)


def _following(code: str) -> str | None:
    """The next code of the same length: `9z` after `9y`, `a0` after `9z`; None after the last."""
    kept = code.rstrip(ALPHABET[-1])
    if not kept:
        return None
    return (kept[:-1] + ALPHABET[ALPHABET.index(kept[-1]) + 1]).ljust(len(code), ALPHABET[0])


def _code(place: int, start: str, following: str) -> Stop:
    low, high = f"from {start.upper()}", f"before {following.upper()}" if following else ""
    return Stop("postal code", place, low, high, f"{low} {high}".strip(), low)


def _short(length: int, place: int, start: str) -> Stop:
    words = f"a code as short as {start.upper()}"
    return Stop(f"code of {length}", place * 2, words, words, words, words)
