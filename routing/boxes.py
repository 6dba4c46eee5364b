"""Searches for what no term covers: complete, unless its budget runs out.

Depth first over the variables, the one that most of the terms still in question name first. A set of terms that was
found to cover everything is remembered, so that what is independent is looked at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from routing.logic import Formula, Term, combine, holds_in, intersection, negated, open_literal, terms

MOST_TERMS = 256
"""Boxes per formula; formulas that need more are looked at only where nothing else covers."""


class OutOfBudget(Exception):
    """The search was given up."""


@dataclass(slots=True)
class Budget:
    """Steps a search may still take. A step is one cell of one variable looked at."""

    left: int
    spent: int = 0

    def spend(self, steps: int) -> None:
        """Take steps; `OutOfBudget` when there are none left."""
        self.spent += steps
        self.left -= steps
        if self.left < 0:
            raise OutOfBudget


@dataclass(slots=True)
class _Level:
    """One variable on the way down: what is left to try, and what was found before it was begun."""

    key: tuple[int, int]
    variable: int
    tries: Iterator[tuple[int, int]]
    found_before: int


class Boxes:
    """Formulas, ready to be searched together. Bit n of every mask below is the n-th term."""

    def __init__(self, formulas: Sequence[Formula], sizes: Sequence[int]) -> None:
        self.sizes = sizes
        self.terms: list[Term] = []
        self.of_formula: list[int | None] = []
        self.formulas = formulas
        for formula in formulas:
            self.of_formula.append(self._file(terms(formula, MOST_TERMS)))
        self.naming = [0] * len(sizes)
        self.fitting = [[0] * size for size in sizes]
        for number, term in enumerate(self.terms):
            for variable, cells in term.items():
                self.naming[variable] |= 1 << number
                for cell in _bits(cells):
                    self.fitting[variable][cell] |= 1 << number
        self.named = [variable for variable, naming in enumerate(self.naming) if naming]

    def _file(self, found: list[Term] | None) -> int | None:
        if found is None:
            return None
        first = len(self.terms)
        self.terms += found
        return (1 << len(self.terms)) - (1 << first)

    def outside(self, box: Term, numbers: Sequence[int], budget: Budget) -> Iterator[Term]:
        """Boxes that make up what of `box` none of the formulas with these numbers covers; they do not overlap."""
        masks = [self.of_formula[number] for number in numbers]
        live = 0
        for mask in masks:
            live |= mask or 0
        hard = [self.formulas[number] for number, mask in zip(numbers, masks, strict=True) if mask is None]
        for found in self._search(box, self.touching(box, live), budget):
            yield from self._carve(found, hard, budget)

    def first_outside(self, formula: Formula, numbers: Sequence[int], budget: Budget) -> Term | None:
        """A box in which the formula holds and none of those with these numbers does; None when there is none."""
        starts = terms(formula, MOST_TERMS)
        if starts is None:
            inside = negated(formula, self.sizes)
            found = (
                box
                for left in self.outside({}, numbers, budget)
                for box in self._carve(left, [inside], budget)
            )
            return next(found, None)
        for start in starts:
            for box in self.outside(start, numbers, budget):
                return box
        return None

    def touching(self, box: Mapping[int, int], live: int) -> int:
        """The terms that have something in common with a box."""
        for variable, cells in box.items():
            fitting = 0
            for cell in _bits(cells):
                fitting |= self.fitting[variable][cell]
            live &= fitting | ~self.naming[variable]
        return live

    def _search(self, box: Term, live: int, budget: Budget) -> Iterator[Term]:
        covered: set[tuple[int, int]] = set()
        path: list[tuple[int, int]] = []
        levels: list[_Level] = []
        found = 0
        entering = True
        remaining = self.named
        stack_remaining: list[list[int]] = []
        while True:
            if entering:
                level, relevant = self._level(box, live, remaining, covered, found, budget)
                if level is None:
                    if relevant is not None:
                        found += 1
                        yield {**box, **dict(path)}
                else:
                    levels.append(level)
                    stack_remaining.append([each for each in relevant or () if each != level.variable])
                    path.append((level.variable, 0))
            if not levels:
                return
            following = next(levels[-1].tries, None)
            if following is None:
                done = levels.pop()
                stack_remaining.pop()
                path.pop()
                if done.found_before == found:
                    covered.add(done.key)
                entering = False
                continue
            cells, live = following
            path[-1] = (levels[-1].variable, cells)
            remaining = stack_remaining[-1]
            entering = True

    def _level(
        self,
        box: Term,
        live: int,
        remaining: Sequence[int],
        covered: set[tuple[int, int]],
        found: int,
        budget: Budget,
    ) -> tuple[_Level | None, list[int] | None]:
        """What to try next; (None, None) when everything here is covered, (None, []) when nothing is."""
        relevant, open_terms, names, most, best = [], 0, 0, 0, -1
        for variable in remaining:
            naming = live & self.naming[variable]
            if naming:
                relevant.append(variable)
                open_terms |= naming
                names |= 1 << variable
                count = naming.bit_count()
                if count > most:
                    most, best = count, variable
        budget.spend(len(remaining) + 1)
        if live & ~open_terms or (live, names) in covered:
            return None, None
        if not live:
            return None, []
        tries = self._tries(box, live, best, budget)
        return _Level((live, names), best, iter(tries), found), relevant

    def _tries(self, box: Term, live: int, variable: int, budget: Budget) -> list[tuple[int, int]]:
        """The cells of a variable, those together that leave the same terms, with these terms; fewest first."""
        budget.spend(self.sizes[variable])
        allowed = box.get(variable, -1)
        free = live & ~self.naming[variable]
        grouped: dict[int, int] = {}
        for cell, fitting in enumerate(self.fitting[variable]):
            if allowed >> cell & 1:
                left = live & fitting | free
                grouped[left] = grouped.get(left, 0) | 1 << cell
        return sorted(
            ((cells, left) for left, cells in grouped.items()), key=lambda each: each[1].bit_count()
        )

    def _carve(self, box: Term, hard: Sequence[Formula], budget: Budget) -> Iterator[Term]:
        """What of a box none of the hard formulas covers, by cutting it in two where they are undecided."""
        if not hard:
            yield box
            return
        formula = combine(False, hard, self.sizes)
        waiting = [box]
        while waiting:
            here = waiting.pop()
            budget.spend(100)
            holds = holds_in(formula, here)
            if holds is False:
                yield here
            undecided = open_literal(formula, here) if holds is None else None
            if undecided is not None:
                others = (1 << self.sizes[undecided.variable]) - 1 & ~undecided.cells
                halves = [
                    intersection(here, {undecided.variable: cells}) for cells in (undecided.cells, others)
                ]
                waiting += [half for half in halves if half is not None]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
