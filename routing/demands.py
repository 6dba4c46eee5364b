"""What an action asks of a rep.

These filters look at the rep and the request only; time, caps and utilization come at the booking. A filter that
is asked for and finds nothing to compare (a request in no territory, without a language) refuses: an empty list
never means everybody.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from routing.action import Action
from routing.facts import Facts
from routing.json_values import JSON
from routing.reading import fold
from routing.roster import Rep
from routing.territories import TERRITORY

Split: TypeAlias = tuple[Sequence[Rep], Sequence[str]]
"""Those who have what is asked for, and the ids of those who have not."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Something asked of a rep: the code and detail of its refusal, and how it divides reps. It divides many at
    once because a call for each of a thousand is what would take the time."""

    code: str
    detail: Mapping[str, JSON]
    split: Callable[[Sequence[Rep]], Split]
    key: Hashable
    """The same for demands that divide everybody alike."""


def demands_of(action: Action, facts: Facts) -> Iterator[Demand]:
    """What the action asks of a rep, in the order it is checked."""
    if "territory" in action.match:
        yield _in_territory(facts)
    if "language" in action.match:
        yield _speaks(facts)
    if "timezone" in action.match and not facts.readings["timezone"].texts:
        yield Demand("unknown_timezone", {}, lambda reps: ([], [rep.id for rep in reps]), "timezone")
    for skill, level in sorted(action.require_skills.items()):
        yield _has_skill(skill, level)


def _in_territory(facts: Facts) -> Demand:
    found = facts.get(TERRITORY)
    territories = found if isinstance(found, tuple) else ()
    wanted = frozenset(territories)

    def split(reps: Sequence[Rep]) -> Split:
        without = [rep.id for rep in reps if wanted.isdisjoint(rep.territories)]
        return [rep for rep in reps if not wanted.isdisjoint(rep.territories)], without

    return Demand("not_in_territory", {"wanted": list(territories)}, split, ("territory", territories))


def _speaks(facts: Facts) -> Demand:
    """`de-AT` is spoken by whoever speaks `de-AT` or `de`."""
    texts = facts.readings["language"].texts
    wanted = _tag(texts[0]) if texts else None
    accepted = frozenset({wanted, wanted.partition("-")[0]} if wanted else ())

    def split(reps: Sequence[Rep]) -> Split:
        repertoires = {rep.languages for rep in reps}  # few, however many reps
        speaking = {spoken for spoken in repertoires if not accepted.isdisjoint(map(_tag, spoken))}
        without = [rep.id for rep in reps if rep.languages not in speaking]
        return [rep for rep in reps if rep.languages in speaking], without

    return Demand("missing_language", {"wanted": wanted}, split, ("speaks", wanted))


def _tag(language: str) -> str:
    return fold(language).replace("_", "-")


def _has_skill(skill: str, level: int) -> Demand:
    def split(reps: Sequence[Rep]) -> Split:
        without = [rep.id for rep in reps if rep.skills.get(skill, 0) < level]
        return [rep for rep in reps if rep.skills.get(skill, 0) >= level], without

    return Demand("missing_skill", {"skill": skill, "level": level}, split, ("skill", skill, level))
