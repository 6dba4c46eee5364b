"""The rows of a ledger, and where a rep stands after them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from routing.json_values import JSON

UNIT = 232_792_560
"""One assignment of a rep of weight 1, in units of virtual time."""

EXACT_COSTS = {weight: UNIT // weight for weight in range(1, 21)}
"""What a turn costs at the weights that people choose."""


def turn_cost(time: int, weight: int) -> int:
    """What one assignment adds to the virtual time of a rep of this weight who stands at `time`.

    1/weight, in units: exact for 1 to 20 and everything else that divides `UNIT`. For other weights the costs differ
    by one unit from turn to turn, just so that any number of them is never more than a unit or two from exact.
    """
    exact = EXACT_COSTS.get(weight)
    if exact is not None:
        return exact
    turns = -(-time * weight // UNIT)
    return (turns + 1) * UNIT // weight - turns * UNIT // weight


TURN_GIVEN_BACK = 0
"""The last turn of a rep whose turn was given back: before everybody's last turn, after those who had none."""


class EntryKind(StrEnum):
    """Why a row is in the ledger."""

    JOINED = "joined"
    LEFT = "left"
    ASSIGNED = "assigned"
    CREDITED = "credited"
    CALIBRATED = "calibrated"
    ADJUSTED = "adjusted"
    RESET = "reset"
    OWNER_ROUTED = "owner_routed"
    REWEIGHTED = "reweighted"
    CHANCE = "chance"
    """Credit for having been a candidate (`equal_chances` only)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `amount` is the virtual time added to the rep (below zero: given back); `weight` is the rep's
    weight from this row on."""

    kind: EntryKind
    rep: str
    amount: int
    weight: int
    reason: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "kind": self.kind.value,
            "rep": self.rep,
            "amount": self.amount,
            "weight": self.weight,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Entry":
        """The entry that `to_json` gave."""
        return cls(EntryKind(data["kind"]), data["rep"], data["amount"], data["weight"], data["reason"])


@dataclass(frozen=True, slots=True)
class Position:
    """Where a rep stands. `last_sequence` is the number of the entry that was their last turn (None: never;
    `TURN_GIVEN_BACK`). `saved_lag`, in units, is kept while they are gone."""

    virtual_time: int = 0
    weight: int = 1
    is_active: bool = False
    last_sequence: int | None = None
    saved_lag: int = 0

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "virtual_time": self.virtual_time,
            "weight": self.weight,
            "is_active": self.is_active,
            "last_sequence": self.last_sequence,
            "saved_lag": self.saved_lag,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Position":
        """The position that `to_json` gave."""
        return cls(**{name: data[name] for name in cls.__slots__})
