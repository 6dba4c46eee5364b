"""What is known about a request when it is routed."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from routing.json_values import JSON
from routing.reading import LARGEST_NUMBER, Reading, read

FactValue: TypeAlias = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Field names with their values; whatever is not there is None.

    Usual keys: email, email_domain, is_free_mail, name, company, country, subdivision, postal_code, phone,
    industry, employees, title, language, timezone, source, campaign, product, use_case, any form field by its
    name, account.name, account.domain, account.owner (a rep's id), account.parent, account.industry,
    account.employees, and today (an ISO date, needed by rules with effective dates). `territory` is computed by
    `route` and overwrites what is given here.

    Any value at all may be passed: what is no fact value is turned into one (see `as_fact_value`).
    """

    values: Mapping[str, FactValue]
    readings: Mapping[str, Reading] = field(init=False, repr=False, compare=False)
    """The values as conditions compare them; any name may be asked for."""

    def __post_init__(self) -> None:
        cleaned = {str(name): as_fact_value(value) for name, value in self.values.items()}
        object.__setattr__(self, "values", cleaned)
        object.__setattr__(self, "readings", _Readings(cleaned))

    def get(self, name: str) -> FactValue:
        """The value of a field; None when it is not known."""
        return self.values.get(name)

    def having(self, **changes: FactValue) -> "Facts":
        """The same facts with some fields replaced."""
        return Facts({**self.values, **changes})

    def to_json(self) -> dict[str, JSON]:
        """Field names with plain values; tuples become lists."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in self.values.items()
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Facts":
        """The facts that `to_json` gave."""
        return cls(data)


class _Readings(dict[str, Reading]):
    """Reads each field once, when it is first asked for."""

    def __init__(self, values: Mapping[str, FactValue]) -> None:
        super().__init__()
        self._values = values

    def __missing__(self, name: str) -> Reading:
        found = self[name] = read(self._values.get(name))
        return found


def as_fact_value(value: object) -> FactValue:
    """The nearest fact value; None for what has none (mappings, not-a-number, absurdly large numbers)."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else None
    if isinstance(value, float):
        return value if math.isfinite(value) and abs(value) <= LARGEST_NUMBER else None
    if isinstance(value, list | tuple):
        return tuple(_texts(value))
    if isinstance(value, set | frozenset):
        return tuple(sorted(_texts(value)))
    return None


def _texts(values: Iterable[object]) -> Iterable[str]:
    """The members that can be text; the others are dropped."""
    for value in values:
        plain = as_fact_value(value)
        if isinstance(plain, str):
            yield plain
        elif isinstance(plain, int | float):
            yield str(plain).lower()
