"""What a replay adds up to. Bounded in memory, however many requests come by."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from routing.facts import Facts, FactValue
from routing.json_values import JSON
from routing.replay import Change, Decided

SEGMENTS = ("country", "industry", "size", "source")
"""Facts that results are broken down by; `size` is the number of employees in bands."""

FEWEST_IN_SEGMENT = 3
"""A value that fewer requests had is told together with other rare ones: it might point at one person."""

_BANDS = ((51, "1-50"), (201, "51-200"), (1001, "201-1000"))
_MOST_VALUES = 500
_MOST_SHOWN = 20
_RARE, _UNKNOWN = "(rare)", "(not known)"
_LONGEST_VALUE = 80

Counts = Counter[str]


class Tally:
    """Counts of a replay: `add` every request, `skip` those whose facts were erased; then `to_json`."""

    def __init__(self) -> None:
        self._changes: Counts = Counter()
        self._skipped: Counts = Counter()
        self._moves: Counter[tuple[str, str]] = Counter()
        self._sides: dict[str, dict[str, Counts]] = {
            side: {name: Counter() for name in ("places", "rules", "verdicts", "reached")}
            for side in ("before", "after")
        }
        self._segments: dict[str, dict[str, Counts]] = {name: {} for name in SEGMENTS}

    def skip(self, why: str) -> None:
        """A request that cannot be decided again."""
        self._skipped[why] += 1

    def add(self, before: Decided, after: Decided, change: Change, facts: Facts) -> None:
        """One request, as it was decided and as it would be."""
        self._changes[change.value] += 1
        if change is Change.MOVED:
            self._moves[before.place, after.place] += 1
        for side, one in (("before", before), ("after", after)):
            counts = self._sides[side]
            counts["places"][one.place] += 1
            counts["rules"][one.rule or ""] += 1
            counts["verdicts"][one.verdict] += 1
            counts["reached"][_reached(one)] += 1
        for name, value in segments_of(facts):
            self._count_segment(self._segments[name], value, before, after, change)

    def _count_segment(
        self, values: dict[str, Counts], value: str, before: Decided, after: Decided, change: Change
    ) -> None:
        if value not in values and len(values) >= _MOST_VALUES:
            value = _RARE
        counts = values.setdefault(value, Counter())
        counts["requests"] += 1
        counts["moved"] += change is Change.MOVED
        counts["uncovered_before"] += not before.is_matched
        counts["uncovered_after"] += not after.is_matched

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; the most frequent first. Rules are named; what no rule matched is under a blank name."""
        return {
            "requests": sum(self._changes.values()),
            "skipped": dict(self._skipped),
            "changes": {change.value: self._changes[change.value] for change in Change},
            "moves": [
                {"from": source, "to": target, "requests": count}
                for (source, target), count in _sorted(self._moves)
            ],
            **{
                side: {name: dict(_sorted(counts)) for name, counts in sides.items()}
                for side, sides in self._sides.items()
            },
            "segments": {name: _segment_rows(values) for name, values in self._segments.items()},
        }


def _reached(one: Decided) -> str:
    """How a request came to its place: by the action, a fallback, the catch-all, or unmatched by any rule."""
    return one.via if one.is_matched else "unmatched"


def segments_of(facts: Facts) -> Iterable[tuple[str, str]]:
    """The segments a request belongs to: one value for each of `SEGMENTS`."""
    for name in SEGMENTS:
        value = _band(facts.get("employees")) if name == "size" else facts.get(name)
        text = value if isinstance(value, str) else ""
        yield name, text.strip()[:_LONGEST_VALUE] or _UNKNOWN


def _band(employees: FactValue) -> str | None:
    if isinstance(employees, bool) or not isinstance(employees, int | float):
        return None
    return next((band for limit, band in _BANDS if employees < limit), "1001+")


def _segment_rows(values: Mapping[str, Counts]) -> list[JSON]:
    told: dict[str, Counts] = {}
    for value, counts in sorted(values.items(), key=lambda item: (-item[1]["requests"], item[0])):
        is_rare = counts["requests"] < FEWEST_IN_SEGMENT or len(told) >= _MOST_SHOWN
        name = _RARE if is_rare and value != _UNKNOWN else value
        told[name] = told.get(name, Counter()) + counts
    names = ("requests", "moved", "uncovered_before", "uncovered_after")
    return [{"value": value, **{name: counts[name] for name in names}} for value, counts in told.items()]


def _sorted(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
