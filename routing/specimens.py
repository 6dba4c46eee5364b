"""One value for every way in which the conditions on a field can come out together.

The conditions that name a field cut what it can hold into finitely many classes: equal to one of the values asked
for, between two of the numbers, beginning with this but not with that. A specimen stands for such a class.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from routing.condition import FieldCheck
from routing.domains import Domain, Kind
from routing.facts import FactValue
from routing.implication import ORDERING, PREFIXES
from routing.lines import ALPHABET, Stop, date_line, number_line, postal_stops
from routing.operands import is_postal
from routing.reading import as_number, compact, fold, spell

_PIECES = frozenset({"contains", "matches_word"})
_LETTERS = "xqzjkwvybfghpmdnclrtsaoieu" + "ξψθжщюяבגדあいうえお零一二三四五"
_SEPARATORS = "|/;~·•¦§"


@dataclass(frozen=True, slots=True)
class Specimen:
    """A value, and its class in words. Those with a `stop` lie on a line (numbers, dates, postal codes) and are told
    as stretches of it. With `affixes`, a text of which only the beginning and the end matter."""

    value: FactValue
    words: str
    stop: Stop | None = None
    is_respelled: bool = False
    affixes: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a text may have inside, or a set among its members, independently of everything else."""

    text: str
    words: str
    opposite: str


@dataclass(frozen=True, slots=True)
class Specimens:
    """All there are for a field. When they are not `is_exact`, classes may be missing. `filler` is a letter that
    occurs in nothing that is asked for."""

    values: tuple[Specimen, ...]
    pieces: tuple[Piece, ...] = ()
    is_exact: bool = True
    filler: str = "x"


MISSING = Specimen(None, "missing")


def specimens(field: str, domain: Domain, checks: Sequence[FieldCheck]) -> Specimens:
    """The specimens of a field for the checks that name it."""
    asked = _Asked(field, checks)
    found = _KINDS.get(domain.kind, _text)(domain, asked)
    if domain.is_required:
        return found
    return Specimens((*found.values, MISSING), found.pieces, found.is_exact, found.filler)


class _Asked:
    """What the checks of a field ask for, by kind."""

    def __init__(self, field: str, checks: Iterable[FieldCheck]) -> None:
        self.is_postal = is_postal(field)
        self.texts: dict[str, str] = {}
        self.numbers: set[int | float] = set()
        self.dates: set[str] = set()
        self.codes: set[str] = set()
        self.starts: set[str] = set()
        self.ends: set[str] = set()
        self.inside: set[str] = set()
        self.words: set[str] = set()
        for check in checks:
            values = check.wanted if isinstance(check.wanted, list | tuple) else [check.wanted]
            for value in values:
                if isinstance(value, str | int | float):
                    self._take(check.op, value)

    def _take(self, op: str, value: str | float) -> None:
        if op in ORDERING:
            self._take_bound(value)
        elif op in PREFIXES:
            (self.codes if self.is_postal else self.starts).add(fold(str(value)))
        elif op == "ends_with":
            self.ends.add(fold(str(value)))
        elif op in _PIECES:
            (self.inside if op == "contains" else self.words).add(fold(str(value)))
        else:
            self.texts.setdefault(spell(value), str(value))
            if not isinstance(value, str | bool):
                self.numbers.add(value)

    def _take_bound(self, value: str | float) -> None:
        if isinstance(value, int | float):
            self.numbers.add(value)
            return
        folded = fold(value)
        number = as_number(folded)
        if self.is_postal:
            self.codes.add(folded)
        elif number is None:
            self.dates.add(folded)
        else:
            self.numbers.add(number)

    @property
    def has_text(self) -> bool:
        """Whether parts of the text matter."""
        return bool(self.starts or self.ends or self.inside or self.words)

    @property
    def is_exact(self) -> bool:
        """Whether what is asked about falls apart: lines and parts of a text would have to be crossed."""
        kinds = bool(self.numbers or self.dates) + bool(self.codes) + self.has_text
        return kinds <= 1 and all(letter in ALPHABET for code in self.codes for letter in compact(code))

    def filler(self) -> str:
        """A letter that nothing asked for has in it."""
        used = "".join((*self.texts, *self.starts, *self.ends, *self.inside, *self.words))
        return next((letter for letter in _LETTERS if letter not in used), "\U0001d11e")

    def separator(self) -> str:
        """A mark between words that no text asked for has in it."""
        used = "".join(self.inside)
        return next((mark for mark in _SEPARATORS if mark not in used), "‖")


def _text(domain: Domain, asked: _Asked) -> Specimens:
    """Anything typed. Exact unless lines (numbers, dates, codes) and parts of the text are asked about together."""
    filler, pieces = asked.filler(), _pieces(asked)
    values = [Specimen(original, f'"{original}"') for original in asked.texts.values()]
    lines = [*_numbers(asked, domain), *_dates(asked), *_codes(asked)]
    if not asked.has_text:
        values += [
            Specimen(choice, f'"{choice}"', affixes=("", ""))
            for choice in domain.choices[:1_000]
            if fold(choice) not in asked.texts
        ]
    generic = [
        Specimen(_generic(start, end, filler), _affix_words(start, end), affixes=(start, end))
        for start in ("", *sorted(asked.starts))
        for end in ("", *sorted(asked.ends))
    ]
    if asked.codes and not pieces:
        generic = generic[1:]  # any text is a code of some stretch
    return Specimens((*lines, *values, *generic), pieces, asked.is_exact, filler)


def _generic(start: str, end: str, filler: str) -> str:
    return f"{start}{filler}{end}"


def _affix_words(start: str, end: str) -> str:
    said = [f'{verb} "{affix}"' for verb, affix in (("begins with", start), ("ends with", end)) if affix]
    return f"one that {' and '.join(said)}" if said else "any other"


