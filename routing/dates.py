"""Dates in documents."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from routing.problems import Problems, join

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_date(data: Mapping[str, Any], key: str, path: str, problems: Problems) -> str | None:
    """The ISO date under a key; None when nothing is said."""
    if data.get(key) is None:
        return None
    text = problems.text(data[key], join(path, key), 10)
    if text is None:
        return None
    try:
        date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        problems.add(join(path, key), "invalid", "must be a date such as 2026-12-31")
        return None
    return text
