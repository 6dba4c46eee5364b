"""What changed between two versions of a router, as sentences a manager reads."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from routing.action import Action
from routing.condition_words import (
    WAIT,
    action_phrase,
    condition_phrase,
    demands,
    destination_phrase,
    listed,
    values_of,
)
from routing.conditions import AllOf, AnyOf, Condition, FieldCheck
from routing.json_values import JSON
from routing.rules import Router, Rule


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `code` is stable; `rule` is the name it has now (a removed rule's: had), None for the router
    itself; `words` say what it is about, to follow the rule's name."""

    code: str
    rule: str | None
    words: str

    def sentence(self) -> str:
        """`Rule 'DACH mid-market' now also needs employees at least 200.`"""
        words = self.words.removesuffix(".")
        return f"{words}." if self.rule is None else f"Rule '{self.rule}' {words}."

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"code": self.code, "rule": self.rule, "words": self.words, "sentence": self.sentence()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Change":
        """The change that `to_json` gave."""
        return cls(data["code"], data["rule"], data["words"])


def diff_routers(before: Router, after: Router) -> tuple[Change, ...]:
    """Everything that differs, in the order of the rules as they are now; nothing when the two are equal."""
    return tuple(_changes(before, after))


def _changes(before: Router, after: Router) -> Iterator[Change]:
    if before.name != after.name:
        yield Change(
            "renamed-router", None, f"The router is now called '{after.name}' instead of '{before.name}'"
        )
    pairs = _pairs(before.rules, after.rules)
    kept = [pairs[rule.name] for rule in after.rules if rule.name in pairs]
    moved = _moved([before.rules.index(rule) for rule in kept])
    kept_names = {rule.name for rule in kept}
    for rule in before.rules:
        if rule.name not in kept_names:
            yield Change("removed", rule.name, "was removed")
    place = 0
    for index, rule in enumerate(after.rules):
        old = pairs.get(rule.name)
        if old is None:
            yield Change("added", rule.name, _as_new(after.rules, index))
            continue
        if place in moved:
            yield Change("moved", rule.name, f"moved {_position(after.rules, index)}")
        place += 1
        yield from _rule(old, rule)
    yield from _layers(before, after)
    yield from _settings(before, after)
    yield from _catch_all(before.catch_all, after.catch_all)


def _layers(before: Router, after: Router) -> Iterator[Change]:
    was, now = ([(layer.name or "", layer.notes) for layer in router.layers] for router in (before, after))
    if was == now:
        return
    if not after.is_layered:
        yield Change("layers", None, "There are no layers any more; the first rule that matches decides")
    elif [name for name, _ in was] == [name for name, _ in now]:
        changed = [name for (name, notes), old in zip(now, was, strict=True) if notes != old[1]]
        yield Change("layers", None, f"There is another note on {listed(map(repr, changed), 'and')}")
    else:
        instead = f" instead of {listed((repr(name) for name, _ in was), 'and')}" if before.is_layered else ""
        words = f"The layers are now {listed((repr(name) for name, _ in now), 'and')}{instead}"
        yield Change("layers", None, words)


def _settings(before: Router, after: Router) -> Iterator[Change]:
    if before.sticky != after.sticky:
        now = "no longer come back" if after.sticky is None else f"now come back for {after.sticky} days"
        was = f" instead of {before.sticky}" if before.sticky and after.sticky else ""
        yield Change("sticky", None, f"Companies that nobody owns {now} to their last rep{was}")
    if after.sticky and before.sticky_wait != after.sticky_wait:
        words = f"Their last rep is now waited for {after.sticky_wait} instead of {before.sticky_wait}"
        yield Change("sticky_wait", None, words)
    if before.local_day != after.local_day:
        words = f"The prospect's day is now {after.local_day} instead of {before.local_day}"
        yield Change("local_day", None, words)


def _pairs(before: Sequence[Rule], after: Sequence[Rule]) -> dict[str, Rule]:
    """By name now, the rule as it was: the one of the same name, or else one that is gone and did just the same."""
    old = {rule.name: rule for rule in before}
    pairs = {rule.name: old[rule.name] for rule in after if rule.name in old}
    gone = [rule for rule in before if rule.name not in pairs]
    for rule in after:
        twin = next((each for each in gone if replace(each, name=rule.name) == rule), None)
        if rule.name not in pairs and twin is not None:
            gone.remove(twin)
            pairs[rule.name] = twin
    return pairs


