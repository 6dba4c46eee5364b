"""Conditions: operators over facts, nested with all, any and not.

A condition answers three ways: `passes` (just yes or no), `why_not` (None, or the smallest part that explains the
refusal: what a trace of many rules stores), and `evaluate` (every part, answered). The three always agree.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from routing.check import Check
from routing.facts import Facts
from routing.json_values import JSON
from routing.operators import Test


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

    def plain_checks(self) -> "tuple[FieldCheck, ...] | None":
        """Itself."""
        return (self,)

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        plain: dict[str, JSON] = {"field": self.field, "op": self.op}
        return plain if self.wanted is None else {**plain, "value": self.wanted}


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold."""

    parts: tuple["Condition", ...]

    def passes(self, facts: Facts) -> bool:
        """Whether every part holds."""
        return all(part.passes(facts) for part in self.parts)

    def why_not(self, facts: Facts) -> Check | None:
        """None when every part holds, otherwise why the first one that fails does not."""
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

    def plain_checks(self) -> tuple[FieldCheck, ...] | None:
        """The parts if all of them are checks, as in nearly every rule; otherwise None."""
        checks = tuple(part for part in self.parts if isinstance(part, FieldCheck))
        return checks if len(checks) == len(self.parts) else None

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

    def plain_checks(self) -> None:
        """It is no list of checks that must all hold."""

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

    def plain_checks(self) -> None:
        """It is no list of checks that must all hold."""

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"not": self.part.to_json()}


Condition: TypeAlias = FieldCheck | AllOf | AnyOf | Not
