"""What is wrong with territories taken together: leads that lie in two of them, or in none."""

from collections.abc import Iterator, Mapping
from itertools import combinations, islice

from routing.abstraction import Picture
from routing.boxes import Boxes, Budget, OutOfBudget
from routing.coverage import Coverage, check_territories, only_day, spoken_lead
from routing.domains import ANY_TEXT, Domain
from routing.lint import Finding, chains
from routing.logic import combine
from routing.roster import Roster, Territory
from routing.rules import TODAY, Router
from routing.territories import TERRITORY

MOST_STEPS = 500_000
MOST_OVERLAPS = 20
MOST_GAPS = 5


def lint_territories(
    router: Router,
    roster: Roster,
    domains: Mapping[str, Domain],
    *,
    today: str | None = None,
    most_steps: int = MOST_STEPS,
) -> list[Finding]:
    """Findings about the territories, if the router looks at them: `overlapping-territories` (a note: both count for
    such a lead), `territory-gap` (a note: no rule by territory takes such a lead), `not-checked`."""
    if not roster.territories or not looks_at_territories(router):
        return []
    known = domains if today is None else {**domains, TODAY: only_day(today)}
    found = list(_overlaps(roster, known, Budget(most_steps)))
    gaps = check_territories(roster, domains, today=today, most_regions=MOST_GAPS, most_steps=most_steps)
    found += _gaps(gaps)
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
    picture = Picture([each.test for each in territories], {}, domains)
    formulas = [picture.formula(each.test) for each in territories]
    boxes = Boxes([*formulas, *picture.impossible], picture.sizes)
    impossible = range(len(formulas), len(formulas) + len(picture.impossible))
    is_one_day = len(domains.get(TODAY, ANY_TEXT).choices) == 1
    for one, other in combinations(range(len(territories)), 2):
        both = combine(True, (formulas[one], formulas[other]), picture.sizes)
        box = boxes.first_outside(both, impossible, budget)
        if box is None:
            continue
        facts, names = picture.example(box), (territories[one].name, territories[other].name)
        if all(territories[index].test.passes(facts) for index in (one, other)):
            lead = spoken_lead(facts.to_json(), is_one_day=is_one_day)
            message = f"territories {names[0]} and {names[1]} have leads in common: {lead}"
            yield Finding("note", "overlapping-territories", f"territories.{names[1]}", message)


def _gaps(coverage: Coverage) -> Iterator[Finding]:
    for region in coverage.regions:
        message = f"some leads lie in no territory: {region.sentence()}"
        yield Finding("note", "territory-gap", "territories", message)
