"""Which leads no rule matches: found with an example each, or proven not to exist.

The analysis looks at the finite picture of the fields (see `abstraction`) and searches it whole. An example is
always checked against the rules themselves before it is told. What cannot be decided exactly, or within the work
allowed, is counted as unknown, never passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

from routing.abstraction import Picture
from routing.boxes import Boxes, Budget, OutOfBudget
from routing.conditions import Condition
from routing.domains import Domain, Kind
from routing.facts import Facts
from routing.json_values import JSON
from routing.logic import Term
from routing.region_words import region_words
from routing.roster import Roster, Territory
from routing.rules import TODAY, Router
from routing.territories import TERRITORY

MOST_REGIONS = 100
MOST_STEPS = 5_000_000
"""Some seconds of work; a step is one class of values of one field, looked at once."""


class CoverageVerdict(StrEnum):
    """`covered` is proven, `uncovered` has examples, `unknown` has neither."""

    COVERED = "covered"
    UNCOVERED = "uncovered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Region:
    """Leads that no rule matches. `fields`: what each field is like there, in words; the others may be anything.
    `example`: the facts of one such lead."""

    fields: tuple[tuple[str, str], ...]
    example: Mapping[str, JSON]

    def sentence(self) -> str:
        """`country is known other than "DE"; employees is less than 200`, and the example."""
        return f"{self.where()} (for example {self.lead()})"

    def where(self) -> str:
        """What such leads are like."""
        return "; ".join(f"{name} is {words}" for name, words in self.fields) or "any lead"

    def lead(self) -> str:
        """One of them."""
        return spoken_lead(self.example)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        fields: list[JSON] = [{"field": name, "is": words} for name, words in self.fields]
        return {"fields": fields, "example": dict(self.example), "sentence": self.sentence()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Region":
        """The region that `to_json` gave."""
        return cls(tuple((each["field"], each["is"]) for each in data["fields"]), dict(data["example"]))


def spoken_lead(example: Mapping[str, JSON], *, is_one_day: bool = False) -> str:
    """A lead for people to read: its fields, without those that were worked out from them, and without the day where
    there is only one."""
    hidden = {TERRITORY, TODAY} if is_one_day else {TERRITORY}
    said = [f"{name}: {_spoken(value)}" for name, value in example.items() if name not in hidden]
    return ", ".join(said) or "a lead of which nothing is known"


def _spoken(value: JSON) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " + ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came of it. `reaches`: where the leads of the regions go. `unknown` counts the conditions that could not be
    decided exactly, `undecided` says which. `is_whole`: there are no regions besides those listed."""

    verdict: CoverageVerdict
    reaches: Literal["catch_all", "nothing"]
    regions: tuple[Region, ...]
    unknown: int
    undecided: tuple[str, ...]
    is_whole: bool
    steps: int

    def sentences(self) -> tuple[str, ...]:
        """For people: the verdict, a line for each region, and what is not known."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        goes = "reach only the catch-all" if self.reaches == "catch_all" else "reach nothing at all"
        if self.verdict is CoverageVerdict.COVERED:
            yield "Every lead there can be is matched by a rule."
        elif self.verdict is CoverageVerdict.UNKNOWN:
            yield "No uncovered lead was found, but this is no proof."
        else:
            more, kinds = "" if self.is_whole else "At least ", len(self.regions)
            yield f"{more}{kinds} {'kind' if kinds == 1 else 'kinds'} of leads {goes}:"
        yield from (region.sentence() for region in self.regions)
        if self.unknown:
            count = f"{self.unknown} condition{'' if self.unknown == 1 else 's'}"
            yield f"{count} could not be decided exactly: {'; '.join(self.undecided)}."

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "verdict": self.verdict.value,
            "reaches": self.reaches,
            "regions": [region.to_json() for region in self.regions],
            "unknown": self.unknown,
            "undecided": list(self.undecided),
            "is_whole": self.is_whole,
            "steps": self.steps,
            "sentences": list(self.sentences()),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Coverage":
        """The coverage that `to_json` gave."""
        return cls(
            verdict=CoverageVerdict(data["verdict"]),
            reaches=data["reaches"],
            regions=tuple(map(Region.from_json, data["regions"])),
            unknown=data["unknown"],
            undecided=tuple(data["undecided"]),
            is_whole=data["is_whole"],
            steps=data["steps"],
        )


def check_coverage(
    router: Router,
    roster: Roster,
    domains: Mapping[str, Domain],
    *,
    today: str | None = None,
    never: Sequence[Condition] = (),
    most_regions: int = MOST_REGIONS,
    most_steps: int = MOST_STEPS,
) -> Coverage:
    """The leads that no rule of the router matches.

    `domains`: what the form's fields can hold; a field not in it is any text, or missing. `today`: look at this ISO
    date only, rather than at all days there are. `never`: conditions of which it is known that no lead meets them.
    """
    known = domains if today is None else {**domains, TODAY: only_day(today)}
    tests = (*(rule.test for rule in router.rules), *never)
    reaches: Literal["catch_all", "nothing"] = "catch_all" if router.catch_all else "nothing"
    coverage = _cover(
        tests, used_territories(roster.territories, tests), known, reaches, most_regions, most_steps
    )
    if today is None:
        return coverage
    return replace(coverage, regions=tuple(_without_day(region) for region in coverage.regions))


def _without_day(region: Region) -> Region:
    """The region without the day, which is the same in all of them."""
    return replace(region, example={name: value for name, value in region.example.items() if name != TODAY})


def check_territories(
    roster: Roster,
    domains: Mapping[str, Domain],
    *,
    today: str | None = None,
    most_regions: int = MOST_REGIONS,
    most_steps: int = MOST_STEPS,
) -> Coverage:
    """The leads that lie in no territory. `today`: look at this ISO date only, rather than at all days there are."""
    known = domains if today is None else {**domains, TODAY: only_day(today)}
    tests = tuple(roster.territories[name].test for name in sorted(roster.territories))
    return _cover(tests, {}, known, "nothing", most_regions, most_steps)


def only_day(today: str) -> Domain:
    """The domain of `today` when it is one day."""
    return Domain(Kind.DATE, (today,), is_required=True)


def used_territories(
    territories: Mapping[str, Territory], tests: Sequence[Condition]
) -> Mapping[str, Territory]:
    """The territories, if a condition looks at them at all."""
    is_used = any(leaf.field == TERRITORY for test in tests for leaf in test.leaves())
    return territories if is_used else {}


def _cover(
    tests: Sequence[Condition],
    territories: Mapping[str, Territory],
    domains: Mapping[str, Domain],
    reaches: Literal["catch_all", "nothing"],
    most_regions: int,
    most_steps: int,
) -> Coverage:
    picture = Picture(tests, territories, domains)
    boxes = Boxes([*map(picture.formula, tests), *picture.impossible], picture.sizes)
    budget = Budget(most_steps)
    found, is_whole = _collect(boxes, picture, budget, most_regions)
    regions = [region for region, facts in found if not any(test.passes(facts) for test in tests)]
    undecided = tuple(dict.fromkeys(f"{check.field} {check.op}" for check in picture.undecided))
    is_proven = is_whole and not picture.undecided and len(regions) == len(found)
    verdict = CoverageVerdict.COVERED if is_proven else CoverageVerdict.UNKNOWN
    return Coverage(
        verdict=CoverageVerdict.UNCOVERED if regions else verdict,
        reaches=reaches,
        regions=tuple(regions),
        unknown=len(picture.undecided),
        undecided=undecided,
        is_whole=is_proven,
        steps=budget.spent,
    )


def _collect(
    boxes: Boxes, picture: Picture, budget: Budget, most: int
) -> tuple[list[tuple[Region, Facts]], bool]:
    """The regions with their examples, and whether these are all."""
    found: list[tuple[Region, Facts]] = []
    try:
        for box in boxes.outside({}, range(len(boxes.formulas)), budget):
            if len(found) == most:
                return found, False
            found.append(_region(picture, box))
    except OutOfBudget:
        return found, False
    return found, True


def _region(picture: Picture, box: Term) -> tuple[Region, Facts]:
    facts = picture.example(box)
    return Region(region_words(picture, box), facts.to_json()), facts
