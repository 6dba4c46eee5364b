"""How a decision runs through the rules of a router: what there may be a thousand of is asked once, or all at once.

Rules share checks, so each different check is answered at most once in a decision. And where many rules compare one
field with one text each (`industry eq …`), the first of these checks to be asked answers all of them: those that
hold are looked up, and why the others do not is made inside the interpreter, without a call of ours for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TypeAlias

from routing.check import Check
from routing.condition import Condition, FieldCheck
from routing.facts import Facts
from routing.json_values import canonical
from routing.reading import Reading, spell

Answer: TypeAlias = Check | bool | None
"""True for a check that holds, why not for one that does not, None while nobody has asked."""

_WORTH_A_GROUP = 8


@dataclass(frozen=True, slots=True)
class _Group:
    """Checks of one field against one text each, which have the places `[start, end)`."""

    start: int
    end: int
    field: str
    wanted: tuple[str, ...]
    by_text: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, start: int, checks: Sequence[FieldCheck]) -> "_Group":
        wanted = tuple(str(check.wanted) for check in checks)
        places: dict[str, tuple[int, ...]] = defaultdict(tuple)
        for place, text in enumerate(wanted, start):
            places[spell(text)] += (place,)
        return cls(start, start + len(checks), checks[0].field, wanted, dict(places))

    def answer(self, reading: Reading, answers: list[Answer]) -> None:
        """Answer all of them."""
        rows = zip(
            repeat(self.field), repeat("eq"), self.wanted, repeat(reading.shown), repeat(False), repeat(())
        )
        answers[self.start : self.end] = map(tuple.__new__, repeat(Check), rows)
        for text in reading.texts:
            for place in self.by_text.get(text, ()):
                answers[place] = True


class Plan:
    """The conditions of rules, in their order."""

    __slots__ = ("_checks", "_groups", "_rules")

    def __init__(self, conditions: Iterable[Condition]) -> None:
        conditions = tuple(conditions)
        every = [condition.plain_checks() for condition in conditions]
        different = {_key(check): check for checks in every for check in checks or ()}
        groups, self._checks = _order(different.values())
        self._groups = dict[int, _Group]()
        for group in groups:
            self._groups |= dict.fromkeys(range(group.start, group.end), group)
        places = {_key(check): place for place, check in enumerate(self._checks)}
        self._rules: tuple[tuple[int, ...] | Condition, ...] = tuple(
            condition if checks is None else tuple(places[_key(check)] for check in checks)
            for condition, checks in zip(conditions, every, strict=True)
        )

    def blank(self) -> list[Answer]:
        """What is known before anything was asked: to be passed along while rules are asked for one lead."""
        return [None] * len(self._checks)

    def refusals(self, facts: Facts, answers: list[Answer], start: int, end: int) -> list[Check]:
        """Why each of the conditions `[start, end)` does not hold, up to the first one that does."""
        refusals: list[Check] = []
        for rule in self._rules[start:end]:
            if not isinstance(rule, tuple):
                refusal = rule.why_not(facts)
                if refusal is None:
                    break
                refusals.append(refusal)
                continue
            for place in rule:
                answer = answers[place]
                if answer is None:
                    answer = self._ask(place, facts, answers)
                if answer is not True:
                    refusals.append(answer)  # type: ignore[arg-type]  # False is never kept
                    break
            else:
                break
        return refusals

    def _ask(self, place: int, facts: Facts, answers: list[Answer]) -> Answer:
        check, group = self._checks[place], self._groups.get(place)
        if group is not None:
            group.answer(facts.readings[check.field], answers)
        else:
            answers[place] = check.why_not(facts) or True
        return answers[place]


def _order(checks: Iterable[FieldCheck]) -> tuple[list[_Group], list[FieldCheck]]:
    """The groups among the checks, and all checks in an order in which those of a group stand together."""
    by_field: dict[str, list[FieldCheck]] = defaultdict(list)
    ordered: list[FieldCheck] = []
    for check in checks:
        is_text = check.op == "eq" and isinstance(check.wanted, str)
        (by_field[check.field] if is_text else ordered).append(check)
    groups = []
    for alike in by_field.values():
        if len(alike) >= _WORTH_A_GROUP:
            groups.append(_Group.of(len(ordered), alike))
        ordered += alike
    return groups, ordered


def _key(check: FieldCheck) -> str:
    """The same for checks that always come out the same."""
    return canonical([check.field, check.op, check.wanted])
