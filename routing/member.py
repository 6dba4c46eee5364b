"""A rep in a pool."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.json_values import JSON
from routing.rep import Rep

_OPTIONS = ("percent", "floor", "cap", "new_per_day", "new_per_week")
MEMBER_SETTINGS = ("weight", "tier", "per_day", "per_week", *_OPTIONS)
"""What is a member's own in a pool."""


@dataclass(frozen=True, slots=True)
class Member:
    """A rep in a pool. `weight` 1 to 20 is the share, unless `percent` sets it; `floor` and `cap` (percent) bound it
    (see `targets`). `tier` 1 goes first. Caps count this pool's meetings: `per_day` and `per_week` by the date of the
    meeting, `new_per_day` and `new_per_week` by the day it was booked on."""

    rep: Rep
    weight: int = 1
    tier: int = 1
    per_day: int | None = None
    per_week: int | None = None
    percent: int | None = None
    floor: int | None = None
    cap: int | None = None
    new_per_day: int | None = None
    new_per_week: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weight <= 20:
            raise ValueError(f"a weight is from 1 to 20, not {self.weight}")

    @property
    def id(self) -> str:
        """The rep's id."""
        return self.rep.id

    @property
    def is_capped(self) -> bool:
        """Whether a day or a week can be full for them here."""
        return self.per_day is not None or self.per_week is not None

    @property
    def is_rationed(self) -> bool:
        """Whether they can have been given enough new meetings here for now."""
        return self.new_per_day is not None or self.new_per_week is not None

    def to_json(self, *, by_id: bool = False) -> dict[str, JSON]:
        """Plain JSON; `by_id` names the rep instead of repeating them. What was not set beyond the caps is left
        out, so that stored rosters read the same."""
        options = {name: getattr(self, name) for name in _OPTIONS}
        return {
            "rep": self.rep.id if by_id else self.rep.to_json(),
            "weight": self.weight,
            "tier": self.tier,
            "per_day": self.per_day,
            "per_week": self.per_week,
        } | {name: value for name, value in options.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], reps: Mapping[str, Rep] | None = None) -> "Member":
        """The member that `to_json` gave; `reps` is needed when the rep is only named."""
        plain = data["rep"]
        rep = (reps or {})[plain] if isinstance(plain, str) else Rep.from_json(plain)
        options = {name: data.get(name) for name in _OPTIONS}
        return cls(rep, data["weight"], data["tier"], data["per_day"], data["per_week"], **options)
