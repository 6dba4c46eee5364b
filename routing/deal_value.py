"""Deal value by a small formula over answers: `+ - * /`, `min(...)`, `max(...)`, brackets, numbers, field names.

Read in linear time into a list of steps for a stack machine; there is nothing else it could run. Exact: fractions
all the way, rounded once at the end, half up, to whole units.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from routing.facts import Facts
from routing.json_values import JSON
from routing.reading import LARGEST_NUMBER

LONGEST_FORMULA = 500
DEEPEST = 30
MOST_ARGUMENTS = 20

_TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)|(?P<sign>[-+*/(),])"
)
_LONGEST_NUMBER = 25


class InvalidFormula(ValueError):
    """A formula that cannot be used: `position` counts characters from 0, `message` says what is wrong there."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"at {position}: {message}")
        self.position = position
        self.message = message


class _Number(NamedTuple):
    value: Fraction


class _Field(NamedTuple):
    name: str


class _Apply(NamedTuple):
    """`takes` that many values off the stack and puts one back."""

    name: str
    takes: int


_Step: TypeAlias = _Number | _Field | _Apply


@dataclass(frozen=True, slots=True)
class Amount:
    """What a formula came to. `value` is None when it cannot be told: because answers are `missing`, or for
    `problem` (`divides-by-zero`, `out-of-range`). `used`: the answers as numbers, as text such as `51` or `2.5`."""

    value: int | None
    used: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    problem: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "value": self.value,
            "used": dict(self.used),
            "missing": list(self.missing),
            "problem": self.problem,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Amount":
        """The amount that `to_json` gave."""
        return cls(data["value"], dict(data["used"]), tuple(data["missing"]), data["problem"])


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read. `defaults` stand in for answers that are missing or no numbers."""

    text: str
    defaults: Mapping[str, int | float] = field(default_factory=dict)
    steps: tuple[_Step, ...] = field(default=(), repr=False, compare=False)

    @property
    def fields(self) -> frozenset[str]:
        """The answers it looks at."""
        return frozenset(step.name for step in self.steps if isinstance(step, _Field))

    def amount(self, facts: Facts) -> Amount:
        """The deal value; a range of numbers counts by its lower bound. Never raises."""
        found = {name: self._number(name, facts) for name in sorted(self.fields)}
        used = {
            name: str(float(value) if value.denominator > 1 else value)
            for name, value in found.items()
            if value is not None
        }
        missing = tuple(name for name, value in found.items() if value is None)
        if missing:
            return Amount(None, used, missing)
        try:
            value = _run(self.steps, {name: value for name, value in found.items() if value is not None})
        except ZeroDivisionError:
            return Amount(None, used, problem="divides-by-zero")
        if abs(value) > LARGEST_NUMBER:
            return Amount(None, used, problem="out-of-range")
        return Amount((2 * value.numerator + value.denominator) // (2 * value.denominator), used)

    def _number(self, name: str, facts: Facts) -> Fraction | None:
        number = facts.readings[name].least
        found = self.defaults.get(name) if number is None else number
        return None if found is None else Fraction(str(found))

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"formula": self.text, "defaults": dict(sorted(self.defaults.items()))}


def parse_formula(text: str, defaults: Mapping[str, int | float] | None = None) -> Formula:
    """The formula in a text; `InvalidFormula` says where it is wrong."""
    if len(text) > LONGEST_FORMULA:
        raise InvalidFormula(LONGEST_FORMULA, f"is longer than {LONGEST_FORMULA} characters")
    return Formula(text, dict(defaults or {}), tuple(_Parser(text).read()))


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """Kind, text and position of every token, and the end."""
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise InvalidFormula(at, f"{text[at]!r} means nothing here")
        if match.lastgroup != "blank":
            found.append((match.lastgroup, match[0], at))
        at = match.end()
    return [*found, ("end", "", len(text))]


class _Parser:
    """Recursive descent; every token is looked at once."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.steps: list[_Step] = []

    def read(self) -> list[_Step]:
        self._sum(DEEPEST)
        kind, text, position = self.tokens[self.at]
        if kind != "end":
            raise InvalidFormula(position, f"{text!r} is not expected here")
        return self.steps

    def _is(self, *signs: str) -> bool:
        kind, text, _ = self.tokens[self.at]
        return kind == "sign" and text in signs

    def _next(self) -> tuple[str, str, int]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise InvalidFormula(self.tokens[self.at][2], f"{sign!r} is expected here")
        self.at += 1

    def _sum(self, depth: int) -> None:
        if depth == 0:
            raise InvalidFormula(self.tokens[self.at][2], f"is nested more than {DEEPEST} deep")
        self._product(depth)
        while self._is("+", "-"):
            _, sign, _ = self._next()
            self._product(depth)
            self.steps.append(_Apply(sign, 2))

    def _product(self, depth: int) -> None:
        self._signed(depth)
        while self._is("*", "/"):
            _, sign, _ = self._next()
            self._signed(depth)
            self.steps.append(_Apply(sign, 2))

    def _signed(self, depth: int) -> None:
        is_negative = False
        while self._is("-"):
            is_negative = not is_negative
            self.at += 1
        self._value(depth)
        if is_negative:
            self.steps.append(_Apply("negative", 1))

    def _value(self, depth: int) -> None:
        kind, text, position = self._next()
        if kind == "number":
            if len(text) > _LONGEST_NUMBER or Fraction(text) > LARGEST_NUMBER:
                raise InvalidFormula(position, "is too large or too precise a number")
            self.steps.append(_Number(Fraction(text)))
        elif kind == "name" and text in ("min", "max") and self._is("("):
            self.at += 1
            self._arguments(text, depth)
        elif kind == "name":
            self.steps.append(_Field(text))
        elif kind == "sign" and text == "(":
            self._sum(depth - 1)
            self._expect(")")
        else:
            raise InvalidFormula(position, "a number, a field or a bracket is expected here")

    def _arguments(self, name: str, depth: int) -> None:
        self._sum(depth - 1)
        count = 1
        while self._is(","):
            _, _, position = self._next()
            if count == MOST_ARGUMENTS:
                raise InvalidFormula(position, f"has more than {MOST_ARGUMENTS} values")
            self._sum(depth - 1)
            count += 1
        self._expect(")")
        self.steps.append(_Apply(name, count))


_OPERATIONS: Mapping[str, Callable[..., Fraction]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "negative": lambda one: -one,
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
}


def _run(steps: tuple[_Step, ...], found: Mapping[str, Fraction]) -> Fraction:
    stack: list[Fraction] = []
    for step in steps:
        if isinstance(step, _Number):
            stack.append(step.value)
        elif isinstance(step, _Field):
            stack.append(found[step.name])
        else:
            values = stack[-step.takes :]
            del stack[-step.takes :]
            stack.append(_OPERATIONS[step.name](*values))
    return stack[0]
