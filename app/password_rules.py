"""Which passwords are too easy. No rules of composition: length, and nothing that guessers try first."""

import re
from pathlib import Path

from app.errors import FieldError
from app.passwords import LONGEST, SHORTEST

_LEET = str.maketrans("013457@$!", "oleastasi")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "01234567890123456789",
)
_COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split())
_MOST_WORDS = 3


def password_fault(password: str, *told: str) -> FieldError | None:
    """Why a password cannot be used, or None. `told` are words a guesser knows: the name, the e-mail address."""
    if len(password) < SHORTEST:
        return _fault("too-short", f"must have at least {SHORTEST} characters")
    if len(password) > LONGEST:
        return _fault("too-long", f"must have at most {LONGEST} characters")
    if "\0" in password or not password.strip():
        return _fault("invalid", "must have characters that can be typed")
    if _is_common(password.casefold()):
        return _fault("common-password", "is one of those that are guessed first; use a few unrelated words")
    if any(_is_mostly(password.casefold(), word.casefold()) for word in told):
        return _fault("common-password", "must not be made of your name or e-mail address")
    return None


def _fault(code: str, message: str) -> FieldError:
    return FieldError("password", code, message)


def _is_common(text: str) -> bool:
    bare = _EDGES.sub("", text)
    spellings = {text, bare, bare.translate(_LEET), _EDGES.sub("", text.translate(_LEET))}
    return _is_monotonous(text) or not bare or any(_is_made_of_common(spelling) for spelling in spellings)


def _is_made_of_common(text: str) -> bool:
    """Whether a text is one to three common words in a row: `adminpassword`, `test-test-test`."""
    letters = re.sub(r"[\W\d_]+", "", text)
    reached = {0}
    for _ in range(_MOST_WORDS):
        reached = {
            start + len(word) for start in reached for word in _COMMON if letters.startswith(word, start)
        }
        if letters and len(letters) in reached:
            return True
    return False


def _is_monotonous(text: str) -> bool:
    """`aaaaaaaaaaaa`, `abcabcabcabc`, `123456789012`, `qwertyuiopas`."""
    repeats = any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 5))
    return repeats or any(text in run * 2 or text in run[::-1] * 2 for run in _RUNS)


def _is_mostly(password: str, word: str) -> bool:
    known = [part for part in re.split(r"[\W_]+", word) if len(part) >= 4]
    left = password
    for part in sorted([word, *known], key=len, reverse=True):
        left = left.replace(part, "")
    return bool(word) and left != password and len(_EDGES.sub("", left)) < 4
