"""The finite picture of everything that a set of conditions can tell apart.

Every field becomes one variable whose cells are the classes of its values, and one variable of two cells for each
piece that may be in it or not. All combinations are possible, so a condition is a formula over the variables.
Fields are taken to be independent: a picture has leads in it that cannot be (an e-mail at one domain, and another
e-mail domain).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from routing.conditions import AllOf, AnyOf, Condition, FieldCheck
from routing.domains import ANY_TEXT, USUAL, Domain, Kind
from routing.facts import Facts, FactValue
from routing.logic import Formula, combine, literal, negated
from routing.operators import OPPOSITES
from routing.reading import read, spell
from routing.roster import Territory
from routing.specimens import MISSING, Specimen, Specimens, join_pieces, specimens
from routing.territories import TERRITORY, matching_territories

MOST_SPECIMENS = 50_000
MOST_TESTS = 3_000_000
"""Specimens tried against checks in all, per field; beyond it the field is not decided exactly."""

_EQUALITY = frozenset({"eq", "ne", "in", "not_in"})
_INSIDE = frozenset({"contains", "matches_word"})
_NEGATIVE = frozenset({"ne", "not_in", "missing"})


@dataclass(frozen=True, slots=True)
class Cell:
    """Values for which all checks come out the same. In a `is_generic` cell the pieces count too."""

    specimens: tuple[Specimen, ...]
    is_generic: bool


@dataclass(slots=True)
class View:
    """One field in the picture: its `variable`, the cells of it, and the variables of its pieces."""

    name: str
    variable: int
    cells: tuple[Cell, ...]
    found: Specimens
    is_set: bool
    formulas: dict[str, Formula] = field(default_factory=dict)

    def example(self, box: Mapping[int, int]) -> FactValue:
        """A value of this field that lies in the box: none if it does not matter and may be missing."""
        allowed = box.get(self.variable, -1)
        cells = [cell for index, cell in enumerate(self.cells) if allowed >> index & 1]
        if self.variable not in box and any(MISSING in cell.specimens for cell in cells):
            cells = [Cell((MISSING,), False)]
        cell = next((cell for cell in cells if cell.specimens[0] is not MISSING), cells[0])
        inside = [
            piece
            for number, piece in enumerate(self.found.pieces, self.variable + 1)
            if not box.get(number, 1) & 1
        ]
        if not cell.is_generic or not inside:
            return cell.specimens[0].value
        if self.is_set:
            return tuple(piece.text for piece in inside)
        return join_pieces(cell.specimens[0], inside, self.found.filler)


class Picture:
    """All fields of some conditions. `sizes` are the numbers of cells by variable; `undecided` are checks of fields
    whose classes could not all be found."""

    def __init__(
        self,
        conditions: Iterable[Condition],
        territories: Mapping[str, Territory],
        domains: Mapping[str, Domain],
    ) -> None:
        self.territories = territories
        self.sizes: list[int] = []
        self.views: dict[str, View] = {}
        self.undecided: list[FieldCheck] = []
        self.impossible: list[Formula] = []
        checks = _by_field((*conditions, *(territory.test for territory in territories.values())))
        known = {**USUAL, **domains}
        for name, asked in checks.items():
            if name != TERRITORY:
                self._add(name, known.get(name, ANY_TEXT), asked)
        self._of_territory = {name: self.formula(each.test) for name, each in territories.items()}

    def _add(self, name: str, domain: Domain, checks: Mapping[str, FieldCheck]) -> None:
        found = specimens(name, domain, list(checks.values()))
        cells, passing, is_whole = _cells(found, checks)
        is_set = domain.kind is Kind.SET
        view = View(name, len(self.sizes), cells, found, is_set)
        self.sizes += [len(cells), *(2 for _ in found.pieces)]
        self.views[name] = view
        for key, check in checks.items():
            view.formulas[key] = self._check(view, check, passing[key])
        if not is_whole:
            self.undecided += checks.values()
        elif not found.is_exact:
            self.undecided += (check for check in checks.values() if check.op not in _EQUALITY)
        self._never_empty(view, domain)

    def _never_empty(self, view: View, domain: Domain) -> None:
        """A set of which all choices are known is missing rather than empty."""
        if view.is_set and domain.choices and not domain.is_open:
            without = [self._piece(view, number, 0b01) for number in range(len(view.found.pieces))]
            known = literal(view.variable, 1, len(view.cells))
            self.impossible.append(combine(True, (known, *without), self.sizes))

    def _piece(self, view: View, number: int, cells: int) -> Formula:
        return literal(view.variable + 1 + number, cells, 2)

    def _check(self, view: View, check: FieldCheck, passing: int) -> Formula:
        """By the cells that pass; in generic ones also by a piece that makes it pass."""
        if view.is_set and check.op in _NEGATIVE:
            return negated(self._check(view, _positive(check), _flip(passing, view)), self.sizes)
        forced = literal(view.variable, passing, len(view.cells))
        if not (view.is_set or check.op in _INSIDE):
            return forced
        pieces = (
            self._piece(view, number, 0b10)
            for number, piece in enumerate(view.found.pieces)
            if check.test(read((piece.text,) if view.is_set else piece.text)) is not (check.op in _NEGATIVE)
        )
        generic = sum(1 << index for index, cell in enumerate(view.cells) if cell.is_generic)
        is_generic = literal(view.variable, generic, len(view.cells))
        by_piece = combine(True, (is_generic, combine(False, pieces, self.sizes)), self.sizes)
        return combine(False, (forced, by_piece), self.sizes)

    def formula(self, condition: Condition) -> Formula:
        """The condition over the variables of this picture, which must have been made with it."""
        if isinstance(condition, FieldCheck):
            if condition.field == TERRITORY:
                return self._territory(condition)
            return self.views[condition.field].formulas[_key(condition)]
        if isinstance(condition, AllOf | AnyOf):
            parts = (self.formula(part) for part in condition.parts)
            return combine(isinstance(condition, AllOf), parts, self.sizes)
        return negated(self.formula(condition.part), self.sizes)

    def _territory(self, check: FieldCheck) -> Formula:
        """The set of territories passes when one of them does (and is empty when there are none)."""
        is_negative = check.op in _NEGATIVE
        passing = (
            formula
            for name, formula in self._of_territory.items()
            if check.test(read((name,))) is not is_negative
        )
        found = combine(False, passing, self.sizes)
        return negated(found, self.sizes) if is_negative else found

    def example(self, box: Mapping[int, int]) -> Facts:
        """A lead that lies in the box, with its territories; fields that do not matter are left out."""
        values = {view.name: view.example(box) for view in self.views.values()}
        facts = Facts({name: value for name, value in values.items() if value is not None})
        if not self.territories:
            return facts
        return facts.having(**{TERRITORY: matching_territories(self.territories, facts)})


def _by_field(conditions: Iterable[Condition]) -> dict[str, dict[str, FieldCheck]]:
    """The different checks of each field."""
    found: dict[str, dict[str, FieldCheck]] = {}
    for condition in conditions:
        for check in condition.leaves():
            found.setdefault(check.field, {}).setdefault(_key(check), check)
    return found


def _key(check: FieldCheck) -> str:
    return f"{check.op} {check.wanted!r}"


def _positive(check: FieldCheck) -> FieldCheck:
    """The check that holds where a negative one does not."""
    return FieldCheck(check.field, OPPOSITES[check.op], check.wanted, lambda found: not check.test(found))


def _flip(passing: int, view: View) -> int:
    return ((1 << len(view.cells)) - 1) & ~passing


def _cells(
    found: Specimens, checks: Mapping[str, FieldCheck]
) -> tuple[tuple[Cell, ...], dict[str, int], bool]:
    """The cells, by check the cells that pass it, and whether all specimens could be tried."""
    slow = [(1 << number, check) for number, check in enumerate(checks.values()) if not _is_filed(check)]
    files = _files(checks)
    most = min(MOST_SPECIMENS, MOST_TESTS // (len(slow) + 1))
    grouped: dict[tuple[int, bool], list[Specimen]] = {}
    for specimen in found.values[-most:]:  # the generic ones come last, and matter most
        reading = read(specimen.value)
        passed = 0
        for text in reading.texts:
            passed |= files.get(text, 0)
        for bit, check in slow:
            if check.test(reading):
                passed |= bit
        is_generic = bool(found.pieces) and specimen.affixes is not None
        grouped.setdefault((passed, is_generic), []).append(specimen)
    cells = tuple(Cell(tuple(members), is_generic) for (_, is_generic), members in grouped.items())
    vectors = [passed for passed, _ in grouped]
    passing = {key: _column(vectors, number) for number, key in enumerate(checks)}
    for key, check in checks.items():
        if _is_filed(check) and check.op in _NEGATIVE:
            passing[key] = ((1 << len(cells)) - 1) & ~passing[key]
    return cells, passing, len(found.values) <= most


def _column(vectors: Sequence[int], number: int) -> int:
    return sum(1 << index for index, passed in enumerate(vectors) if passed >> number & 1)


def _is_filed(check: FieldCheck) -> bool:
    """Whether a check only looks for texts, so that it can be found by them instead of being tried."""
    values = check.wanted if isinstance(check.wanted, list | tuple) else [check.wanted]
    return check.op in _EQUALITY and all(isinstance(value, str | bool) for value in values)


def _files(checks: Mapping[str, FieldCheck]) -> dict[str, int]:
    """By text, the checks (as bits) that look for it; of `ne` and `not_in`, those that their opposite finds."""
    files: dict[str, int] = {}
    for number, check in enumerate(checks.values()):
        if _is_filed(check):
            values = check.wanted if isinstance(check.wanted, list | tuple) else [check.wanted]
            for value in values:
                if isinstance(value, str | bool):
                    text = spell(value)
                    files[text] = files.get(text, 0) | 1 << number
    return files
