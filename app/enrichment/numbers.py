"""Numbers, ranges and truth values as people type them: "10.000", "1k+", "201-500", "ja"."""

import re
from typing import Any

from app.enrichment.letters import LARGEST_NUMBER, clean_text, fold

_LONGEST = 64
_FACTORS = {
    "k": 1_000,
    "tsd": 1_000,
    "mil": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "millionen": 1_000_000,
    "millions": 1_000_000,
    "bn": 1_000_000_000,
    "mrd": 1_000_000_000,
}
_UNIT = "(?:" + "|".join(sorted(_FACTORS, key=len, reverse=True)) + ")"
_AMOUNT = re.compile(
    rf"(?P<sign>-?)(?P<digits>[0-9]{{1,15}}(?:[.,'’ \u00a0][0-9]{{1,9}}){{0,5}}) ?(?P<unit>{_UNIT})?\.?",
    re.IGNORECASE,
)
_MONEY = re.compile(r"(?:usd|eur|gbp|chf|us)?[$€£¥]?\s*|\s*(?:usd|eur|gbp|chf|[$€£¥]|%)$", re.IGNORECASE)
_RANGE = re.compile(
    r"\s*(?:-|–|—|−|~|\bto\b|\bbis\b|\bund\b|\band\b|\bà\b|\ba\b|\bhasta\b)\s*", re.IGNORECASE
)
_ABOVE = re.compile(
    r"^(?:>=?|≥|over|above|more than|at least|from|ab|über|ueber|mehr als|mindestens|plus de|más de|mas de|oltre)\s*",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"^(?:<=?|≤|under|up to|less than|below|bis|unter|bis zu|weniger als|moins de|menos de|fino a)\s*",
    re.IGNORECASE,
)
_YES = frozenset(
    [
        "1",
        "true",
        "on",
        "yes",
        "y",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "s",
        "sim",
        "tak",
        "da",
        "ok",
        "checked",
        "是",
        "はい",
    ]
)
_NO = frozenset(
    ["0", "false", "off", "no", "n", "nein", "non", "nao", "nie", "net", "unchecked", "否", "いいえ"]
)


def read_number(typed: Any) -> int | float | None:
    """One amount: "1,200", "1.234,56", "€ 10.000", "2 Mio", "1.5k". None when it is none.

    A single group of three digits behind a point or comma is thousands: "10.000" is ten thousand.
    """
    text = clean_text(typed)
    if text is None or len(text) > _LONGEST:
        return None
    if isinstance(typed, int | float):
        return _whole(typed)
    bare = _MONEY.sub("", _MONEY.sub("", text, count=1).strip()).strip() if not text[0].isdigit() else text
    bare = re.sub(r"\s*(?:usd|eur|gbp|chf|[$€£¥]|%)$", "", bare, flags=re.IGNORECASE)
    match = _AMOUNT.fullmatch(bare)
    return _amount(match) if match else None


def read_lower_bound(typed: Any) -> int | None:
    """What a size compares by: the lower bound of "201-500", "501+", "1k+", "over 5.000"; 0 for "< 50"."""
    text = clean_text(typed)
    if text is None or len(text) > _LONGEST:
        return None
    if isinstance(typed, int | float):
        return max(0, int(typed))
    text = re.sub(r"\s*(?:employees|people|staff|mitarbeiter\w*|personen|employés|empleados|users|fte)\.?$", "", text,
                  flags=re.IGNORECASE)  # fmt: skip
    if _BELOW.match(text):
        return 0 if read_number(_BELOW.sub("", text)) is not None else None
    text = _ABOVE.sub("", text).rstrip("+ ").strip()
    first, _, second = _split(text)
    low = read_number(first)
    high = read_number(second) if second else low
    if low is None or high is None or low < 0:
        return None
    return _scaled(first, second, low, high)


def read_truth(typed: Any) -> bool | None:
    """Yes or no in the words of several languages; None when it is neither."""
    if isinstance(typed, bool):
        return typed
    word = fold(clean_text(typed) or "")
    return True if word in _YES else False if word in _NO else None


def _split(text: str) -> tuple[str, str, str]:
    match = _RANGE.search(text, 1) if len(text) > 1 else None
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


def _scaled(first: str, second: str, low: float, high: float) -> int:
    """ "1-5k" means 1,000 to 5,000: a unit behind the upper bound is the lower one's as well."""
    found = _AMOUNT.fullmatch(second.strip()) if second else None
    own = _AMOUNT.fullmatch(first.strip())
    if found and found["unit"] and own and not own["unit"] and low < high:
        factor = _FACTORS[found["unit"].lower()]
        return int(low * factor) if low * factor <= high else int(low)
    return int(low)


def _amount(match: re.Match[str]) -> int | float | None:
    number = _plain(match["digits"])
    if number is None:
        return None
    value = number * _FACTORS[match["unit"].lower()] if match["unit"] else number
    return _whole(-value if match["sign"] else value)


def _plain(digits: str) -> int | float | None:
    """Digits with separators as a number; None when they do not group."""
    marks = [c for c in digits if not c.isdigit()]
    if not marks:
        return int(digits)
    groups = re.split(r"[^0-9]", digits)
    last = marks[-1]
    grouped = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3
    if grouped and len(set(marks)) == 1 and groups[0] != "0":
        return int("".join(groups))
    if last not in ".," or marks.count(last) > 1:
        return None
    if any(len(group) != 3 for group in groups[1:-1]) or (len(groups) > 2 and len(groups[0]) > 3):
        return None
    return float("".join(groups[:-1]) + "." + groups[-1])


def _whole(value: int | float) -> int | float | None:
    if not abs(value) <= LARGEST_NUMBER:  # not-a-number compares with nothing
        return None
    return int(value) if float(value).is_integer() else value
