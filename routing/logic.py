"""Conditions as formulas over variables with finitely many cells each, and their disjunctive normal form.

A literal says that a variable is in one of some cells (bits of `cells`). True and False are themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Term: TypeAlias = dict[int, int]
"""A box: by variable, the cells it may be in. Variables that are not named are free."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A variable is in one of these cells."""

    variable: int
    cells: int


@dataclass(frozen=True, slots=True)
class Group:
    """All of the parts (`is_every`), or at least one."""

    is_every: bool
    parts: tuple["Literal | Group", ...]


Formula: TypeAlias = bool | Literal | Group


def literal(variable: int, cells: int, size: int) -> Formula:
    """A literal, or what it amounts to when no cell or every cell will do."""
    if not cells:
        return False
    return True if cells == (1 << size) - 1 else Literal(variable, cells)


def combine(is_every: bool, parts: Iterable[Formula], sizes: Sequence[int]) -> Formula:
    """All or any of the formulas; literals on one variable become one."""
    cells: dict[int, int] = {}
    groups: dict[Group, None] = {}
    for part in _flat(is_every, parts):
        if isinstance(part, bool):
            if part is not is_every:
                return part
        elif isinstance(part, Literal):
            before = cells.get(part.variable)
            together = part.cells if is_every else part.cells | (before or 0)
            cells[part.variable] = together if before is None or not is_every else together & before
        else:
            groups[part] = None
    literals = [literal(variable, mask, sizes[variable]) for variable, mask in cells.items()]
    if any(part is not is_every for part in literals if isinstance(part, bool)):
        return not is_every
    kept = (*(part for part in literals if not isinstance(part, bool)), *groups)
    if not kept:
        return is_every
    return kept[0] if len(kept) == 1 else Group(is_every, kept)


def _flat(is_every: bool, parts: Iterable[Formula]) -> Iterable[Formula]:
    for part in parts:
        if isinstance(part, Group) and part.is_every is is_every:
            yield from part.parts
        else:
            yield part


def negated(formula: Formula, sizes: Sequence[int]) -> Formula:
    """The formula that holds where this one does not."""
    if isinstance(formula, bool):
        return not formula
    if isinstance(formula, Literal):
        size = sizes[formula.variable]
        return literal(formula.variable, ((1 << size) - 1) & ~formula.cells, size)
    return combine(not formula.is_every, (negated(part, sizes) for part in formula.parts), sizes)


def terms(formula: Formula, most: int) -> list[Term] | None:
    """The boxes that make up the formula (they may overlap); None when that would take more than `most`."""
    if isinstance(formula, bool):
        return [{}] if formula else []
    if isinstance(formula, Literal):
        return [{formula.variable: formula.cells}]
    if not formula.is_every:
        return _either(formula.parts, most)
    found: list[Term] = [{}]
    for part in sorted(formula.parts, key=lambda part: isinstance(part, Group)):
        more = terms(part, most)
        if more is None or len(found) * len(more) > most:
            return None
        found = [both for one in found for other in more if (both := intersection(one, other)) is not None]
    return found


def _either(parts: Iterable[Formula], most: int) -> list[Term] | None:
    found: list[Term] = []
    for part in parts:
        more = terms(part, most)
        if more is None or len(found) + len(more) > most:
            return None
        found += more
    return found


def intersection(one: Mapping[int, int], other: Mapping[int, int]) -> Term | None:
    """The box that both have in common; None when there is none."""
    both = dict(one)
    for variable, cells in other.items():
        both[variable] = both[variable] & cells if variable in both else cells
        if not both[variable]:
            return None
    return both


def holds_in(formula: Formula, box: Mapping[int, int]) -> bool | None:
    """Whether the formula holds everywhere in a box, nowhere, or (None) this cannot be told from its parts."""
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, Literal):
        cells = box.get(formula.variable)
        if cells is None:
            return None
        if not cells & ~formula.cells:
            return True
        return None if cells & formula.cells else False
    is_open = False
    for part in formula.parts:
        holds = holds_in(part, box)
        if holds is (not formula.is_every):
            return holds
        is_open = is_open or holds is None
    return None if is_open else formula.is_every


def open_literal(formula: Formula, box: Mapping[int, int]) -> Literal | None:
    """A literal that the box has not decided yet."""
    if isinstance(formula, Literal):
        return formula if holds_in(formula, box) is None else None
    if isinstance(formula, bool):
        return None
    found = (open_literal(part, box) for part in formula.parts if holds_in(part, box) is None)
    return next((part for part in found if part is not None), None)
