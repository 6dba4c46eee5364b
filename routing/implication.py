"""What follows from a condition: sound, not complete. A yes is certain; a no may be unknown.

Every fact may be a set unless its field is known to hold one value, and may be missing; the answers allow for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from routing.conditions import AllOf, AnyOf, Condition, FieldCheck, Not
from routing.operators import OPPOSITES, is_postal
from routing.reading import as_number, compact, fold, read

SINGLE_VALUED = frozenset(
    {
        "country",
        "subdivision",
        "postal_code",
        "email",
        "email_domain",
        "is_free_mail",
        "phone",
        "company",
        "name",
        "timezone",
        "account.domain",
        "account.owner",
    }
)
"""Fields that never hold a set, so that two different values exclude each other."""

PREFIXES = frozenset({"starts_with", "prefix_in"})
_WITHIN_TEXT = PREFIXES | {"ends_with", "matches_word"}
ORDERING = frozenset({"gt", "gte", "lt", "lte", "between"})
_HOLDS_WHEN_MISSING = frozenset({"ne", "not_in", "missing"})


MOST_COMPARED = 2_000_000
"""Pairs of single checks that are compared in all: about a second for deep conditions, far less for plain ones."""


def implies(one: Condition, other: Condition) -> bool:
    """Whether `other` certainly holds whenever `one` does."""
    if isinstance(one, FieldCheck) and isinstance(other, FieldCheck):
        return one == other or _check_implies(one, other)
    if isinstance(other, AllOf):
        return all(implies(one, part) for part in other.parts)
    if isinstance(one, AnyOf):
        return all(implies(part, other) for part in one.parts)
    if isinstance(one, Not) and isinstance(other, Not):
        return implies(other.part, one.part)
    by_part = isinstance(one, AllOf) and any(implies(part, other) for part in one.parts)
    return by_part or (isinstance(other, AnyOf) and any(implies(one, part) for part in other.parts))


def never_holds(condition: Condition) -> bool:
    """Whether no facts at all can satisfy the condition."""
    if isinstance(condition, AnyOf):
        return all(map(never_holds, condition.parts))
    parts = list(_required(condition))
    if any(isinstance(part, AnyOf) and never_holds(part) for part in parts):
        return True
    checks = [part for part in parts if isinstance(part, FieldCheck)]
    return any(_exclude(one, other) for index, one in enumerate(checks) for other in checks[:index])


def covered(conditions: Sequence[Condition]) -> Iterator[tuple[int, int]]:
    """Each condition (by number) that certainly holds only where an earlier one does, with the first such one.

    Conditions that can never hold are left out. Comparing all with all would take a second per thousand rules
    squared: a condition that asks for a value is filed under its values, and only those filed under a value that
    the later one asks for, or under none, are compared with it. Comparing stops after `MOST_COMPARED`; those behind are
    then not found here.
    """
    sizes = [sum(1 for _ in condition.leaves()) for condition in conditions]
    left = MOST_COMPARED
    filed: dict[tuple[str, str], list[int]] = {}
    unfiled: list[int] = []
    for index, condition in enumerate(conditions):
        if never_holds(condition):
            continue
        values = list(_asked_values(condition))
        found: Sequence[int] = range(index)
        if _is_plain(condition):
            under = [filed.get((field, min(texts)), []) for field, texts in values]
            found = sorted({*unfiled, *(before for numbers in under for before in numbers)})
        left -= sizes[index] * sum(sizes[before] for before in found)
        if left < 0:
            return
        first = next((before for before in found if implies(condition, conditions[before])), None)
        if first is not None:
            yield index, first
        field, texts = min(values, key=lambda value: len(value[1]), default=("", frozenset()))
        for text in texts:
            filed.setdefault((field, text), []).append(index)
        if not texts:
            unfiled.append(index)


def _is_plain(condition: Condition) -> bool:
    return all(isinstance(part, FieldCheck) for part in _required(condition))


def _asked_values(condition: Condition) -> Iterator[tuple[str, frozenset[str]]]:
    """The fields that must have one of some values."""
    for part in _required(condition):
        if isinstance(part, FieldCheck) and part.op in ("eq", "in"):
            texts = _texts(part)
            if texts:
                yield part.field, texts


def _required(condition: Condition) -> Iterator[Condition]:
    """The parts that must all hold."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _required(part)
    else:
        yield condition


def _texts(check: FieldCheck) -> frozenset[str] | None:
    """The values of eq, ne, in, not_in when all are text; None otherwise (numbers match more than one spelling)."""
    values = check.wanted if isinstance(check.wanted, list | tuple) else [check.wanted]
    if not all(isinstance(value, str) for value in values):
        return None
    return frozenset(fold(str(value)) for value in values)