def _moved(places: Sequence[int]) -> set[int]:
    """The fewest of a sequence of places without which the rest would be in order: all but the longest rise."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for index, place in enumerate(places):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    rising = set()
    at = last[-1] if last else None
    while at is not None:
        rising.add(at)
        at = before[at]
    return set(range(len(places))) - rising


def _position(rules: Sequence[Rule], index: int) -> str:
    return f"before '{rules[index + 1].name}'" if index + 1 < len(rules) else "to the end"


def _as_new(rules: Sequence[Rule], index: int) -> str:
    rule = rules[index]
    where = f"before '{rules[index + 1].name}'" if index + 1 < len(rules) else "at the end"
    goes = f"{condition_phrase(rule.when)} goes to {_chain_phrase((rule.action, *rule.fallback))}"
    return f"is new, {where}: {goes}"


def _chain_phrase(actions: Sequence[Action]) -> str:
    return ", then ".join(action_phrase(action) for action in actions)


def _rule(old: Rule, new: Rule) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("renamed", new.name, f"was called '{old.name}' before")
    if old.layer != new.layer and new.layer is not None:
        before = f" instead of '{old.layer}'" if old.layer is not None else ""
        yield Change("layer", new.name, f"now stands in layer '{new.layer}'{before}")
    yield from (Change("condition", new.name, words) for words in _conditions(old.when, new.when))
    yield from _action(old.action, new.action, new.name)
    if old.fallback != new.fallback:
        yield Change("fallback", new.name, _fallback(old.fallback, new.fallback))
    for code, was, now, said in _plain(old, new):
        if was != now:
            yield Change(code, new.name, _from_to(said, was, now))


def _plain(old: Rule, new: Rule) -> Iterator[tuple[str, str | None, str | None, str]]:
    """Code, before, now, and what it is called."""
    yield "verdict", old.verdict, new.verdict, "verdict"
    yield "from", old.starts, new.starts, "first day"
    yield "until", old.ends, new.ends, "day of ending"
    yield "review", old.review, new.review, "review date"
    yield "late_facts", old.late, new.late, "use of late facts"
    yield "owner", old.owner, new.owner, "owner"
    yield "notes", old.notes, new.notes, "note"


def _from_to(said: str, was: str | None, now: str | None) -> str:
    if now is None:
        return f"no longer has a {said} (it was {was})"
    return f"now has the {said} {now}" + (f" instead of {was}" if was is not None else "")


def _parts(condition: Condition, kind: type[AllOf] | type[AnyOf]) -> list[Condition]:
    """The parts of a group, however it was nested."""
    if not isinstance(condition, kind):
        return [condition]
    return [part for each in condition.parts for part in _parts(each, kind)]


def _conditions(old: Condition, new: Condition) -> Iterator[str]:
    """What is needed more, less, or instead; alternatives when both are a choice of some."""
    if old == new:
        return
    either = isinstance(old, AnyOf) and isinstance(new, AnyOf)
    kind: type[AllOf] | type[AnyOf] = AnyOf if either else AllOf
    ours, theirs = _parts(old, kind), _parts(new, kind)
    gone = [part for part in ours if part not in theirs]
    come = [part for part in theirs if part not in ours]
    if not gone and not come:
        yield f"asks for the same in another order or with repeats: {condition_phrase(new)}"
    for part in tuple(gone):
        instead = _counterpart(part, come)
        if instead is not None and not either:
            gone.remove(part)
            come.remove(instead)
            yield _instead(part, instead)
    more, less = ("now also takes", "no longer takes") if either else ("now also needs", "no longer needs")
    yield from (f"{more} {condition_phrase(part, inside=True)}" for part in come)
    yield from (f"{less} {condition_phrase(part, inside=True)}" for part in gone)


def _counterpart(part: Condition, others: Sequence[Condition]) -> Condition | None:
    """The check of the same field, best with the same operator."""
    if not isinstance(part, FieldCheck):
        return None
    same = [each for each in others if isinstance(each, FieldCheck) and each.field == part.field]
    return min(same, key=lambda each: each.op != part.op, default=None)


def _instead(old: Condition, new: Condition) -> str:
    both_in = isinstance(old, FieldCheck) and isinstance(new, FieldCheck) and old.op == new.op == "in"
    if both_in and isinstance(old, FieldCheck) and isinstance(new, FieldCheck):
        was, now = values_of(old), values_of(new)
        more, less = [each for each in now if each not in was], [each for each in was if each not in now]
        said = [f"also takes {new.field} {listed(more, 'and')}"] if more else []
        said += [f"no longer takes {new.field} {listed(less, 'and')}"] if less else []
        if said:
            return f"now {' and '.join(said)}".replace("now no longer", "no longer")
    return f"now needs {condition_phrase(new)} instead of {condition_phrase(old)}"


def _action(old: Action, new: Action, rule: str) -> Iterator[Change]:
    if (old.kind, old.name, old.split) != (new.kind, new.name, new.split):
        words = f"now goes to {destination_phrase(new)} instead of {destination_phrase(old)}"
        yield Change("action", rule, words)
    if old.split or new.split:
        return
    was, now = demands(old), demands(new)
    for about in dict.fromkeys((*was, *now)):
        before, after = was.get(about), now.get(about)
        if about == WAIT and after:
            words = f"now waits for the owner {after}" + (f" instead of {before}" if before else "")
            if before != after:
                yield Change("demand", rule, words)
        elif about != WAIT and before != after:
            yield Change("demand", rule, _demand(before, after))


def _demand(before: str | None, after: str | None) -> str:
    if after is None:
        return f"no longer looks for a rep {before}"
    return f"now looks for a rep {after}" + (f" instead of {before}" if before else "")


def _fallback(old: Sequence[Action], new: Sequence[Action]) -> str:
    if not new:
        return f"no longer falls back to {_chain_phrase(old)}"
    now = f"now falls back to {_chain_phrase(new)}"
    return f"{now} instead of {_chain_phrase(old)}" if old else now


def _catch_all(old: Sequence[Action], new: Sequence[Action]) -> Iterator[Change]:
    if old != new:
        words = f"Leads that no rule takes now go to {_chain_phrase(new) or 'nobody'}"
        yield Change("catch_all", None, f"{words} instead of {_chain_phrase(old) or 'nobody'}")
