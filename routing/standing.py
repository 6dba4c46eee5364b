"""How each distribution ranks a rep. Every one becomes a function from member and position to a `Standing`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from routing.json_values import JSON
from routing.ledger import UNIT, Position, Totals
from routing.roster import Distribution, Member, Pool

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

Key: TypeAlias = tuple[int, ...]
Numbers: TypeAlias = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Standing:
    """`key`: the smaller, the sooner. `numbers`: what the key was made of, for people."""

    key: Key
    numbers: Callable[[], Numbers]


Scale: TypeAlias = Callable[[Member, Position], Standing]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a scale may look at. `field` is the sum of the candidates' weights, by rep."""

    pool: Pool
    totals: Totals
    loads: Mapping[str, Load]
    skill: str | None
    field: Mapping[str, int]


def scale(scene: Scene) -> Scale:
    """The scale of the pool's distribution."""
    return _SCALES[scene.pool.distribution](scene)


def calibrated_time(at: Position, totals: Totals, max_credit: int) -> int:
    """The rep's virtual time, raised so that no more than `max_credit` assignments are owed to them."""
    return max(at.virtual_time, totals.level() - max_credit * UNIT // at.weight)


def _round_robin(scene: Scene) -> Scale:
    """Earliest virtual deadline among those who are not ahead of the pool; if all are ahead, the least ahead.

    This is earliest eligible virtual deadline first (Stoica and Abdel-Wahab, 1995): nobody is ever a whole
    assignment away from their share as long as everybody can take every lead.
    """
    totals, max_credit = scene.totals, scene.pool.max_credit

    def standing(_member: Member, at: Position) -> Standing:
        time = calibrated_time(at, totals, max_credit)
        deadline = time + UNIT // at.weight
        is_ahead = time * totals.weight > totals.weighted

        def numbers() -> Numbers:
            lag = totals.lag(Position(time, at.weight, is_active=True))
            return {
                "lag": round(lag / UNIT, 4),
                "deadline": deadline,
                "is_ahead": is_ahead,
                "weight": at.weight,
            }

        return Standing((1, time) if is_ahead else (0, deadline), numbers)

    return standing


def _longest_idle(_scene: Scene) -> Scale:
    """The longest since the last turn, which is what every scale's ties are broken by. Weights do not matter."""
    return lambda _member, _at: Standing((), dict)


def _least_utilized(scene: Scene) -> Scale:
    """The smallest share of working minutes that is booked or busy; those without working time last."""

    def standing(member: Member, _at: Position) -> Standing:
        load = scene.loads.get(member.rep.id, NO_LOAD)
        used = load.utilization

        def numbers() -> Numbers:
            return {
                "utilization": None if used is None else used / MILLION,
                "booked_minutes": load.booked_minutes,
                "busy_minutes": load.busy_minutes,
                "working_minutes": load.working_minutes,
            }

        return Standing((1, 0) if used is None else (0, used), numbers)

    return standing


def _value_balanced(scene: Scene) -> Scale:
    """The least deal value per weight so far."""

    def standing(member: Member, at: Position) -> Standing:
        value = scene.loads.get(member.rep.id, NO_LOAD).value
        return Standing((value * (UNIT // at.weight),), lambda: {"value": value, "weight": at.weight})

    return standing


def _most_skilled(scene: Scene) -> Scale:
    """The highest level in the skill that matters, or, when none is named, of all skills together."""

    def standing(member: Member, _at: Position) -> Standing:
        skills, skill = member.rep.skills, scene.skill
        level = skills.get(skill, 0) if skill else sum(skills.values())
        return Standing((-level,), lambda: {"skill": skill, "level": level})

    return standing


def _equal_chances(scene: Scene) -> Scale:
    """The largest credit, where every candidate of every request is credited with their share of it.

    Credit is virtual time below zero. Each of a pool's times may be shifted by the same amount (after a change of
    distribution) without a difference.
    """
    gains = shares(scene.field)

    def standing(member: Member, at: Position) -> Standing:
        gain = gains.get(member.rep.id, 0)
        credit = gain - at.virtual_time

        def numbers() -> Numbers:
            owed = credit + scene.totals.level()
            return {"credit": round(owed / UNIT, 4), "share": round(gain / UNIT, 4), "weight": at.weight}

        return Standing((-credit,), numbers)

    return standing


def shares(weights: Mapping[str, int]) -> dict[str, int]:
    """One assignment divided among reps by weight, in whole units: what division leaves over goes, unit by unit,
    to the first by id, so that the sum is exact."""
    total = sum(weights.values())
    parts = {rep: UNIT * weights[rep] // total for rep in sorted(weights)}
    left_over = UNIT - sum(parts.values()) if parts else 0
    return {rep: part + (index < left_over) for index, (rep, part) in enumerate(parts.items())}


def turn(at: Position) -> int:
    """For ties: the longest since the last turn first, and those who never had one before everybody."""
    return -1 if at.last_sequence is None else at.last_sequence


def preferred(member: Member, skills: Iterable[tuple[str, int]]) -> int:
    """How many of the preferred skills a rep has."""
    return sum(member.rep.skills.get(skill, 0) >= level for skill, level in skills)


_SCALES: Mapping[Distribution, Callable[[Scene], Scale]] = {
    Distribution.ROUND_ROBIN: _round_robin,
    Distribution.LONGEST_IDLE: _longest_idle,
    Distribution.LEAST_UTILIZED: _least_utilized,
    Distribution.VALUE_BALANCED: _value_balanced,
    Distribution.MOST_SKILLED: _most_skilled,
    Distribution.EQUAL_CHANCES: _equal_chances,
}
