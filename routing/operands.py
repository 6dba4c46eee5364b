"""The values that operators take, read from a document."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from routing.json_values import JSON
from routing.problems import Problems, join
from routing.reading import LARGEST_NUMBER, Reading

Test: TypeAlias = Callable[[Reading], bool]
Scalar: TypeAlias = str | int | float | bool

MOST_VALUES = 5_000
LONGEST_VALUE = 500


class Compiled(NamedTuple):
    """An operator with its value: the value as JSON, and the test."""

    wanted: JSON
    test: Test


Reader: TypeAlias = Callable[[str, object, str, Problems], Compiled | None]


def is_postal(field: str) -> bool:
    """Whether a field holds postal codes, which compare as text of the same length, without blanks and hyphens."""
    return field.rpartition(".")[2] == "postal_code"


def scalar(data: object, path: str, problems: Problems) -> Scalar | None:
    """A text that is not blank, a number of a usual size, or true or false."""
    if isinstance(data, int | float):
        if not -LARGEST_NUMBER <= data <= LARGEST_NUMBER:
            problems.add(path, "out-of-range", f"must be from -{LARGEST_NUMBER} to {LARGEST_NUMBER}")
            return None
        return data
    return problems.text(data, path, LONGEST_VALUE)


def scalars(data: object, path: str, problems: Problems) -> list[Scalar]:
    """A list of at least one of them."""
    items = problems.items(data, path, MOST_VALUES)
    if isinstance(data, list | tuple) and not data:
        problems.add(path, "missing", "must name at least one value")
    read = (scalar(item, join(path, index), problems) for index, item in enumerate(items))
    return [item for item in read if item is not None]


def texts(data: object, path: str, problems: Problems) -> list[str]:
    """One text, or a list of them."""
    if isinstance(data, list | tuple):
        return [str(item) if not isinstance(item, str) else item for item in scalars(data, path, problems)]
    one = problems.text(data, path, LONGEST_VALUE)
    return [] if one is None else [one]
