"""What was typed, as the configuration's plain data: blank is left out, lines and commas are lists."""

import re
from typing import Any

from werkzeug.datastructures import MultiDict

Form = MultiDict[str, str]

_BETWEEN = re.compile(r"[,\n]")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def text(form: Form, name: str) -> str | None:
    """A text, or None when nothing was typed."""
    return form.get(name, "").strip() or None


def switch(form: Form, name: str) -> bool:
    """Whether a box was ticked."""
    return form.get(name) == "on"


def words(form: Form, name: str) -> list[str]:
    """Items between commas or line ends."""
    return [word.strip() for word in _BETWEEN.split(form.get(name, "")) if word.strip()]


def present(**values: Any) -> dict[str, Any]:
    """The values that are there."""
    return {name: value for name, value in values.items() if value is not None}


def levels(form: Form, name: str) -> dict[str, str]:
    """`healthcare: 3` a line, as a mapping; a skill without a level has none, which the document refuses."""
    found = {}
    for line in words(form, name):
        skill, _, level = line.rpartition(":") if ":" in line else (line, "", "")
        found[skill.strip()] = level.strip()
    return found


def day_hours(form: Form) -> dict[str, list[str]]:
    """The week's hours: `09:00-12:00, 13:00-17:00` a day."""
    return {day: words(form, f"weekly.{day}") for day in DAYS}


def numbered(form: Form, prefix: str) -> list[int]:
    """The numbers of the rows that a form sent (`members-3-rep`), in the order they were shown."""
    found = re.compile(re.escape(prefix) + r"-(\d+)-")
    return sorted({int(match.group(1)) for name in form if (match := found.match(name))})


def rows(form: Form, prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a table of inputs (`travel-2-from`); a row in which nothing was typed is none."""
    found = [
        present(**{name: text(form, f"{prefix}-{row}-{name}") for name in names})
        for row in numbered(form, prefix)
    ]
    return [row for row in found if row]


def pairs(form: Form, name: str) -> dict[str, str]:
    """`remy@acme.test: mornings` a line, as a mapping."""
    lines = [line.partition(":") for line in form.get(name, "").splitlines() if line.strip()]
    return {key.strip(): value.strip() for key, _, value in lines}


def overrides(form: Form) -> list[dict[str, Any]]:
    """Special days, one a line: `2026-12-31 10:00-14:00`; a date alone is a day off."""
    return [_override(line) for line in form.get("overrides", "").splitlines() if line.strip()]


def _override(line: str) -> dict[str, Any]:
    on, _, hours = line.strip().partition(" ")
    return {"date": on.rstrip(":"), "hours": [part.strip() for part in hours.split(",") if part.strip()]}
