"""What a field can hold, as far as its form says: the ground that coverage and overlaps are looked at on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from routing.json_values import JSON
from routing.rules import TODAY


class Kind(StrEnum):
    """`text` (anything typed, also numbers and dates), `number`, `choice` (one of some values), `set` (several at
    once), `flag` (true or false), `date` (an ISO date)."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    SET = "set"
    FLAG = "flag"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Domain:
    """The values a field can have.

    `choices`: of a choice or a set, all there are, unless `is_open` (others may come in too); of a text, values to
    show as examples. `is_required`: never missing. Of a number: `is_whole` (no fractions), `least` and `most`, both
    included.
    """

    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_open: bool = False
    is_whole: bool = False
    least: int | float | None = None
    most: int | float | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "kind": self.kind.value,
            "choices": list(self.choices),
            "is_required": self.is_required,
            "is_open": self.is_open,
            "is_whole": self.is_whole,
            "least": self.least,
            "most": self.most,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Domain":
        """The domain that `to_json` gave."""
        values = {**data, "kind": Kind(data["kind"]), "choices": tuple(data["choices"])}
        return cls(**values)


ANY_TEXT = Domain()

USUAL: Mapping[str, Domain] = {
    "email": Domain(is_required=True),
    "email_domain": Domain(is_required=True),
    "is_free_mail": Domain(Kind.FLAG),
    TODAY: Domain(Kind.DATE, is_required=True),
}
"""Fields of every request, whatever its form asks. What is in neither place is any text, or missing."""
