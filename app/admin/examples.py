"""From the facts of an example lead back to the answers that make them."""

from collections.abc import Mapping
from typing import Any

from app.configuration.forms import FieldType
from routing.json_values import JSON
from routing.reading import fold, lower_bound, spell

_SOMEBODY = "priya"


def link_parameters(form: Mapping[str, Any], example: Mapping[str, JSON]) -> dict[str, str] | None:
    """The answers as parameters of an address (`answer.country`), or None where the form does not ask for a fact that
    the example has: then what was typed would be another lead."""
    asked = {field["name"]: field for field in form["fields"]}
    wanted = {name: value for name, value in example.items() if name not in _WORKED_OUT}
    if not wanted.keys() <= asked.keys():
        return None
    found = {f"answer.{name}": _answer(asked[name], value) for name, value in wanted.items()}
    email = next(field["name"] for field in form["fields"] if field["type"] == FieldType.EMAIL)
    found.setdefault(f"answer.{email}", _email(example))
    return found


_WORKED_OUT = {"territory", "today", "email_domain", "is_free_mail"}


def _email(example: Mapping[str, JSON]) -> str:
    if "email_domain" in example:
        return f"{_SOMEBODY}@{str(example['email_domain']).removeprefix('@')}"
    return f"{_SOMEBODY}@gmail.com" if example.get("is_free_mail") else f"{_SOMEBODY}@clinic.example"


def _answer(field: Mapping[str, Any], value: JSON) -> str:
    """A range is told by its lower bound, a box by yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if field["type"] != FieldType.RANGE:
        return text
    least = {
        spell(lower_bound(fold(str(each["value"]))) or 0): str(each["value"]) for each in field["choices"]
    }
    return least.get(text, text)
