"""How a value is read before it is compared.

Letters lose their case and their compatibility forms (NFKC), numbers are recognised in text, a range such as
"201-500" or "501+" stands for its lower bound. Everything here runs in linear time and never raises.
"""

import re
import unicodedata
from dataclasses import dataclass

from routing.json_values import JSON

LARGEST_NUMBER = 10**15
"""Numbers beyond this are no quantity anybody meant; they count as missing, and floats stay exact below it."""

LONGEST_SHOWN = 200
MOST_SHOWN = 20

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_RANGE = re.compile(r"([0-9]{1,15}) ?(?:-|–|—|to) ?[0-9]{1,15}|([0-9]{1,15}) ?\+")
_GROUPED = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3}){1,4}(?![0-9,])")
_LONGEST_NUMBER = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact, ready to be compared.

    `texts`: folded text of the value, or of each member of a set; empty when missing. `number`: the value as a
    number, if it is one. `least`: the number, or a range's lower bound. `shown`: the value for a trace, shortened
    when it is very long.
    """

    texts: tuple[str, ...]
    number: int | float | None
    least: int | float | None
    shown: JSON
    is_set: bool

    @property
    def is_missing(self) -> bool:
        """Nothing, blank text and an empty set are missing."""
        return not self.texts


MISSING = Reading((), None, None, None, False)


def read(value: object) -> Reading:
    """The reading of a fact value (`facts.FactValue`)."""
    if value is None:
        return MISSING
    if isinstance(value, tuple):
        folded = tuple(text for text in map(fold, value) if text)
        return Reading(folded, None, None, [shorten(text) for text in value[:MOST_SHOWN]], True)
    if isinstance(value, bool):
        return Reading((spell(value),), None, None, value, False)
    if isinstance(value, int | float):
        return Reading((spell(value),), value, value, value, False)
    return _read_text(str(value))


def _read_text(value: str) -> Reading:
    folded = fold(value)
    if not folded:
        return Reading((), None, None, shorten(value), False)
    number = as_number(folded)
    least = number if number is not None else lower_bound(folded)
    return Reading((folded,), number, least, shorten(value), False)


def fold(text: str) -> str:
    """Text as it is compared: compatibility forms unified, case folded, outer and repeated blanks gone."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.casefold().split())


def spell(value: str | float | bool) -> str:
    """The folded text of a plain value: `true`, `200` (also for 200.0), `0.5`, `de`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else fold(value)


def as_number(folded: str) -> int | float | None:
    """The number a text spells (`200`, `-1.5`, `1,200`), or None."""
    if len(folded) > _LONGEST_NUMBER:
        return None
    plain = folded.replace(",", "") if _GROUPED.fullmatch(folded) else folded
    if not _NUMBER.fullmatch(plain):
        return None
    return float(plain) if "." in plain else int(plain)


def lower_bound(folded: str) -> int | None:
    """The lower bound of a range (`51-200`, `501+`, `1,000 - 4,999`), or None."""
    if len(folded) > _LONGEST_NUMBER:
        return None
    plain = _GROUPED.sub(lambda match: match[0].replace(",", ""), folded)
    match = _RANGE.fullmatch(plain)
    return int(match[1] or match[2]) if match else None


def compact(folded: str) -> str:
    """A postal code without blanks and hyphens: `k1a0b1`, `941101234`."""
    return folded.replace(" ", "").replace("-", "")


def shorten(text: str) -> str:
    """Text for a trace: at most `LONGEST_SHOWN` characters."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
