"""What a rule does: one destination, with what it asks of a rep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from routing.facts import Facts
from routing.json_values import JSON
from routing.party import Party, read_parties
from routing.problems import Problems, join
from routing.route import FINAL, DestinationKind
from routing.split import Drawn, Split, read_split

MATCHES = ("territory", "language", "timezone")
"""What `match` may ask for: the rep covers a territory of the request; the rep speaks its language; the meeting lies
inside of the prospect's day as well as the rep's."""

OWNERS = ("parent", "any")
"""Whose owner besides the account's own (`true`): that of the nearest account above, or the first there is: its own,
one above, one of the same family."""

DEFAULT_OWNER_WAIT = "2 business days"
HIGHEST_LEVEL = 10
MOST_SKILLS = 50

_WAIT = re.compile(r"[0-9]{1,3} (?:business days?|days?|hours?)|[0-9]{1,3}[hd]")
_KINDS = tuple(kind.value for kind in DestinationKind)
_FLAGS = frozenset({DestinationKind.OWNER, DestinationKind.TERRITORY, DestinationKind.ADJACENT})
_DEMANDS = frozenset({"match", "require_skills", "prefer_skills", "within", "with"})
_KEYS = {
    DestinationKind.OWNER: frozenset({"owner_wait", "with"}),
    DestinationKind.REP: frozenset({"within", "with"}),
    DestinationKind.POOL: _DEMANDS,
    DestinationKind.TERRITORY: _DEMANDS,
    DestinationKind.ADJACENT: _DEMANDS,
}
"""What may stand beside the destination, by its kind."""


@dataclass(frozen=True, slots=True)
class Action:
    """One destination of a rule, as written. `name` is blank for `owner`, `territory` and `adjacent`, which are found
    in the facts (`parent` or `any` for other owners). `within`: passed over when its first time lies further ahead.
    `parties` are who else takes part (`with` in a document)."""

    kind: DestinationKind
    name: str
    match: tuple[str, ...] = ()
    require_skills: Mapping[str, int] = field(default_factory=dict)
    prefer_skills: Mapping[str, int] = field(default_factory=dict)
    owner_wait: str | None = None
    within: str | None = None
    parties: "tuple[Party[Action], ...]" = ()
    split: "Split[Action] | None" = None
    """An experiment; the other fields are then those of its first variant."""

    @property
    def outcomes(self) -> tuple["Action", ...]:
        """What it may come to: itself, or each of its variants."""
        return tuple(variant.action for variant in self.split.variants) if self.split else (self,)

    @property
    def is_final(self) -> bool:
        """Whether it always takes the request, so that nothing after it is reached."""
        return all(each.kind in FINAL for each in self.outcomes)

    def drawn(self, facts: Facts) -> tuple["Action", tuple[Drawn, ...]]:
        """The action for a request, with the record of a draw if there was one."""
        if self.split is None:
            return self, ()
        action, drawn = self.split.draw(facts)
        return action, (drawn,) if drawn is not None else ()

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        if self.split is not None:
            return {"split": self.split.to_json(Action.to_json)}
        plain: dict[str, JSON] = {self.kind.value: self.name or True}
        if self.match:
            plain["match"] = list(self.match)
        if self.require_skills:
            plain["require_skills"] = dict(self.require_skills)
        if self.prefer_skills:
            plain["prefer_skills"] = dict(self.prefer_skills)
        if self.owner_wait:
            plain["owner_wait"] = self.owner_wait
        if self.within:
            plain["within"] = self.within
        if self.parties:
            plain["with"] = [party.written() for party in self.parties]
        return plain


def read_action(data: Any, path: str, problems: Problems) -> Action | None:
    """The action in a document: `{pool: dach-ae, match: [territory], ...}`, `{owner: true}`, `{queue: ...}` ..."""
    if not isinstance(data, Mapping):
        problems.add(path, "wrong-type", f"must be a mapping with one of {', '.join(_KINDS)}")
        return None
    if "split" in data:
        return _read_experiment(data, path, problems)
    kinds = [DestinationKind(key) for key in _KINDS if key in data]
    if len(kinds) != 1:
        problems.add(path, "invalid", f"must name exactly one of {', '.join(_KINDS)}")
        return None
    kind = kinds[0]
    problems.mapping(data, path, _KEYS.get(kind, frozenset()) | {kind.value})
    name = _read_name(data, kind, path, problems)
    if name is None:
        return None
    return Action(
        kind=kind,
        name=name,
        match=_read_match(data.get("match"), join(path, "match"), problems),
        require_skills=_read_skills(data.get("require_skills"), join(path, "require_skills"), problems),
        prefer_skills=_read_skills(data.get("prefer_skills"), join(path, "prefer_skills"), problems),
        owner_wait=_read_owner_wait(data, path, problems) if kind is DestinationKind.OWNER else None,
        within=read_wait(data.get("within"), join(path, "within"), problems),
        parties=read_parties(data.get("with"), join(path, "with"), problems, read_action),
    )


def _read_experiment(data: Mapping[str, Any], path: str, problems: Problems) -> Action | None:
    problems.mapping(data, path, frozenset({"split"}))
    split = read_split(data["split"], join(path, "split"), problems, _read_outcome)
    return replace(split.variants[0].action, split=split) if split is not None else None


def _read_outcome(data: Any, path: str, problems: Problems) -> Action | None:
    if isinstance(data, Mapping) and "split" in data:
        problems.add(join(path, "split"), "invalid", "must not be divided again")
        return None
    return read_action(data, path, problems)


def _read_name(data: Mapping[str, Any], kind: DestinationKind, path: str, problems: Problems) -> str | None:
    here, said = join(path, kind.value), data[kind.value]
    if kind is DestinationKind.OWNER and said in OWNERS:
        return str(said)
    if kind in _FLAGS:
        is_meant = problems.flag(said, here)
        if is_meant is False:
            problems.add(here, "invalid", "must be true")
        return "" if is_meant else None
    name = problems.text(said, here, 2_000)
    if kind is DestinationKind.REDIRECT and name and not name.startswith(("https://", "http://", "/")):
        problems.add(here, "invalid", "must be an http or https address, or a path")
        return None
    return name


def _read_match(data: Any, path: str, problems: Problems) -> tuple[str, ...]:
    if data is None:
        return ()
    found = []
    for index, item in enumerate(problems.items(data, path, len(MATCHES))):
        if item in MATCHES:
            found.append(str(item))
        else:
            problems.add(join(path, index), "invalid", f"must be one of {', '.join(MATCHES)}")
    return tuple(match for match in MATCHES if match in found)


def _read_skills(data: Any, path: str, problems: Problems) -> dict[str, int]:
    """Skill names with the least level, sorted by name."""
    if data is None:
        return {}
    if not isinstance(data, Mapping) or len(data) > MOST_SKILLS:
        problems.add(path, "wrong-type", f"must be a mapping of at most {MOST_SKILLS} skills to levels")
        return {}
    levels = {}
    for name in sorted(map(str, data)):
        level = problems.whole(data.get(name), join(path, name), 1, HIGHEST_LEVEL)
        if level is not None:
            levels[name] = level
    return levels


def _read_owner_wait(data: Mapping[str, Any], path: str, problems: Problems) -> str:
    if "owner_wait" not in data:
        return DEFAULT_OWNER_WAIT
    if data["owner_wait"] is None:
        problems.add(join(path, "owner_wait"), "missing", "is required")
    return read_wait(data["owner_wait"], join(path, "owner_wait"), problems) or DEFAULT_OWNER_WAIT


def read_wait(data: Any, path: str, problems: Problems) -> str | None:
    """How long somebody may let a lead wait: `2 business days`, `3 days`, `4 hours`; None when nothing is said."""
    if data is None:
        return None
    wait = problems.text(data, path, 40)
    if wait is not None and not _WAIT.fullmatch(wait):
        problems.add(path, "invalid", "must read like 2 business days, 3 days or 4 hours")
    return wait
