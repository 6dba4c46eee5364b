"""What is wrong with rules taken together: what several before them leave nothing to, what two of them both take,
what could be dropped or merged without changing anything.

Proven on the picture of the form's fields (see `abstraction`), with an example lead where there is one. Rules about
fields that could not be pictured exactly are never called needless because of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice

from routing.abstraction import Picture
from routing.action import Action
from routing.boxes import MOST_TERMS, Boxes, Budget, OutOfBudget
from routing.coverage import only_day, spoken_lead, used_territories
from routing.domains import Domain
from routing.facts import Facts
from routing.implication import covered, never_holds
from routing.lint import Finding, in_order, outcome
from routing.logic import Formula, Term, combine, terms
from routing.problems import join
from routing.roster import Roster
from routing.route import DestinationKind
from routing.rules import DEFAULT_VERDICTS, TODAY, Layer, Router, Rule

MOST_STEPS = 10_000_000
MOST_OVERLAPS = 50
MOST_NAMED = 5
_TRIED_PER_RULE = 20
_GOES_ON = Action(DestinationKind.QUEUE, "")


def lint_rules(
    router: Router,
    roster: Roster,
    domains: Mapping[str, Domain],
    *,
    today: str | None = None,
    most_steps: int = MOST_STEPS,
) -> list[Finding]:
    """Findings about rules that only show when they are looked at together, besides those of `lint.lint`.

    `unreachable` and `shadowed` (warnings: no lead of this form gets there), `needless` (warning: dropping it
    changes nothing), `mergeable` and `overlapping` (notes), `not-checked` (note: the work was cut short).
    """
    known = domains if today is None else {**domains, TODAY: only_day(today)}
    budget = Budget(most_steps)
    findings: list[Finding] = []
    for layer, alone in _layers(router):
        try:
            found = [*_merge(alone), *_look(_Together(alone, roster, known), budget)]
        except OutOfBudget:
            message = "the rules are too entangled to look at all of them together"
            found = [Finding("note", "not-checked", "rules", message)]
        findings += (replace(each, path=layer.path + each.path.removeprefix("rules")) for each in found)
    return in_order(findings)


def _layers(router: Router) -> Iterator[tuple[Layer, Router]]:
    """Each layer as a router of its own. What its rules leave goes on to the layers behind it, which is no
    destination that a rule could name."""
    if not router.is_layered:
        yield router.layers[0], router
        return
    for layer in router.layers:
        yield layer, Router(router.name, router.rules_of(layer), (_GOES_ON,))


class _Together:
    """The rules of a router as boxes of one picture. The impossible is one more formula behind the rules."""

    def __init__(self, router: Router, roster: Roster, domains: Mapping[str, Domain]) -> None:
        tests = [rule.test for rule in router.rules]
        self.router = router
        self.is_one_day = len(domains[TODAY].choices) == 1 if TODAY in domains else False
        self.picture = Picture(tests, used_territories(roster.territories, tests), domains)
        self.formulas: list[Formula] = [*map(self.picture.formula, tests), *self.picture.impossible]
        self.boxes = Boxes(self.formulas, self.picture.sizes)
        self.known = {index for index, _ in covered(tests)}
        self.known.update(index for index, test in enumerate(tests) if never_holds(test))
        vague = {check.field for check in self.picture.undecided}
        self.vague = frozenset(
            index for index, test in enumerate(tests) if any(leaf.field in vague for leaf in test.leaves())
        )
        self.impossible = tuple(range(len(tests), len(self.formulas)))

    def first(self, formula: Formula, outside: Sequence[int], budget: Budget) -> Term | None:
        """A box where the formula holds and none of these rules does. Vague rules are taken to cover nothing."""
        numbers = [number for number in outside if number not in self.vague]
        return self.boxes.first_outside(formula, (*numbers, *self.impossible), budget)

    def both(self, one: int, other: int) -> Formula:
        """Where both rules hold."""
        return combine(True, (self.formulas[one], self.formulas[other]), self.picture.sizes)


def _look(together: _Together, budget: Budget) -> Iterator[Finding]:
    """Rules that nothing gets to, then needless ones among the rest, one by one: any of those that are named can be
    dropped, or all at once."""
    examples: dict[int, Facts] = {}
    for index, rule in enumerate(together.router.rules):
        if index in together.known:
            continue
        box = together.first(together.formulas[index], range(index), budget)
        if box is not None:
            examples[index] = together.picture.example(box)
        elif index not in together.vague:
            yield _no_lead(together, index, rule, budget)
    kept = list(examples) if not together.vague else []
    for index in tuple(kept):
        if _is_needless(together, index, kept, examples[index], budget):
            kept.remove(index)
            name = together.router.rules[index].name
            message = f"{name} can be dropped: without it every lead goes where it goes now"
            yield Finding("warning", "needless", join("rules", index), message)
    overlapping = (finding for index in examples for finding in _overlap(together, index, budget))
    yield from islice(overlapping, MOST_OVERLAPS)


def _no_lead(together: _Together, index: int, rule: Rule, budget: Budget) -> Finding:
    if together.first(together.formulas[index], (), budget) is None:
        message = f"{rule.name} asks for what no answer of the form can be"
        return Finding("warning", "unreachable", join("rules", index), message)
    message = f"the rules before {rule.name} together leave nothing to it"
    return Finding("warning", "shadowed", join("rules", index), message)


def _overlap(together: _Together, index: int, budget: Budget) -> Iterator[Finding]:
    """The first earlier rule that takes some of the same leads, but neither all of this one's nor only those: which
    of the two comes first decides, and nobody can see it from either."""
    rules, mine = together.router.rules, together.formulas[index]
    for before in _touching(together, index)[:_TRIED_PER_RULE]:
        if outcome(rules[before]) == outcome(rules[index]):
            continue
        box = together.first(together.both(before, index), range(before), budget)
        if box is None or together.first(mine, (before,), budget) is None:
            continue
        if together.first(together.formulas[before], (index,), budget) is None:
            continue
        lead = spoken_lead(together.picture.example(box).to_json(), is_one_day=together.is_one_day)
        message = f"{rules[index].name} and {rules[before].name} both take some leads, which go to the latter: {lead}"
        yield Finding("note", "overlapping", join("rules", index), message)
        return


def _touching(together: _Together, index: int) -> list[int]:
    """Earlier rules that may have leads in common with this one."""
    boxes = together.boxes
    found = 0
    for term in terms(together.formulas[index], MOST_TERMS) or ():
        found |= boxes.touching(term, (1 << len(boxes.terms)) - 1)
    masks = [(before, boxes.of_formula[before]) for before in range(index) if before not in together.vague]
    return [before for before, mask in masks if mask is not None and mask & found]


def _is_needless(
    together: _Together, index: int, kept: Sequence[int], example: Facts, budget: Budget
) -> bool:
    """Whether, with only the rules that are kept, every lead that gets to this one would go the same way without it.

    The example alone nearly always shows that it would not; only then the proof is worth its work.
    """
    router = together.router
    ours, rest = _chain(router, router.rules[index]), [later for later in kept if later > index]
    following = next(
        (router.rules[later] for later in rest if router.rules[later].test.passes(example)), None
    )
    if _chain(router, following) != ours or _would_wake(together, index, kept, budget):
        return False
    for later in rest:
        if _chain(router, router.rules[later]) != ours:
            others = [number for number in kept if number < later and number != index]
            if together.first(together.both(index, later), others, budget) is not None:
                return False
    if _chain(router, None) == ours:
        return True
    others = [number for number in kept if number != index]
    return together.first(together.formulas[index], others, budget) is None


def _would_wake(together: _Together, index: int, kept: Sequence[int], budget: Budget) -> bool:
    """Whether a later rule that nothing gets to now would get some of this one's leads, and do something else."""
    rules, before = together.router.rules, [number for number in kept if number < index]
    ours = _chain(together.router, rules[index])
    return any(
        later not in kept
        and _chain(together.router, rules[later]) != ours
        and together.first(together.both(index, later), before, budget) is not None
        for later in range(index + 1, len(rules))
    )


def _chain(router: Router, rule: Rule | None) -> tuple[object, ...]:
    """The verdict and the destinations, in order, up to the first that always takes the request."""
    chain: list[Action] = []
    for action in (*((rule.action, *rule.fallback) if rule else ()), *router.catch_all):
        if action not in chain:
            chain.append(action)
        if action.is_final:
            break
    given = rule.verdict if rule else None
    return given or (DEFAULT_VERDICTS[chain[0].kind] if chain else None), *chain


def _merge(router: Router) -> Iterator[Finding]:
    """Rules in a row that do the same (and are in effect on the same days)."""
    alike = groupby(
        enumerate(router.rules), key=lambda each: (outcome(each[1]), each[1].starts, each[1].ends)
    )
    for _, group in alike:
        run = list(group)
        if len(run) > 1:
            names = ", ".join(rule.name for _, rule in run[:MOST_NAMED])
            more = f" and {len(run) - MOST_NAMED} more" if len(run) > MOST_NAMED else ""
            message = f"{names}{more} do the same one after the other: one rule with any of them would do"
            yield Finding("note", "mergeable", join("rules", run[0][0]), message)
