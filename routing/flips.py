"""What would have changed a decision: found by making it again with one thing changed, never by reasoning about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from routing.assignment import Assignment, assign
from routing.facts import Facts
from routing.json_values import JSON
from routing.ledger import Ledger
from routing.load import Load
from routing.refusal import PASSING, Refusal
from routing.roster import Distribution, Member, Pool, Roster
from routing.route import Route, Step
from routing.router import route
from routing.rules import TODAY, Router
from routing.territories import TERRITORY

MOST_TRIED = 12
_CAPS = {"at_daily_cap": ("per_day", "with_daily_cap"), "at_weekly_cap": ("per_week", "with_weekly_cap")}


@dataclass(frozen=True, slots=True)
class Flip:
    """One thing that would have changed who got the lead. `code` is stable; `rep` would have got it then (None where
    another rule would have applied); `params` is what the words need."""

    code: str
    rep: str | None
    params: Mapping[str, JSON]

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"code": self.code, "rep": self.rep, "params": dict(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Flip":
        """The flip that `to_json` gave."""
        return cls(data["code"], data["rep"], dict(data["params"]))


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that `assign` was given."""

    pool: Pool
    slot: tuple[int, int]
    candidates: tuple[str, ...]
    refused: Mapping[str, Refusal]
    loads: Mapping[str, Load]
    ledger: Ledger
    lost: frozenset[str] = frozenset()
    skill: str | None = None
    prefer_skills: Mapping[str, int] = field(default_factory=dict)

    def run(self) -> Assignment:
        """The assignment they give."""
        return assign(
            self.pool,
            slot=self.slot,
            candidates=self.candidates,
            refused=self.refused,
            loads=self.loads,
            ledger=self.ledger,
            lost=self.lost,
            skill=self.skill,
            prefer_skills=self.prefer_skills,
        )

    def with_member(self, rep: str, **values: Any) -> "Inputs":
        """The same with another cap or tier of one member."""
        members = tuple(_changed(member, rep, values) for member in self.pool.members)
        return replace(self, pool=replace(self.pool, members=members))

    def allowing(self, rep: str, refusals: Mapping[str, Refusal]) -> "Inputs":
        """The same without what kept one rep; what kept the others stays, whoever said it."""
        others = {name: refusal for name, refusal in refusals.items() if name != rep}
        free = self.with_member(rep, per_day=None, per_week=None)
        pool = replace(free.pool, max_utilization=None)
        return replace(free, pool=pool, refused=others, lost=frozenset())


def _changed(member: Member, rep: str, values: Mapping[str, Any]) -> Member:
    return replace(member, **values) if member.rep.id == rep else member


def find_flips(inputs: Inputs, made: Assignment) -> tuple[Flip, ...]:
    """What would have given the lead to somebody else, each made sure of; nothing when the inputs do not give `made`.

    At most a dozen of those who were passed over are tried.
    """
    if inputs.run() != made:
        return ()
    return (*_refusals(inputs, made), *_winner(inputs, made))


def _refusals(inputs: Inputs, made: Assignment) -> Iterator[Flip]:
    """Those who were passed over for a passing reason and would have got it without that."""
    refusals = {refusal.rep: refusal for refusal in made.refused}
    likely = made.would_have_won or ()
    if made.distribution is Distribution.EQUAL_CHANCES:
        likely = tuple(rep for rep in sorted(refusals) if refusals[rep].code in PASSING)
    for rep in likely[:MOST_TRIED]:
        flip = _with_cap(inputs, refusals[rep]) or Flip("without_refusal", rep, {"code": refusals[rep].code})
        again = inputs.allowing(rep, refusals) if flip.code == "without_refusal" else _capped(inputs, flip)
        if again.run().winner == rep:
            yield flip


def _with_cap(inputs: Inputs, refusal: Refusal) -> Flip | None:
    """A cap of one more, where the pool's cap of this member was what kept them."""
    count, known = refusal.detail.get("count"), _CAPS.get(refusal.code)
    if known is None or refusal.rep in inputs.refused or not isinstance(count, int):
        return None
    return Flip(known[1], refusal.rep, {"cap": count + 1, "field": known[0]})


def _capped(inputs: Inputs, flip: Flip) -> Inputs:
    assert flip.rep is not None
    return inputs.with_member(flip.rep, **{str(flip.params["field"]): flip.params["cap"]})


def _winner(inputs: Inputs, made: Assignment) -> Iterator[Flip]:
    """What put the winner first, taken away."""
    winner, second = made.winner, made.runner_up
    if winner is None or second is None:
        return
    if made.reason == "higher_tier":
        tier = inputs.pool.by_rep[winner].tier
        if inputs.with_member(second, tier=tier).run().winner == second:
            yield Flip("same_tier", second, {"winner": winner, "tier": tier})
    if made.reason == "preferred_skill":
        other = replace(inputs, prefer_skills={}).run().winner
        if other not in (winner, None):
            yield Flip("without_preference", other, {"winner": winner})
    absent = replace(inputs, refused={**inputs.refused, winner: Refusal(winner, "busy")}).run().winner
    if absent is not None:
        yield Flip("without_winner", absent, {"winner": winner})


def find_rule_flip(router: Router, version: int, facts: Facts, roster: Roster, made: Route) -> Flip | None:
    """The nearest rule before the one that applied which one other answer would have made apply; None without one."""
    first = next((index for index, step in enumerate(made.steps) if step.matched), len(made.steps))
    for step in reversed(made.steps[max(0, first - MOST_TRIED) : first]):
        for value in _values(step):
            assert step.check is not None and step.check.field is not None
            again = route(router, version, facts.having(**{step.check.field: value}), roster)
            if any(each.matched and each.rule == step.rule for each in again.steps):
                return Flip("with_fact", None, {"rule": step.rule, "field": step.check.field, "value": value})
    return None


def _values(step: Step) -> Iterator[str | int | float]:
    """Answers that may pass the check which failed."""
    check = step.check
    if check is None or check.field is None or check.field in (TERRITORY, TODAY):
        return
    wanted = check.wanted[0] if isinstance(check.wanted, list | tuple) and check.wanted else check.wanted
    if check.op in ("ne", "not_in", "missing", "exists") or isinstance(wanted, bool):
        return
    if isinstance(wanted, str | int | float):
        step_up = {"gt": 1, "lt": -1}.get(check.op, 0)
        number = float(wanted) if str(wanted).replace(".", "", 1).isdigit() else None
        yield wanted if number is None or not step_up else int(number) + step_up