def _check_implies(one: FieldCheck, other: FieldCheck) -> bool:
    if one.field != other.field:
        return False
    if other.op == "exists":
        return one.op not in _HOLDS_WHEN_MISSING
    if one.op == "missing":
        return other.op in ("ne", "not_in")
    if one.op in ORDERING and other.op in ORDERING:
        inner, outer = _interval(one), _interval(other)
        return inner is not None and outer is not None and inner.is_within(outer)
    if one.op in PREFIXES and other.op in PREFIXES:
        return all(text.startswith(_affixes(other)) for text in _affixes(one))
    return _values_imply(one, other)


def _values_imply(one: FieldCheck, other: FieldCheck) -> bool:
    ours, theirs = _texts(one), _texts(other)
    if ours is None:
        return False
    if one.op in ("eq", "in"):
        if other.op in ("eq", "in"):
            return theirs is not None and ours <= theirs
        return other.op in _WITHIN_TEXT and all(other.test(read(text)) for text in ours)
    if one.op in ("ne", "not_in") and other.op in ("ne", "not_in"):
        return theirs is not None and theirs <= ours
    return False


def _affixes(check: FieldCheck) -> tuple[str, ...]:
    values = check.wanted if isinstance(check.wanted, list | tuple) else [check.wanted]
    shape = compact if is_postal(check.field) else str
    return tuple(shape(fold(str(value))) for value in values)


def _exclude(one: FieldCheck, other: FieldCheck) -> bool:
    """Whether the two can never hold together."""
    if one.field != other.field:
        return False
    if OPPOSITES.get(one.op) == other.op and one.wanted == other.wanted:
        return True
    if "missing" in (one.op, other.op):
        return one.op not in _HOLDS_WHEN_MISSING or other.op not in _HOLDS_WHEN_MISSING
    if one.op in ORDERING and other.op in ORDERING:
        left, right = _interval(one), _interval(other)
        return left is not None and right is not None and left.is_apart_from(right)
    return _values_exclude(one, other) or _values_exclude(other, one)


def _values_exclude(one: FieldCheck, other: FieldCheck) -> bool:
    ours, theirs = _texts(one), _texts(other)
    if one.op not in ("eq", "in") or ours is None or theirs is None:
        return False
    if other.op in ("ne", "not_in"):
        return ours <= theirs
    return other.op in ("eq", "in") and one.field in SINGLE_VALUED and ours.isdisjoint(theirs)


@dataclass(frozen=True, slots=True)
class _Interval:
    """What an ordering operator allows, as comparable ends; None is open-ended. `kind` tells numbers from dates
    and from postal codes of one length: only alike are comparable."""

    kind: str
    low: tuple[float | str, bool] | None
    high: tuple[float | str, bool] | None

    def is_within(self, other: "_Interval") -> bool:
        """Whether everything allowed here is allowed there. An end is (value, whether it is excluded)."""
        if self.kind != other.kind:
            return False
        low = other.low is None or (self.low is not None and _pair(self.low) >= _pair(other.low))
        high = other.high is None or (
            self.high is not None and _pair(self.high, is_high=True) <= _pair(other.high, is_high=True)
        )
        return low and high

    def is_apart_from(self, other: "_Interval") -> bool:
        """Whether nothing is allowed by both."""
        return self.kind == other.kind and (_is_below(self, other) or _is_below(other, self))


def _pair(end: tuple[float | str, bool], *, is_high: bool = False) -> tuple[float | str, int]:
    """An end that sorts by how much it shuts out: just above the value when a low end is excluded, just below when
    a high one is."""
    value, is_excluded = end
    return value, (-1 if is_high else 1) * int(is_excluded)


def _is_below(one: _Interval, other: _Interval) -> bool:
    return one.high is not None and other.low is not None and _pair(one.high, is_high=True) < _pair(other.low)


def _interval(check: FieldCheck) -> _Interval | None:
    values = check.wanted if isinstance(check.wanted, list | tuple) else [check.wanted]
    ends = [_end(check.field, value) for value in values]
    kinds = {kind for kind, _ in ends}
    if len(kinds) != 1:
        return None
    kind, first = ends[0]
    shapes: Mapping[str, tuple[tuple[float | str, bool] | None, tuple[float | str, bool] | None]] = {
        "gt": ((first, True), None),
        "gte": ((first, False), None),
        "lt": (None, (first, True)),
        "lte": (None, (first, False)),
        "between": ((first, False), (ends[-1][1], False)),
    }
    low, high = shapes[check.op]
    return _Interval(kind, low, high)


def _end(field: str, value: object) -> tuple[str, float | str]:
    if isinstance(value, int | float):
        return "number", value
    folded = fold(str(value))
    if is_postal(field):
        return f"postal{len(compact(folded))}", compact(folded)
    number = as_number(folded)
    return ("date", folded) if number is None else ("number", number)
