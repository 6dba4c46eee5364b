"""How each distribution ranks: a key to sort by, and the numbers it came from, for people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from routing.entries import EXACT_COSTS
from routing.json_values import JSON
from routing.ledger import UNIT, Position, Totals, turn_cost
from routing.load import MILLION, NO_LOAD, Load
from routing.roster import Distribution, Member, Pool

Key: TypeAlias = tuple[int, ...]
Numbers: TypeAlias = dict[str, JSON]


@dataclass(frozen=True, slots=True)
class Scale:
    """`key`: the smaller, the sooner; of the same length for everybody. `numbers`: what the key was made of."""

    key: Callable[[Member, Position], Key]
    numbers: Callable[[Member, Position], Numbers]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a scale may look at. `weights`: those of the candidates, by rep."""

    pool: Pool
    totals: Totals
    loads: Mapping[str, Load]
    skill: str | None
    weights: Mapping[str, int]


def scale(scene: Scene) -> Scale:
    """The scale of the pool's distribution."""
    return _SCALES[scene.pool.distribution](scene)


class LeastTimes(dict[int, int]):
    """By weight, the virtual time below which a rep would be owed more than `max_credit` assignments."""

    def __init__(self, totals: Totals, max_credit: int) -> None:
        self._level, self._most = totals.level(), max_credit * UNIT

    def __missing__(self, weight: int) -> int:
        self[weight] = found = self._level - self._most // weight
        return found


def _round_robin(scene: Scene) -> Scale:
    """Earliest virtual deadline among those who are not ahead of the pool; if all are ahead, the least ahead.

    This is earliest eligible virtual deadline first (Stoica and Abdel-Wahab, 1995): nobody is ever a whole
    assignment away from their share as long as everybody can take every lead.
    """
    totals, least = scene.totals, LeastTimes(scene.totals, scene.pool.max_credit)

    def key(_member: Member, at: Position) -> Key:
        time = max(at.virtual_time, least[at.weight])
        if time * totals.weight > totals.weighted:
            return (1, time)
        return (0, time + (EXACT_COSTS.get(at.weight) or turn_cost(time, at.weight)))

    def numbers(_member: Member, at: Position) -> Numbers:
        time = max(at.virtual_time, least[at.weight])
        lag = at.weight * (totals.weighted - time * totals.weight) / (totals.weight * UNIT)
        deadline = time + turn_cost(time, at.weight)
        return {"lag": round(lag, 4), "deadline": deadline, "is_ahead": lag < 0, "weight": at.weight}

    return Scale(key, numbers)


def _longest_idle(_scene: Scene) -> Scale:
    """The longest since the last turn, which is what every scale's ties are broken by. Weights do not matter."""
    return Scale(lambda _member, _at: (), lambda _member, _at: {})


def _least_utilized(scene: Scene) -> Scale:
    """The smallest share of working minutes that is booked or busy; those without working time last."""

    def key(member: Member, _at: Position) -> Key:
        used = scene.loads.get(member.rep.id, NO_LOAD).utilization
        return (1, 0) if used is None else (0, used)

    def numbers(member: Member, _at: Position) -> Numbers:
        load = scene.loads.get(member.rep.id, NO_LOAD)
        return {
            "utilization": None if load.utilization is None else load.utilization / MILLION,
            "booked_minutes": load.booked_minutes,
            "busy_minutes": load.busy_minutes,
            "working_minutes": load.working_minutes,
        }

    return Scale(key, numbers)


def _value_balanced(scene: Scene) -> Scale:
    """The least deal value per weight so far."""

    def value(member: Member) -> int:
        return scene.loads.get(member.rep.id, NO_LOAD).value

    return Scale(
        lambda member, at: (value(member) * (UNIT // at.weight),),
        lambda member, at: {"value": value(member), "weight": at.weight},
    )


def _most_skilled(scene: Scene) -> Scale:
    """The highest level in the skill that matters, or, when none is named, of all skills together."""
    skill = scene.skill

    def level(member: Member) -> int:
        return member.rep.skills.get(skill, 0) if skill else sum(member.rep.skills.values())

    return Scale(
        lambda member, _at: (-level(member),),
        lambda member, _at: {"skill": skill, "level": level(member)},
    )


def _equal_chances(scene: Scene) -> Scale:
    """The largest credit, where every candidate of every request is credited with their share of it.

    Credit is virtual time below zero, counted from the pool's level when it is shown. Shifting everybody's time by
    the same amount changes nothing, so a pool can change its distribution at any time.
    """
    gains, level = shares(scene.weights), scene.totals.level()

    def key(member: Member, at: Position) -> Key:
        return (at.virtual_time - gains.get(member.rep.id, 0),)

    def numbers(member: Member, at: Position) -> Numbers:
        gain = gains.get(member.rep.id, 0)
        credit = level + gain - at.virtual_time
        return {"credit": round(credit / UNIT, 4), "share": round(gain / UNIT, 4), "weight": at.weight}

    return Scale(key, numbers)


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
