"""What a rep has on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.json_values import JSON

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Load:
    """What a rep has on over the forward window: minutes booked by us, busy otherwise (not counting what we
    booked), and working. `bookings` counts our meetings in it, `value` is the deal value given to the rep over the
    pool's period, in whole currency units. `on_day` and `in_week` count this pool's meetings on the slot's day
    and in its week, in the rep's zone; they are needed only by members with caps of their own."""

    booked_minutes: int = 0
    busy_minutes: int = 0
    working_minutes: int = 0
    bookings: int = 0
    value: int = 0
    on_day: int = 0
    in_week: int = 0

    @property
    def utilization(self) -> int | None:
        """(booked + busy) / working, in millionths, rounded down; None without working time."""
        if self.working_minutes <= 0:
            return None
        return (self.booked_minutes + self.busy_minutes) * MILLION // self.working_minutes

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Load":
        """The load that `to_json` gave."""
        return cls(**{name: data[name] for name in cls.__slots__ if name in data})


NO_LOAD = Load()