def _pieces(asked: _Asked) -> tuple[Piece, ...]:
    """Each text to contain between two fillers, so that it makes no whole word; each phrase as whole words."""
    filler, mark = asked.filler(), asked.separator()
    inside = [
        Piece(f"{filler}{text}{filler}", f'contains "{text}"', f'does not contain "{text}"')
        for text in sorted(asked.inside)
    ]
    whole = [
        Piece(mark.join(text.split()), f'has the word "{text}"', f'does not have the word "{text}"')
        for text in sorted(asked.words)
    ]
    return (*inside, *whole)


def join_pieces(specimen: Specimen, pieces: Sequence[Piece], filler: str) -> str:
    """A text of the specimen's class with these pieces inside and no others."""
    start, end = specimen.affixes or ("", "")
    return " ".join((f"{start}{filler}", *(piece.text for piece in pieces), f"{filler}{end}"))


def _numbers(asked: _Asked, domain: Domain) -> Iterator[Specimen]:
    """Numbers in order; each that is asked for also spelled in ways that nobody asked for, and as a range."""
    if not asked.numbers:
        return
    spelled = map(as_number, asked.texts)
    asked.numbers.update(number for number in spelled if number is not None)
    for stop, value in number_line(sorted(asked.numbers), domain):
        yield Specimen(value, stop.words, stop)
        if stop.is_point and domain.kind is not Kind.NUMBER:
            for text in _respelled(value, asked.texts):
                yield Specimen(text, f'"{text}"', stop, is_respelled=True)


def _respelled(number: int | float, taken: Iterable[str]) -> Iterator[str]:
    """The number with zeros in front, and a range that begins with it, both of them not `taken`."""
    used, plain = frozenset(taken), spell(number)
    if as_number(plain) is None:
        return
    sign, digits = ("-", plain[1:]) if number < 0 else ("", plain)
    padded = (f"{sign}{'0' * zeros}{digits}" for zeros in range(1, 15))
    spellings = (text for text in (f"+{digits}" if not sign else "", *padded) if as_number(text) == number)
    yield from [text for text in spellings if text not in used][:1]
    if isinstance(number, int) or number.is_integer():
        ranges = (f"{digits}+", *(f"{digits}-{int(number) + more}" for more in range(1, 20)))
        yield from [text for text in ranges if number >= 0 and text not in used][:1]


def _dates(asked: _Asked) -> Iterator[Specimen]:
    for stop, value in date_line({*asked.dates, *asked.texts} if asked.dates else ()):
        yield Specimen(value, stop.words, stop)
        if stop.is_point and value in asked.texts:
            yield Specimen(f"{value}T09:00", f'"{value}T09:00"', stop, is_respelled=True)


def _codes(asked: _Asked) -> Iterator[Specimen]:
    for stop, value in postal_stops(asked.codes):
        yield Specimen(value, stop.words, stop)
        if value in asked.texts:
            yield Specimen(f"{value}-", f'"{value}-"', stop, is_respelled=True)


def _number(domain: Domain, asked: _Asked) -> Specimens:
    spelled = map(as_number, asked.texts)
    asked.numbers.update(number for number in spelled if number is not None)
    line = number_line(sorted(asked.numbers), domain)
    return Specimens(tuple(Specimen(value, stop.words, stop) for stop, value in line), (), not asked.has_text)


def _date(domain: Domain, asked: _Asked) -> Specimens:
    """Days; with choices, only those days."""
    if domain.choices:
        return Specimens(tuple(Specimen(choice, choice) for choice in domain.choices))
    line = list(date_line((*asked.dates, *asked.texts))) or list(date_line(("2000-01-01",)))[:1]
    return Specimens(tuple(Specimen(value, stop.words, stop) for stop, value in line), (), not asked.has_text)


def _flag(_domain: Domain, _asked: _Asked) -> Specimens:
    return Specimens((Specimen(True, "true"), Specimen(False, "false")))


def _choice(domain: Domain, asked: _Asked) -> Specimens:
    listed = tuple(Specimen(choice, f'"{choice}"') for choice in domain.choices)
    if not domain.is_open:
        return Specimens(listed)
    anything = _text(Domain(), asked)
    return Specimens((*listed, *anything.values), anything.pieces, anything.is_exact, anything.filler)


def _set(domain: Domain, asked: _Asked) -> Specimens:
    """A set is missing or not, and has each kind of member or not; a member that is none of them changes nothing."""
    filler = asked.filler()
    listed = {fold(choice): choice for choice in domain.choices}
    is_open = domain.is_open or not listed
    wanted = {**asked.texts, **{text: text for text in sorted(asked.inside)}} if is_open else {}
    pieces = [
        Piece(text, f'has "{text}"', f'does not have "{text}"') for text in {**wanted, **listed}.values()
    ]
    if is_open:
        pieces += _kinds_of_members(asked)
    known = Specimen((filler,) if is_open else (), "known", affixes=("", ""))
    return Specimens((known,), tuple(pieces), not asked.codes, filler)


def _kinds_of_members(asked: _Asked) -> Iterator[Piece]:
    filler, mark = asked.filler(), asked.separator()
    kinds = [(f"{text}{filler}", f'that begins with "{text}"') for text in sorted(asked.starts)]
    kinds += [(f"{filler}{text}", f'that ends with "{text}"') for text in sorted(asked.ends)]
    for text in sorted(asked.words):
        phrase = mark.join((filler, *text.split(), filler))
        kinds.append((phrase, f'with the word "{text}"'))
    return (Piece(member, f"has one {words}", f"has none {words}") for member, words in kinds)


_KINDS = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.SET: _set,
}
