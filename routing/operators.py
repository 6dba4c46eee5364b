"""The operators of a condition: what value each takes, and the test it becomes.

An operator is checked once, when a rule is read, and becomes a small function of a `Reading`. A set (such as
`territory`) passes when one member does. `ne`, `not_in` and `missing` are exactly the opposites of `eq`, `in` and
`exists`, so they hold for a missing field too.
"""

import re

from routing.json_values import JSON
from routing.operands import (
    LONGEST_VALUE,
    MOST_VALUES,
    Compiled,
    Reader,
    Scalar,
    Test,
    is_postal,
    scalar,
    scalars,
    texts,
)
from routing.ordering import ordering, read_between
from routing.problems import Problems
from routing.reading import Reading, compact, fold, spell

__all__ = ["MOST_VALUES", "OPPOSITES", "READERS", "Test", "is_postal"]

_WORD = re.compile(r"\w+")


def _negated(test: Test) -> Test:
    return lambda reading: not test(reading)


def _equals(wanted: Scalar) -> Test:
    text = spell(wanted)
    if isinstance(wanted, str | bool):
        return lambda reading: text in reading.texts
    return lambda reading: reading.number == wanted or text in reading.texts


def _read_eq(_field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    wanted = scalar(data, path, problems)
    return None if wanted is None else Compiled(wanted, _equals(wanted))


def _is_in(wanted: list[Scalar]) -> Test:
    spelled = frozenset(spell(item) for item in wanted)
    numbers = frozenset(item for item in wanted if not isinstance(item, str | bool))
    if not numbers:
        return lambda reading: not spelled.isdisjoint(reading.texts)
    return lambda reading: reading.number in numbers or not spelled.isdisjoint(reading.texts)


def _read_in(_field: str, data: object, path: str, problems: Problems) -> Compiled | None:
    wanted = scalars(data, path, problems)
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
    wanted = texts(data, path, problems)
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
    wanted = texts(data, path, problems)
    phrases = tuple(_words(fold(item)) for item in wanted)
    if any(not phrase.strip() for phrase in phrases):
        problems.add(path, "invalid", "must contain a letter or digit")
        return None

    def test(reading: Reading) -> bool:
        return any(phrase in _words(text) for text in reading.texts for phrase in phrases)

    shown: JSON = list(wanted) if isinstance(data, list | tuple) else "".join(wanted)
    return Compiled(shown, test) if wanted else None


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
    "gt": ordering("gt"),
    "gte": ordering("gte"),
    "lt": ordering("lt"),
    "lte": ordering("lte"),
    "between": read_between,
    "prefix_in": _read_prefix_in,
    "matches_word": _read_matches_word,
}
"""Every operator by name."""

OPPOSITES = {"eq": "ne", "ne": "eq", "in": "not_in", "not_in": "in", "exists": "missing", "missing": "exists"}
"""Operators that hold exactly when the other does not."""
