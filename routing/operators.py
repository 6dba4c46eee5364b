"""The operators of a condition: what value each takes, and the test it becomes.

An operator is checked once, when a rule is read, and becomes a small function of a `Reading`. A set (such as
`territory`) passes when one member does. `ne`, `not_in` and `missing` are exactly the opposites of `eq`, `in` and
`exists`, so they hold for a missing field too.
"""

import re
from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any, NamedTuple, TypeAlias

from routing.json_values import JSON
from routing.problems import Problems, join
from routing.reading import LARGEST_NUMBER, Reading, as_number, compact, fold, spell

Test: TypeAlias = Callable[[Reading], bool]
Scalar: TypeAlias = str | int | float | bool

MOST_VALUES = 5_000
LONGEST_VALUE = 500

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"\w+")


class Compiled(NamedTuple):
    """An operator with its value: the value as JSON, and the test."""

    wanted: JSON
    test: Test


Reader: TypeAlias = Callable[[str, object, str, Problems], Compiled | None]


def is_postal(field: str) -> bool:
    """Whether a field holds postal codes, which compare as text of the same length, without blanks and hyphens."""
    return field.rpartition(".")[2] == "postal_code"


def _scalar(data: object, path: str, problems: Problems) -> Scalar | None:
    if isinstance(data, int | float):
        if not -LARGEST_NUMBER <= data <= LARGEST_NUMBER:
            problems.add(path, "out-of-range", f"must be from -{LARGEST_NUMBER} to {LARGEST_NUMBER}")
            return None
        return data
    return problems.text(data, path, LONGEST_VALUE)


def _scalars(data: object, path: str, problems: Problems) -> list[Scalar]:
    items = problems.items(data, path, MOST_VALUES)
    if isinstance(data, list | tuple) and not data:
        problems.add(path, "missing", "must name at least one value")
    read = (_scalar(item, join(path, index), problems) for index, item in enumerate(items))
    return [item for item in read if item is not None]


def _texts(data: object, path: str, problems: Problems) -> list[str]:
    """One text, or a list of them."""
    if isinstance(data, list | tuple):
        return [str(item) if not isinstance(item, str) else item for item in _scalars(data, path, problems)]
    one = problems.text(data, path, LONGEST_VALUE)
    return [] if one is None else [one]


def _negated(test: Test) -> Test:
    return lambda reading: not test(reading)


def _equals(wanted: Scalar) -> Test:
    text = spell(wanted)
    if isinstance(wanted, str | bool):
        return lambda reading: text in reading.texts
    return lambda reading: reading.number == wanted or text in reading.texts


def _read_eq(_field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    wanted = _scalar(data, path, problems)
    return None if wanted is None else Compiled(wanted, _equals(wanted))


def _is_in(wanted: list[Scalar]) -> Test:
    texts = frozenset(spell(item) for item in wanted)
    numbers = frozenset(item for item in wanted if not isinstance(item, str | bool))
    if not numbers:
        return lambda reading: not texts.isdisjoint(reading.texts)
    return lambda reading: reading.number in numbers or not texts.isdisjoint(reading.texts)


def _read_in(_field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    wanted = _scalars(data, path, problems)
    return Compiled(list(wanted), _is_in(wanted)) if wanted else None


def _read_exists(_field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    if data is not None:
        problems.add(path, "unknown-field", "takes no value")
        return None
    return Compiled(None, lambda reading: bool(reading.texts))


def _read_contains(_field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    wanted = problems.text(data, path, LONGEST_VALUE)
    if wanted is None:
        return None
    text = fold(wanted)

    def test(reading: Reading) -> bool:
        return text in reading.texts if reading.is_set else any(text in found for found in reading.texts)

    return Compiled(wanted, test)


def _affix(field: str, data: object, path: str, problems: Problems, *, at_start: bool) -> Compiled | None:
    wanted = _texts(data, path, problems)
    if not wanted:
        return None
    shape = compact if is_postal(field) else str
    affixes = tuple(shape(fold(item)) for item in wanted)

    def test(reading: Reading) -> bool:
        found = map(shape, reading.texts)
        if at_start:
            return any(text.startswith(affixes) for text in found)
        return any(text.endswith(affixes) for text in found)

    return Compiled(list(wanted) if isinstance(data, list | tuple) else wanted[0], test)


def _read_starts_with(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    return _affix(field, data, path, problems, at_start=True)


def _read_ends_with(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    return _affix(field, data, path, problems, at_start=False)


def _read_prefix_in(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    if not isinstance(data, list | tuple):
        problems.add(path, "wrong-type", "must be a list of prefixes")
        return None
    return _affix(field, data, path, problems, at_start=True)


def _words(text: str) -> str:
    """The words of a text, each between blanks, so that a phrase can be searched for whole."""
    return f" {' '.join(_WORD.findall(text))} "


def _read_matches_word(_field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    wanted = _texts(data, path, problems)
    phrases = tuple(_words(fold(item)) for item in wanted)
    if any(not phrase.strip() for phrase in phrases):
        problems.add(path, "invalid", "must contain a letter or digit")
        return None

    def test(reading: Reading) -> bool:
        return any(phrase in _words(text) for text in reading.texts for phrase in phrases)

    shown: JSON = list(wanted) if isinstance(data, list | tuple) else "".join(wanted)
    return Compiled(shown, test) if wanted else None


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


def _ordering(op: str) -> Reader:
    def reader(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
        wanted = _scalar(data, path, problems)
        bound = None if wanted is None else _bound(field, wanted, path, problems)
        if wanted is None or bound is None:
            return None
        return Compiled(wanted, _ordered(field, op, bound))

    return reader


def _read_between(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    if not isinstance(data, list | tuple) or len(data) != 2:
        problems.add(path, "wrong-type", "must be a list of two: the lowest and the highest, both included")
        return None
    ends = [_scalar(item, join(path, index), problems) for index, item in enumerate(data)]
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


def _opposite(reader: Reader) -> Reader:
    def opposite(field: str, data: object, path: str, problems: Problems) -> Compiled | None:
        compiled = reader(field, data, path, problems)
        return None if compiled is None else Compiled(compiled.wanted, _negated(compiled.test))

    return opposite


READERS: dict[str, Reader] = {
    "eq": _read_eq,
    "ne": _opposite(_read_eq),
    "in": _read_in,
    "not_in": _opposite(_read_in),
    "exists": _read_exists,
    "missing": _opposite(_read_exists),
    "contains": _read_contains,
    "starts_with": _read_starts_with,
    "ends_with": _read_ends_with,
    "gt": _ordering("gt"),
    "gte": _ordering("gte"),
    "lt": _ordering("lt"),
    "lte": _ordering("lte"),
    "between": _read_between,
    "prefix_in": _read_prefix_in,
    "matches_word": _read_matches_word,
}
"""Every operator by name."""

OPPOSITES = {"eq": "ne", "ne": "eq", "in": "not_in", "not_in": "in", "exists": "missing", "missing": "exists"}
"""Operators that hold exactly when the other does not."""
