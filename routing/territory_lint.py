"""What is wrong with territories taken together: leads that lie in two of them, or in none."""

from collections.abc import Iterator, Mapping
from itertools import combinations, islice

from routing.abstraction import Picture
from routing.boxes import Boxes, Budget, OutOfBudget
from routing.coverage import Coverage, check_territories, spoken_lead
from routing.domains import Domain
from routing.lint import Finding, chains
from routing.logic import combine
from routing.roster import Roster, Territory
from routing.rules import Router
from routing.territories import TERRITORY

MOST_STEPS = 500_000
MOST_OVERLAPS = 20
MOST_GAPS = 5


def lint_territories(
    router: Router, roster: Roster, domains: Mapping[str, Domain], *, most_steps: int = MOST_STEPS
) -> list[Finding]:
    """Findings about the territories, if the router looks at them: `overlapping-territories` (a note: both count for
    such a lead), `territory-gap` (a note: no rule by territory takes such a lead), `not-checked`."""
    if not roster.territories or not looks_at_territories(router):
        return []
    found = list(_overlaps(roster, domains, Budget(most_steps)))
    found += _gaps(check_territories(roster, domains, most_regions=MOST_GAPS, most_steps=most_steps))
    return found


def looks_at_territories(router: Router) -> bool:
    """Whether a condition or an action of the router asks for territories."""
    asked = any(leaf.field == TERRITORY for rule in router.rules for leaf in rule.when.leaves())
    return asked or any(TERRITORY in action.match for _, action in chains(router))


def _overlaps(roster: Roster, domains: Mapping[str, Domain], budget: Budget) -> Iterator[Finding]:
    territories = [roster.territories[name] for name in sorted(roster.territories)]
    try:
        yield from islice(_pairs(territories, domains, budget), MOST_OVERLAPS)
    except OutOfBudget:
        yield Finding(
            "note", "not-checked", "territories", "there are too many territories to compare them all"
        )


def _pairs(territories: list[Territory], domains: Mapping[str, Domain], budget: Budget) -> Iterator[Finding]:
    picture = Picture([each.when for each in territories], {}, domains)
    formulas = [picture.formula(each.when) for each in territories]
    boxes = Boxes([*formulas, *picture.impossible], picture.sizes)
    impossible = range(len(formulas), len(formulas) + len(picture.impossible))
    for one, other in combinations(range(len(territories)), 2):
        both = combine(True, (formulas[one], formulas[other]), picture.sizes)
        box = boxes.first_outside(both, impossible, budget)
        if box is None:
            continue
        facts, names = picture.example(box), (territories[one].name, territories[other].name)
        if all(territories[index].when.passes(facts) for index in (one, other)):
            message = f"{names[0]} and {names[1]} have leads in common: {spoken_lead(facts.to_json())}"
            yield Finding("note", "overlapping-territories", f"territories.{names[1]}", message)


def _gaps(coverage: Coverage) -> Iterator[Finding]:
    for region in coverage.regions:
        message = f"some leads lie in no territory: {region.sentence()}"
        yield Finding("note", "territory-gap", "territories", message)
