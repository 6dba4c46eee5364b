"""What is wrong with the people a router leads to: bottlenecks, unequal hours, hours that nobody covers.

Weekly hours are given by the caller: as minutes worked in a week, and as half-open spans of minutes of one week in
UTC (0 is Monday 00:00, 10,080 the next).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from routing.action import Action
from routing.lint import Finding, chains, in_order, rule_path, used_pools
from routing.reading import fold
from routing.roster import Distribution, Member, Pool, Rep, Roster
from routing.route import DestinationKind
from routing.rules import Router
from routing.territories import TERRITORY

Spans: TypeAlias = Sequence[tuple[int, int]]

WEEK = 7 * 24 * 60
UNEQUAL_FROM = (5, 4)
"""Weekly minutes per weight that differ by more than this ratio make equal turns unequal work."""
MOST_GAPS = 5

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TURNS = frozenset({Distribution.ROUND_ROBIN, Distribution.LONGEST_IDLE, Distribution.EQUAL_CHANCES})


def lint_people(
    router: Router,
    roster: Roster,
    *,
    languages: Collection[str] = (),
    minutes: Mapping[str, int] | None = None,
    hours: Mapping[str, Spans] | None = None,
    wanted: Spans | None = None,
) -> list[Finding]:
    """Findings about the pools that the router uses.

    `languages`: those that leads may have. `minutes` and `hours`: by rep id, what they work in a week. `wanted`: the
    hours of the week that every language and territory should be covered in; by default all in which anybody of
    these pools works. Of a pool, those are looked at that an action sending leads there matches by.
    """
    findings = [
        *_bottlenecks(router, roster, languages),
        *_capacities(router, roster, minutes or {}),
        *(_hours(router, roster, languages, hours, wanted) if hours else ()),
    ]
    return in_order(findings)


def _speaks(rep: Rep, language: str) -> bool:
    """`de-AT` is spoken by whoever speaks `de-AT` or `de`."""
    wanted = fold(language).replace("_", "-")
    return not {wanted, wanted.partition("-")[0]}.isdisjoint(
        fold(each).replace("_", "-") for each in rep.languages
    )


def _bottlenecks(router: Router, roster: Roster, languages: Collection[str]) -> Iterator[Finding]:
    """Demands of an action that one person, or nobody, of a larger pool meets."""
    territories = _named_territories(router, roster)
    for path, action in chains(router):
        pool = roster.pools.get(action.name) if action.kind is DestinationKind.POOL else None
        if pool is None or len(pool.present) < 2:
            continue
        if "language" in action.match:
            for language in sorted(languages):
                speaking = [rep for rep in pool.present if _speaks(rep, language)]
                yield from _few(path, action, speaking, "language", language)
        if "territory" in action.match:
            for name in territories.get(rule_path(path) or "", sorted(roster.territories)):
                covering = [rep for rep in pool.present if name in rep.territories]
                yield from _few(path, action, covering, TERRITORY, name)


def _few(path: str, action: Action, people: Sequence[Rep], kind: str, name: str) -> Iterator[Finding]:
    if not people:
        message = f"nobody present in {action.name} has {kind} {name}, so these leads go to the fallback"
        yield Finding("warning", f"no-{kind}", path, message)
    elif len(people) == 1:
        message = f"only {people[0].id} of {action.name} has {kind} {name}"
        yield Finding("warning", "single-expert", path, message)


def _named_territories(router: Router, roster: Roster) -> dict[str, list[str]]:
    """By a rule's path, the territories it asks for, if it asks for some."""
    found = {}
    for index, rule in enumerate(router.rules):
        asked = [leaf for leaf in rule.when.leaves() if leaf.field == TERRITORY and leaf.op in ("eq", "in")]
        named = {fold(str(value)) for leaf in asked for value in _values(leaf.wanted)}
        if named:
            found[router.path(index)] = sorted(name for name in roster.territories if fold(name) in named)
    return found


def _values(wanted: object) -> Iterable[object]:
    return wanted if isinstance(wanted, list | tuple) else (wanted,)


