"""Reads scorecards from their documents, finding every problem rather than the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from routing.conditions import Condition, read_condition
from routing.deal_value import Formula, InvalidFormula, parse_formula
from routing.json_values import JSON
from routing.problems import Problem, Problems, join
from routing.reading import as_number, fold

MOST_ITEMS = 500
MOST_PRIORITIES = 10
MOST_POINTS = 1_000
LONGEST_HALF_LIFE = 3_650


class ScoreKind(StrEnum):
    """`fit` looks at what is known of the lead, `engagement` at what they did."""

    FIT = "fit"
    ENGAGEMENT = "engagement"


class InvalidScorecard(ValueError):
    """A scorecard document that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{each.path or 'scorecard'}: {each.message}" for each in problems[:5]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Item:
    """Points (also below zero) for a condition. For engagement, each behavior that meets it counts, the most recent
    `most` of them, and loses half its points every `half_life` days (None: keeps them)."""

    name: str
    kind: ScoreKind
    when: Condition
    points: int
    half_life: int | None = None
    most: int = 1

    def to_json(self) -> dict[str, JSON]:
        """As in a document; keys that say nothing are left out."""
        plain: dict[str, JSON] = {"name": self.name, "kind": self.kind.value, "when": self.when.to_json()}
        plain["points"] = self.points
        if self.half_life is not None:
            plain["half_life"] = self.half_life
        if self.most != 1:
            plain["most"] = self.most
        return plain


@dataclass(frozen=True, slots=True)
class Priority:
    """A level that a score reaches when all its thresholds are met."""

    name: str
    at_least: int
    fit_at_least: int | None = None
    engagement_at_least: int | None = None

    def is_reached(self, fit: int, engagement: int) -> bool:
        """Whether these points are enough."""
        enough_fit = self.fit_at_least is None or fit >= self.fit_at_least
        enough_engagement = self.engagement_at_least is None or engagement >= self.engagement_at_least
        return fit + engagement >= self.at_least and enough_fit and enough_engagement

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        plain: dict[str, JSON] = {"name": self.name, "at_least": self.at_least}
        if self.fit_at_least is not None:
            plain["fit_at_least"] = self.fit_at_least
        if self.engagement_at_least is not None:
            plain["engagement_at_least"] = self.engagement_at_least
        return plain


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One version of what is worth how much. A score has the first of the `priorities` it reaches, or none."""

    name: str
    version: int
    items: tuple[Item, ...]
    priorities: tuple[Priority, ...] = ()
    deal_value: Formula | None = None

    def to_json(self) -> dict[str, JSON]:
        """The document that `parse_scorecard` reads."""
        plain: dict[str, JSON] = {
            "name": self.name,
            "version": self.version,
            "items": [item.to_json() for item in self.items],
            "priorities": [priority.to_json() for priority in self.priorities],
        }
        return plain if self.deal_value is None else {**plain, "deal_value": self.deal_value.to_json()}


def parse_scorecard(document: Any) -> Scorecard:
    """The scorecard in a document (`name`, `version`, `items`, `priorities`, `deal_value`); `InvalidScorecard` lists
    all problems with their paths."""
    problems = Problems()
    scorecard = _read(document, problems)
    if problems.found or scorecard is None:
        raise InvalidScorecard(tuple(problems.found))
    return scorecard


def _read(document: Any, problems: Problems) -> Scorecard | None:
    keys = frozenset({"name", "version", "items", "priorities", "deal_value"})
    data = problems.mapping(document, "", keys)
    if data is None:
        return None
    items = [
        _item(item, join("items", index), problems)
        for index, item in enumerate(problems.items(data.get("items", []), "items", MOST_ITEMS))
    ]
    priorities = [
        _priority(item, join("priorities", index), problems)
        for index, item in enumerate(
            problems.items(data.get("priorities", []), "priorities", MOST_PRIORITIES)
        )
    ]
    name = problems.text(data.get("name"), "name")
    version = problems.whole(data.get("version", 1), "version", 1, 10**9)
    _refuse_repeats([item.name if item else None for item in items], "items", problems)
    _refuse_repeats([each.name if each else None for each in priorities], "priorities", problems)
    return Scorecard(
        name=name or "",
        version=version or 1,
        items=tuple(item for item in items if item is not None),
        priorities=tuple(each for each in priorities if each is not None),
        deal_value=_deal_value(data.get("deal_value"), "deal_value", problems),
    )


def _refuse_repeats(names: list[str | None], path: str, problems: Problems) -> None:
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            problems.add(join(join(path, index), "name"), "duplicate", "is there twice")


def _item(item: Any, path: str, problems: Problems) -> Item | None:
    keys = frozenset({"name", "kind", "when", "points", "half_life", "most"})
    data = problems.mapping(item, path, keys)
    if data is None:
        return None
    name = problems.text(data.get("name"), join(path, "name"))
    given = data.get("kind", ScoreKind.FIT.value)
    if given not in tuple(ScoreKind):
        problems.add(join(path, "kind"), "invalid", f"must be one of {', '.join(ScoreKind)}")
        return None
    kind = ScoreKind(given)
    if kind is ScoreKind.FIT:
        for key in sorted({"half_life", "most"} & data.keys()):
            problems.add(join(path, key), "unknown-field", "is for engagement only")
    when = read_condition(data.get("when"), join(path, "when"), problems)
    points = problems.whole(data.get("points"), join(path, "points"), -MOST_POINTS, MOST_POINTS)
    most = problems.whole(data.get("most", 1), join(path, "most"), 1, 100)
    half_life = data.get("half_life")
    if half_life is not None:
        half_life = problems.whole(half_life, join(path, "half_life"), 1, LONGEST_HALF_LIFE)
    if name is None or when is None or points is None or most is None:
        return None
    return Item(name, kind, when, points, half_life, most)


def _priority(item: Any, path: str, problems: Problems) -> Priority | None:
    thresholds = ("at_least", "fit_at_least", "engagement_at_least")
    data = problems.mapping(item, path, frozenset({"name", *thresholds}))
    if data is None:
        return None
    name = problems.text(data.get("name"), join(path, "name"))
    most = MOST_POINTS * MOST_ITEMS
    found = [
        problems.whole(data.get(key), join(path, key), -most, most)
        if key in data or key == "at_least"
        else None
        for key in thresholds
    ]
    return None if name is None or found[0] is None else Priority(name, found[0], found[1], found[2])


def _deal_value(item: Any, path: str, problems: Problems) -> Formula | None:
    """A formula as text, or `{formula, defaults}`."""
    if item is None:
        return None
    data = problems.mapping(
        {"formula": item} if isinstance(item, str) else item, path, frozenset({"formula", "defaults"})
    )
    text = None if data is None else problems.text(data.get("formula"), join(path, "formula"), 500)
    if data is None or text is None:
        return None
    try:
        formula = parse_formula(text)
    except InvalidFormula as error:
        problems.add(join(path, "formula"), "invalid", str(error))
        return None
    return parse_formula(text, _defaults(data.get("defaults", {}), formula, join(path, "defaults"), problems))


def _defaults(data: Any, formula: Formula, path: str, problems: Problems) -> dict[str, int | float]:
    given: Mapping[str, Any] = problems.mapping(data, path, formula.fields) or {}
    found = {}
    for name in sorted(formula.fields & given.keys()):
        value = given[name]
        number = as_number(fold(value)) if isinstance(value, str) else value
        if (
            isinstance(number, bool)
            or not isinstance(number, int | float)
            or not -(10**15) <= number <= 10**15
        ):
            problems.add(join(path, name), "wrong-type", "must be a number")
        else:
            found[name] = number
    return found
