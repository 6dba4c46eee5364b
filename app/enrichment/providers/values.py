"""Values that others tell us, read as strictly as what prospects type."""

import re
from collections.abc import Mapping
from typing import Any

from app.enrichment.letters import LARGEST_NUMBER, clean_text
from app.enrichment.numbers import read_lower_bound
from app.enrichment.places import find_place
from app.enrichment.reading import Fact

LONGEST_TEXT = 500
MOST_VALUES = 50
_STEP = re.compile(r"[^.]+")


def values_at(data: Any, fields: Mapping[str, str]) -> dict[str, Fact]:
    """Facts by name from an answer: each name with the dotted path of its value (`company.tags.0`)."""
    found = {name: read_value(name, value_at(data, path)) for name, path in fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def value_at(data: Any, path: str) -> Any:
    """What stands at a dotted path through mappings and lists; None when nothing does."""
    for step in _STEP.findall(path):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdecimal() and len(step) < 5 and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def read_value(name: str, value: Any) -> Fact:
    """A value as the fact of this name; None when it cannot be one."""
    if name == "employees":
        return read_lower_bound(value)
    if name == "country":
        place = find_place(clean_text(value) or "")
        return place.country if place else None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) <= LARGEST_NUMBER else None
    if isinstance(value, list):
        texts = [text for text in map(_short, value[:MOST_VALUES]) if text]
        return texts or None
    return _short(value)


def _short(value: Any) -> str | None:
    text = clean_text(value)
    return text[:LONGEST_TEXT] if text else None