def _capacities(router: Router, roster: Roster, minutes: Mapping[str, int]) -> Iterator[Finding]:
    for pool in used_pools(router, roster):
        path, members = (
            f"pools.{pool.name}",
            [pool.by_rep[rep.id] for rep in pool.present if rep.id in minutes],
        )
        for member in members:
            if minutes[member.rep.id] <= 0:
                message = f"{member.rep.id} has no working hours, so {pool.name} never books them"
                yield Finding("warning", "no-hours", path, message)
        working = [member for member in members if minutes[member.rep.id] > 0]
        if pool.distribution in _TURNS and len(working) > 1:
            yield from _unequal(path, pool, working, minutes)


def _unequal(
    path: str, pool: Pool, members: Sequence[Member], minutes: Mapping[str, int]
) -> Iterator[Finding]:
    """Compares hours per share, exactly. Where weights do not count, everybody's share is the same."""
    weights = {
        member.rep.id: 1 if pool.distribution is Distribution.LONGEST_IDLE else pool.weights[member.rep.id]
        for member in members
    }
    ordered = sorted(weights, key=lambda rep: (minutes[rep] * 232_792_560 // weights[rep], rep))
    least, most = ordered[0], ordered[-1]
    numerator, denominator = UNEQUAL_FROM
    if minutes[most] * weights[least] * denominator > minutes[least] * weights[most] * numerator:
        message = (
            f"turns in {pool.name} are shared by weight, but {least} (weight {weights[least]}) works "
            f"{_spoken_hours(minutes[least])} a week and {most} (weight {weights[most]}) {_spoken_hours(minutes[most])}"
        )
        yield Finding("warning", "unequal-capacity", path, message)


def _spoken_hours(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes // 60} h {minutes % 60} min"


def _hours(
    router: Router,
    roster: Roster,
    languages: Collection[str],
    hours: Mapping[str, Spans],
    wanted: Spans | None,
) -> Iterator[Finding]:
    for pool in used_pools(router, roster):
        everybody = [span for rep in pool.present for span in hours.get(rep.id, ())]
        team = union(everybody) if wanted is None else union(wanted)
        asked = {each for _, action in chains(router) if action.name == pool.name for each in action.match}
        groups = [
            ("language", name, [rep for rep in pool.present if _speaks(rep, name)])
            for name in sorted(languages)
            if "language" in asked
        ]
        groups += [
            (TERRITORY, name, [rep for rep in pool.present if name in rep.territories])
            for name in sorted(roster.territories)
            if TERRITORY in asked
        ]
        for kind, name, people in groups:
            gaps = without(team, [span for rep in people for span in hours.get(rep.id, ())])
            if people and gaps:
                missing = sum(end - start for start, end in gaps)
                lacking = f"nobody with {kind} {name}: {spoken(gaps)}"
                message = f"{_spoken_hours(missing)} a week in {pool.name} have {lacking}"
                yield Finding("note", "uncovered-hours", f"pools.{pool.name}", message)


def union(spans: Spans) -> list[tuple[int, int]]:
    """The spans as few, in order, that neither overlap nor touch."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def without(spans: Spans, taken: Spans) -> list[tuple[int, int]]:
    """What of the spans lies in none of those taken."""
    found = union(spans)
    for start, end in union(taken):
        pieces = [piece for low, high in found for piece in ((low, min(high, start)), (max(low, end), high))]
        found = [piece for piece in pieces if piece[0] < piece[1]]
    return union(found)


def spoken(spans: Spans) -> str:
    """`Mon 08:00–12:00, Sun 22:00–Mon 02:00 UTC`; the first few."""
    said = [f"{_moment(start)}–{_moment(end, after=start)}" for start, end in spans[:MOST_GAPS]]
    more = f" and {len(spans) - MOST_GAPS} more" if len(spans) > MOST_GAPS else ""
    return f"{', '.join(said)}{more} UTC"


def _moment(minute: int, after: int | None = None) -> str:
    """A minute of the week; the end of a span on the same day without the day."""
    day, time = minute // 1440 % 7, minute % 1440
    if after is not None and minute > after and (minute - 1) // 1440 == after // 1440:
        return "24:00" if time == 0 else f"{time // 60:02}:{time % 60:02}"
    return f"{_DAYS[day]} {time // 60:02}:{time % 60:02}"
