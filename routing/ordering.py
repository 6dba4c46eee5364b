"""Operators that compare: numbers (a range counts by its lower bound), ISO dates, postal codes."""

import re
from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from routing.operands import Compiled, Reader, Scalar, Test, is_postal, scalar
from routing.problems import Problems, join
from routing.reading import Reading, as_number, compact, fold

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Bound(NamedTuple):
    """The value of an ordering operator: a number, or text (an ISO date or a postal code) with its length."""

    number: int | float | None
    text: str


def _bound(field: str, wanted: Scalar, path: str, problems: Problems) -> Bound | None:
    if isinstance(wanted, bool):
        problems.add(path, "wrong-type", "must be a number or a date")
        return None
    if isinstance(wanted, int | float):
        return Bound(wanted, "")
    folded = fold(wanted)
    if is_postal(field):
        return Bound(None, compact(folded))
    number = as_number(folded)
    if number is None and not _DATE.fullmatch(folded):
        problems.add(path, "wrong-type", "must be a number or a date such as 2026-12-31")
        return None
    return Bound(number, folded)


def _comparable_text(field: str, reading: Reading, limit: str) -> str | None:
    """The fact as text that can be compared with a date or postal code, or None when it is of another kind."""
    if reading.is_set or not reading.texts:
        return None
    text = reading.texts[0]
    if is_postal(field):
        text = compact(text)
        return text[: len(limit)] if len(text) >= len(limit) else None
    return text[:10] if _DATE.match(text) else None


_ORDER: dict[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}

_NUMERIC: dict[str, Callable[[float], Test]] = {
    "gt": lambda limit: lambda reading: reading.least is not None and reading.least > limit,
    "gte": lambda limit: lambda reading: reading.least is not None and reading.least >= limit,
    "lt": lambda limit: lambda reading: reading.least is not None and reading.least < limit,
    "lte": lambda limit: lambda reading: reading.least is not None and reading.least <= limit,
}


def _ordered(field: str, op: str, bound: Bound) -> Test:
    if bound.number is not None:
        return _NUMERIC[op](bound.number)
    holds, limit = _ORDER[op], bound.text

    def test(reading: Reading) -> bool:
        found = _comparable_text(field, reading, limit)
        return found is not None and holds(found, limit)

    return test


def ordering(op: str) -> Reader:
    """The reader of `gt`, `gte`, `lt` or `lte`: a number, or a date; for postal codes the start of a code."""

    def reader(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
        wanted = scalar(data, path, problems)
        bound = None if wanted is None else _bound(field, wanted, path, problems)
        if wanted is None or bound is None:
            return None
        return Compiled(wanted, _ordered(field, op, bound))

    return reader


def read_between(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    """The reader of `between`: the lowest and the highest, both included."""
    if not isinstance(data, list | tuple) or len(data) != 2:
        problems.add(path, "wrong-type", "must be a list of two: the lowest and the highest, both included")
        return None
    ends = [scalar(item, join(path, index), problems) for index, item in enumerate(data)]
    bounds = [
        None if end is None else _bound(field, end, join(path, index), problems)
        for index, end in enumerate(ends)
    ]
    low, high = bounds
    if low is None or high is None:
        return None
    if (low.number is None) != (high.number is None):
        problems.add(path, "wrong-type", "must have two ends of the same kind")
        return None
    if (low.text > high.text) if low.number is None or high.number is None else (low.number > high.number):
        problems.add(path, "out-of-range", "must have the lower end first")
        return None
    above, below = _ordered(field, "gte", low), _ordered(field, "lte", high)
    return Compiled([end for end in ends if end is not None], lambda found: above(found) and below(found))
