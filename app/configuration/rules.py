"""Where the document meets `routing/`: conditions and routers are read by the library that runs them.

What is kept is the library's own spelling of what it understood, with scalars in conditions as text: a document
read from YAML and the same one from JSON are then the same.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from app.configuration.words import fault
from routing.conditions import InvalidCondition
from routing.problems import Problem
from routing.router import InvalidRouter, parse_router
from routing.territories import parse_territory

MOST_DEPTH = 40


def read_territory(data: Any) -> dict[str, Any]:
    """A territory's condition in its one spelling. Raises pydantic's ValidationError with the path inside of it."""
    try:
        condition = parse_territory("", as_text(data), "when").when
    except InvalidCondition as error:
        code = getattr(error, "code", "invalid-condition")
        raise faults_of(
            [Problem(error.path.removeprefix("when").removeprefix("."), code, error.message)]
        ) from None
    return dict(condition.to_json())


def read_router(document: Mapping[str, Any]) -> dict[str, Any]:
    """A router in its one spelling. Raises pydantic's ValidationError naming every fault by its path."""
    try:
        router = parse_router({key: as_text(value) for key, value in document.items()})
    except InvalidRouter as error:
        raise faults_of(error.problems) from None
    return dict(router.to_json())


def as_text(data: Any, depth: int = 0) -> Any:
    """Numbers as text, all the way down; the library reads digits as numbers where it compares numbers."""
    if depth > MOST_DEPTH:
        raise fault("too-deep", f"is nested more than {MOST_DEPTH} deep")
    if isinstance(data, Mapping):
        return {key: as_text(value, depth + 1) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [as_text(value, depth + 1) for value in data]
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    return str(data) if isinstance(data, int | float) and not isinstance(data, bool) else data


def faults_of(problems: Iterable[Problem]) -> ValidationError:
    """The library's problems as pydantic tells its own."""
    found = [
        InitErrorDetails(type=fault(problem.code, problem.message), loc=location(problem.path), input=None)
        for problem in problems
    ]
    return ValidationError.from_exception_data("rules", found)


def location(path: str) -> tuple[str | int, ...]:
    """`rules[3].when.value` as `("rules", 3, "when", "value")`."""
    parts = path.replace("[", ".").replace("]", "").split(".")
    return tuple(int(part) if part.isdecimal() else part for part in parts if part)
