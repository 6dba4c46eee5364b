"""What a router says besides its rules, read from its document."""

import re
from typing import Any

from routing.problems import Problems
from routing.rules import DEFAULT_LOCAL_DAY

MOST_STICKY_DAYS = 3_650
_DAYS = re.compile(r"([0-9]{1,4}) ?days?")
_HOURS = re.compile(r"[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]")


def read_sticky(data: Any, problems: Problems) -> int | None:
    """`90 days` as a number of days."""
    text = problems.text(data, "sticky", 40) if data is not None else None
    if text is None:
        return None
    found = _DAYS.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= MOST_STICKY_DAYS:
        problems.add("sticky", "invalid", f"must read like 90 days, at most {MOST_STICKY_DAYS}")
        return None
    return int(found[1])


def read_local_day(data: Any, problems: Problems) -> str:
    """`08:00-18:00`, within one day."""
    text = problems.text(data, "local_day", 11) if data is not None else None
    if text is None:
        return DEFAULT_LOCAL_DAY
    starts, _, ends = text.partition("-")
    if not (_HOURS.fullmatch(text) and starts < ends <= "24:00"):
        problems.add("local_day", "invalid", "must read like 08:00-18:00, and end after it starts")
    return text
