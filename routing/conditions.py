"""Reads conditions from documents, saying where exactly something is wrong."""

from typing import Any

from routing.condition import AllOf, AnyOf, Condition, FieldCheck, Not
from routing.operators import READERS
from routing.problems import Problems, join
from routing.reading import fold

__all__ = [
    "AllOf",
    "AnyOf",
    "Condition",
    "FieldCheck",
    "InvalidCondition",
    "Not",
    "parse_condition",
    "read_condition",
]

MOST_DEPTH = 8
MOST_PARTS = 200
"""Checks and groups in one condition, all told."""


class InvalidCondition(ValueError):
    """A condition that cannot be used: `path` as in `rules[3].when.all[1].value`, and `message`."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


def parse_condition(data: Any, path: str = "when") -> Condition:
    """The condition in a document; `InvalidCondition` names the first thing wrong with it.

    Shapes: `{field, op, value}`, `{all: [...]}`, `{any: [...]}`, `{not: ...}`.
    """
    problems = Problems()
    condition = read_condition(data, path, problems)
    if problems.found or condition is None:
        first = problems.found[0]
        raise InvalidCondition(first.path, first.message)
    return condition


def read_condition(data: Any, path: str, problems: Problems) -> Condition | None:
    """The condition in a document, or None with everything wrong with it added to `problems`."""
    return _Reading(problems, path).read(data, path, MOST_DEPTH)


class _Reading:
    """Reads one condition and counts its parts."""

    def __init__(self, problems: Problems, path: str) -> None:
        self.problems = problems
        self.root = path
        self.parts = 0

    def read(self, data: Any, path: str, depth: int) -> Condition | None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            if self.parts == MOST_PARTS + 1:
                self.problems.add(self.root, "too-many", f"has more than {MOST_PARTS} parts")
            return None
        if depth == 0:
            self.problems.add(path, "too-deep", f"is nested more than {MOST_DEPTH} deep")
            return None
        if not isinstance(data, dict):
            self.problems.add(path, "wrong-type", "must be a mapping with field and op, or all, any or not")
            return None
        groups = [key for key in ("all", "any", "not") if key in data]
        return self._group(data, groups[0], path, depth) if groups else self._check(data, path)

    def _group(self, data: dict[str, Any], key: str, path: str, depth: int) -> Condition | None:
        if self.problems.mapping(data, path, frozenset({key})) is None:
            return None
        inside = join(path, key)
        if key == "not":
            part = self.read(data[key], inside, depth - 1)
            return None if part is None else Not(part)
        items = self.problems.items(data[key], inside, MOST_PARTS)
        if data[key] == []:
            self.problems.add(inside, "missing", "must have at least one condition")
        read = [self.read(item, join(inside, index), depth - 1) for index, item in enumerate(items)]
        parts = tuple(part for part in read if part is not None)
        if not parts or len(parts) < len(items):
            return None
        return AllOf(parts) if key == "all" else AnyOf(parts)

    def _check(self, data: dict[str, Any], path: str) -> Condition | None:
        self.problems.mapping(data, path, frozenset({"field", "op", "value"}))
        name = self.problems.text(data.get("field"), join(path, "field"), 100)
        op = self.problems.text(data.get("op"), join(path, "op"), 30)
        reader = None if op is None else READERS.get(op)
        if op is not None and reader is None:
            known = ", ".join(sorted(READERS))
            self.problems.add(join(path, "op"), "unknown-operator", f"must be one of {known}")
        if name is None or op is None or reader is None:
            return None
        compiled = reader(fold(name), data.get("value"), join(path, "value"), self.problems)
        return None if compiled is None else FieldCheck(name, op, compiled.wanted, compiled.test)
