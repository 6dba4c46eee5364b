"""What pydantic found wrong, in our words: the exact path of each fault and a code that stays the same."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from app.errors import FieldError, Invalid

MOST = 100
"""Enough to work on; a document with more faults is not read by anybody."""

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown-field",
    "too_short": "too-few",
    "too_long": "too-many",
    "string_too_short": "too-short",
    "string_too_long": "too-long",
    "string_pattern_mismatch": "invalid",
    "greater_than": "out-of-range",
    "greater_than_equal": "out-of-range",
    "less_than": "out-of-range",
    "less_than_equal": "out-of-range",
    "enum": "unknown-value",
    "literal_error": "unknown-value",
    "int_parsing": "wrong-type",
    "bool_parsing": "wrong-type",
    "value_error": "invalid",
    "date_from_datetime_parsing": "impossible-date",
    "date_parsing": "impossible-date",
    "datetime_parsing": "impossible-date",
    "datetime_from_date_parsing": "impossible-date",
    "timezone_aware": "invalid",
}
_PYDANTIC_CODES = frozenset(get_args(ErrorType))


def field_errors(error: ValidationError, prefix: str = "") -> list[FieldError]:
    """Every fault of a validation, at most `MOST`. Codes of our own validators are passed on."""
    found = error.errors(include_url=False, include_input=False)[:MOST]
    return [FieldError(path_of(fault["loc"], prefix), _code(fault["type"]), _words(fault)) for fault in found]


def path_of(location: Iterable[str | int], prefix: str = "") -> str:
    """`("rules", 3, "when")` as `rules[3].when`."""
    path = prefix
    for part in location:
        if part == "[key]":  # pydantic's mark for a mapping's key; the key itself stands before it
            continue
        path = f"{path}[{part}]" if isinstance(part, int) else f"{path}.{part}" if path else str(part)
    return path


def _code(kind: str) -> str:
    if kind in _CODES or kind not in _PYDANTIC_CODES:
        return _CODES.get(kind, kind)
    return "wrong-type" if kind.endswith("_type") else "invalid"


def _words(fault: Mapping[str, Any]) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    return {"missing": "is required", "extra_forbidden": "is not known here"}.get(fault["type"], message)


def with_field(error: Invalid, place: str) -> Invalid:
    """The same refusal with paths that start inside of `place`; paths elsewhere stay as they are."""
    inner = [FieldError(_below(fault.field, place), fault.code, fault.message) for fault in error.errors]
    return Invalid(inner)


def _below(path: str, place: str) -> str:
    return path[len(place) :].lstrip(".") if path.startswith(place) else path
