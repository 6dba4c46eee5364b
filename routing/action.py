"""What a rule does: one destination, with what it asks of a rep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.json_values import JSON
from routing.party import Party, read_parties
from routing.problems import Problems, join
from routing.route import DestinationKind

MATCHES = ("territory", "language")
"""What `match` may ask for: the rep covers a territory of the request; the rep speaks its language."""

DEFAULT_OWNER_WAIT = "2 business days"
HIGHEST_LEVEL = 10
MOST_SKILLS = 50

_WAIT = re.compile(r"[0-9]{1,3} (?:business days?|days?|hours?)|[0-9]{1,3}[hd]")
_KINDS = tuple(kind.value for kind in DestinationKind)
_DEMANDS = frozenset({"match", "require_skills", "prefer_skills"})
_KEYS = {
    DestinationKind.OWNER: frozenset({"owner", "owner_wait", "with"}),
    DestinationKind.REP: frozenset({"rep", "with"}),
    DestinationKind.POOL: frozenset({"pool", "with"}) | _DEMANDS,
}


@dataclass(frozen=True, slots=True)
class Action:
    """One destination of a rule, as written. `name` is blank for `owner`, who is found in the facts; `parties` are
    who else takes part (`with` in a document)."""

    kind: DestinationKind
    name: str
    match: tuple[str, ...] = ()
    require_skills: Mapping[str, int] = field(default_factory=dict)
    prefer_skills: Mapping[str, int] = field(default_factory=dict)
    owner_wait: str | None = None
    parties: "tuple[Party[Action], ...]" = ()

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        plain: dict[str, JSON] = {self.kind.value: self.name or True}
        if self.match:
            plain["match"] = list(self.match)
        if self.require_skills:
            plain["require_skills"] = dict(self.require_skills)
        if self.prefer_skills:
            plain["prefer_skills"] = dict(self.prefer_skills)
        if self.owner_wait:
            plain["owner_wait"] = self.owner_wait
        if self.parties:
            plain["with"] = [party.written() for party in self.parties]
        return plain


def read_action(data: Any, path: str, problems: Problems) -> Action | None:
    """The action in a document: `{pool: dach-ae, match: [territory], ...}`, `{owner: true}`, `{queue: ...}` ..."""
    if not isinstance(data, Mapping):
        problems.add(path, "wrong-type", f"must be a mapping with one of {', '.join(_KINDS)}")
        return None
    kinds = [DestinationKind(key) for key in _KINDS if key in data]
    if len(kinds) != 1:
        problems.add(path, "invalid", f"must name exactly one of {', '.join(_KINDS)}")
        return None
    kind = kinds[0]
    problems.mapping(data, path, _KEYS.get(kind, frozenset({kind.value})))
    name = _read_name(data, kind, path, problems)
    if name is None:
        return None
    return Action(
        kind=kind,
        name=name,
        match=_read_match(data.get("match"), join(path, "match"), problems),
        require_skills=_read_skills(data.get("require_skills"), join(path, "require_skills"), problems),
        prefer_skills=_read_skills(data.get("prefer_skills"), join(path, "prefer_skills"), problems),
        owner_wait=_read_wait(data, path, problems) if kind is DestinationKind.OWNER else None,
        parties=read_parties(data.get("with"), join(path, "with"), problems, read_action),
    )


def _read_name(data: Mapping[str, Any], kind: DestinationKind, path: str, problems: Problems) -> str | None:
    here = join(path, kind.value)
    if kind is DestinationKind.OWNER:
        is_owner = problems.flag(data["owner"], here)
        if is_owner is False:
            problems.add(here, "invalid", "must be true")
        return "" if is_owner else None
    name = problems.text(data[kind.value], here, 2_000)
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


def _read_wait(data: Mapping[str, Any], path: str, problems: Problems) -> str:
    if "owner_wait" not in data:
        return DEFAULT_OWNER_WAIT
    wait = problems.text(data["owner_wait"], join(path, "owner_wait"), 40)
    if wait is not None and not _WAIT.fullmatch(wait):
        problems.add(join(path, "owner_wait"), "invalid", "must read like 2 business days, 3 days or 4 hours")
    return wait or DEFAULT_OWNER_WAIT
