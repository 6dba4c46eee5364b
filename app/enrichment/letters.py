"""Letters in one normal form, and letters that only look like others. Linear in the length of the text."""

import math
import re
import unicodedata
from functools import lru_cache
from typing import Any

LONGEST_ANSWER = 5000
LARGEST_NUMBER = 10**15
DEEPEST = 50
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORD = re.compile(r"\w+")
_LOOKING = {"GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
"""Scripts with letters that pass for Latin ones and that people type by hand."""


def clean_text(typed: Any) -> str | None:
    """Text in one normal form (NFKC), trimmed, without control characters, at most `LONGEST_ANSWER` long.

    None for nothing, for what is no text (lists, mappings, truth values), and for numbers nobody meant.
    """
    if isinstance(typed, bool) or not isinstance(typed, str | int | float):
        return None
    if not isinstance(typed, str):
        if not abs(typed) <= LARGEST_NUMBER:  # not-a-number compares with nothing
            return None
        typed = str(typed)
    text = unicodedata.normalize("NFKC", typed[:LONGEST_ANSWER])  # cut first: accents are sorted in runs
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return kept[:LONGEST_ANSWER].strip() or None


def storable(value: Any, depth: int = 0) -> Any:
    """Plain JSON as the database can keep it: without NUL characters and halves of surrogate pairs, without numbers
    that are none, and not nested beyond `DEEPEST`."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return None
    if isinstance(value, dict):
        return {storable(str(name)): storable(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [storable(inner, depth + 1) for inner in value]
    return value


def one_line(text: str) -> str:
    """The text with every run of blanks and line breaks as one blank."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """What is left to compare when case, accents, blanks and punctuation do not count."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_ANSWER])
    return "".join(c for c in plain if not unicodedata.combining(c) and c.isalnum()).casefold()


def as_latin(text: str) -> str:
    """Letters of other scripts that look like Latin ones, as the Latin ones."""
    return text if text.isascii() else text.translate(_look_alikes())


def mend(text: str) -> str:
    """Words that mix Latin letters with look-alikes of another script ("Gеrmany"), in Latin letters throughout;
    words of one script stay as they are."""
    return text if text.isascii() else _WORD.sub(_mend_word, text)


def _mend_word(word: re.Match[str]) -> str:
    letters = word[0]
    latin = as_latin(letters)
    has_latin = any(c.isascii() and c.isalpha() for c in letters)
    return latin if has_latin and latin != letters else letters


@lru_cache(maxsize=1)
def _look_alikes() -> dict[int, str]:
    """Look-alike → Latin letter of the same case where there is one."""
    from confusable_homoglyphs import confusables

    swaps: dict[int, str] = {}
    for latin in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for entry in confusables.confusables_data.get(latin, ()):
            char = entry["c"]
            if len(char) != 1 or entry["n"].partition(" ")[0] not in _LOOKING:
                continue
            if ord(char) not in swaps or char.isupper() == latin.isupper():
                swaps[ord(char)] = latin
    return swaps
