"""Conditions: operators over facts, nested with all, any and not.

A condition answers three ways: `passes` (just yes or no), `why_not` (None, or the smallest part that explains the
refusal: what a trace of many rules stores), and `evaluate` (every part, answered). The three always agree.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from routing.check import Check
from routing.facts import Facts
from routing.json_values import JSON
from routing.operators import READERS, Test
from routing.problems import Problems, join
from routing.reading import fold

MOST_DEPTH = 8
MOST_PARTS = 200
"""Checks and groups in one condition, all told."""


class InvalidCondition(ValueError):
    """A condition that cannot be used: `path` as in `rules[3].when.all[1].value`, and `message`."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """One operator on one field."""

    field: str
    op: str
    wanted: JSON
    test: Test = dataclasses.field(compare=False, repr=False)

    def passes(self, facts: Facts) -> bool:
        """Whether it holds."""
        return self.test(facts.readings[self.field])

    def why_not(self, facts: Facts) -> Check | None:
        """None when it holds, otherwise the failed check."""
        reading = facts.readings[self.field]
        if self.test(reading):
            return None
        return Check(self.field, self.op, self.wanted, reading.shown, False)

    def evaluate(self, facts: Facts) -> Check:
        """The check, answered."""
        reading = facts.readings[self.field]
        return Check(self.field, self.op, self.wanted, reading.shown, self.test(reading))

    def leaves(self) -> Iterator["FieldCheck"]:
        """Itself."""
        yield self

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        plain: dict[str, JSON] = {"field": self.field, "op": self.op}
        return plain if self.wanted is None else {**plain, "value": self.wanted}


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold."""

    parts: tuple["Condition", ...]
    _checks: tuple[tuple[str, Test, str, JSON], ...] | None = dataclasses.field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        checks = [part for part in self.parts if isinstance(part, FieldCheck)]
        plain = tuple((check.field, check.test, check.op, check.wanted) for check in checks)
        object.__setattr__(self, "_checks", plain if len(checks) == len(self.parts) else None)

    def passes(self, facts: Facts) -> bool:
        """Whether every part holds."""
        return all(part.passes(facts) for part in self.parts)

    def why_not(self, facts: Facts) -> Check | None:
        """None when every part holds, otherwise why the first one that fails does not."""
        if self._checks is not None:  # nearly every rule is a plain list of checks: no calls for each
            readings = facts.readings
            for name, test, op, wanted in self._checks:
                reading = readings[name]
                if not test(reading):
                    return tuple.__new__(Check, (name, op, wanted, reading.shown, False, ()))
            return None
        for part in self.parts:
            refusal = part.why_not(facts)
            if refusal is not None:
                return refusal
        return None

    def evaluate(self, facts: Facts) -> Check:
        """Every part, answered."""
        children = tuple(part.evaluate(facts) for part in self.parts)
        return Check(None, "all", None, None, all(child.passed for child in children), children)

    def leaves(self) -> Iterator[FieldCheck]:
        """Every check of a field in here."""
        for part in self.parts:
            yield from part.leaves()

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"all": [part.to_json() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part must hold."""

    parts: tuple["Condition", ...]

    def passes(self, facts: Facts) -> bool:
        """Whether a part holds."""
        return any(part.passes(facts) for part in self.parts)

    def why_not(self, facts: Facts) -> Check | None:
        """None when a part holds, otherwise why each of them does not."""
        refusals = []
        for part in self.parts:
            refusal = part.why_not(facts)
            if refusal is None:
                return None
            refusals.append(refusal)
        return Check(None, "any", None, None, False, tuple(refusals))

    def evaluate(self, facts: Facts) -> Check:
        """Every part, answered."""
        children = tuple(part.evaluate(facts) for part in self.parts)
        return Check(None, "any", None, None, any(child.passed for child in children), children)

    def leaves(self) -> Iterator[FieldCheck]:
        """Every check of a field in here."""
        for part in self.parts:
            yield from part.leaves()

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"any": [part.to_json() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: "Condition"

    def passes(self, facts: Facts) -> bool:
        """Whether the part does not hold."""
        return not self.part.passes(facts)

    def why_not(self, facts: Facts) -> Check | None:
        """None when the part does not hold, otherwise the part, answered."""
        return self.evaluate(facts) if self.part.passes(facts) else None

    def evaluate(self, facts: Facts) -> Check:
        """The part, answered, and its opposite."""
        child = self.part.evaluate(facts)
        return Check(None, "not", None, None, not child.passed, (child,))

    def leaves(self) -> Iterator[FieldCheck]:
        """Every check of a field in here."""
        yield from self.part.leaves()

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"not": self.part.to_json()}


Condition: TypeAlias = FieldCheck | AllOf | AnyOf | Not


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
