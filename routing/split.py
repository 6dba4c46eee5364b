"""A rule's outcome divided between variants, by chance that can be thrown again.

Each unit (a company; whoever writes from a free-mail address is their own) falls into one of 100 buckets by a hash of
its name, keyed with the experiment's salt. Buckets belong to variants in their order, by their shares. So the same
unit meets the same variant at every request, two experiments divide independently of each other, and a stored
decision comes out the same when it is made again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from routing.dates import read_date
from routing.facts import Facts
from routing.json_values import JSON
from routing.problems import Problems, join

Action = TypeVar("Action")

BUCKETS = 100
MOST_VARIANTS = 10
TODAY = "today"

_KEYS = frozenset({"name", "salt", "from", "until", "variants"})
_OF_VARIANT = frozenset({"name", "share"})


@dataclass(frozen=True, slots=True)
class Variant(Generic[Action]):
    """One of the outcomes. `share` is in percent."""

    name: str
    share: int
    action: Action


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a decision says about a split it went through. `share` is the chance, in percent, with which the unit was
    to meet this variant; `unit` its hash, without which nobody can say who it was."""

    name: str
    variant: str
    share: int
    unit: str | None
    shares: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        plain: dict[str, JSON] = {"name": self.name, "variant": self.variant, "share": self.share}
        return {**plain, "unit": self.unit, "shares": dict(self.shares)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Drawn":
        """The record that `to_json` gave."""
        return cls(data["name"], data["variant"], data["share"], data["unit"], dict(data["shares"]))


@dataclass(frozen=True, slots=True)
class Split(Generic[Action]):
    """An experiment. It divides while `starts <= today < ends` (ISO dates; None is open); before and after, and
    where it is not known what day it is, everybody meets the first variant, which others are compared with."""

    name: str
    variants: tuple[Variant[Action], ...]
    salt: str = ""
    starts: str | None = None
    ends: str | None = None

    def draw(self, facts: Facts) -> tuple[Action, Drawn | None]:
        """The action for a request, and the record of the draw; None when nothing was drawn."""
        unit = unit_of(facts)
        if unit is None or not self._divides(facts):
            return self.variants[0].action, None
        drawn = _digest(self.salt or self.name, unit)
        chosen = self._at(drawn * BUCKETS >> 64)
        shares = {variant.name: variant.share for variant in self.variants}
        return chosen.action, Drawn(self.name, chosen.name, chosen.share, f"{drawn:016x}", shares)

    def _at(self, bucket: int) -> Variant[Action]:
        for variant in self.variants:
            if bucket < variant.share:
                return variant
            bucket -= variant.share
        return self.variants[0]

    def _divides(self, facts: Facts) -> bool:
        if self.starts is None and self.ends is None:
            return True
        today = facts.get(TODAY)
        if not isinstance(today, str):
            return False
        return (self.starts or today) <= today and (self.ends is None or today < self.ends)

    def to_json(self, write: Callable[[Action], dict[str, JSON]]) -> dict[str, JSON]:
        """As in a document; `write` makes a document of an action."""
        said: dict[str, JSON] = {
            "name": self.name,
            "salt": self.salt,
            "from": self.starts,
            "until": self.ends,
        }
        plain = {key: value for key, value in said.items() if value}
        variants: list[JSON] = [
            {"name": variant.name, "share": variant.share, **write(variant.action)}
            for variant in self.variants
        ]
        return {**plain, "variants": variants}


def unit_of(facts: Facts) -> str | None:
    """Who meets one variant and stays with it: the account's domain, else the domain of a company address, else the
    address itself. None when nobody is known."""
    found = [facts.get("account.domain")]
    if not facts.get("is_free_mail"):
        found.append(facts.get("email_domain"))
    texts = [each.strip().lower() for each in [*found, facts.get("email")] if isinstance(each, str)]
    return next((text for text in texts if text), None)


def _digest(salt: str, unit: str) -> int:
    """64 bits that depend on every bit of both."""
    key = blake2b(salt.encode(), digest_size=32).digest()
    return int.from_bytes(blake2b(unit.encode(), key=key, digest_size=8).digest(), "big")


def read_split(
    data: Any, path: str, problems: Problems, read: Callable[[Any, str, Problems], Action | None]
) -> Split[Action] | None:
    """The split in a document; `read` reads a variant's action."""
    plain = problems.mapping(data, path, _KEYS)
    if plain is None:
        return None
    name = problems.text(plain.get("name"), join(path, "name"))
    salt = problems.text(plain["salt"], join(path, "salt"), 80) if "salt" in plain else ""
    starts, ends = (read_date(plain, key, path, problems) for key in ("from", "until"))
    if starts and ends and ends <= starts:
        problems.add(join(path, "until"), "out-of-range", "must be after from")
    here = join(path, "variants")
    items = problems.items(plain.get("variants", []), here, MOST_VARIANTS)
    read_all = [_read_variant(item, join(here, number), problems, read) for number, item in enumerate(items)]
    variants = tuple(variant for variant in read_all if variant is not None)
    _check(variants, len(read_all), here, problems)
    if name is None or salt is None or len(variants) < len(read_all) or len(variants) < 2:
        return None
    return Split(name, variants, salt, starts, ends)


def _read_variant(
    item: Any, path: str, problems: Problems, read: Callable[[Any, str, Problems], Action | None]
) -> Variant[Action] | None:
    if not isinstance(item, Mapping):
        problems.add(path, "wrong-type", "must be a mapping with name, share and an action")
        return None
    name = problems.text(item.get("name"), join(path, "name"), 80)
    share = problems.whole(item.get("share"), join(path, "share"), 1, 99)
    action = read({key: value for key, value in item.items() if key not in _OF_VARIANT}, path, problems)
    return Variant(name, share, action) if name and share and action is not None else None


def _check(variants: tuple[Variant[Action], ...], count: int, path: str, problems: Problems) -> None:
    if count < 2:
        problems.add(path, "invalid", "must be at least two")
        return
    if len({variant.name for variant in variants}) < len(variants):
        problems.add(path, "duplicate", "must have names of their own")
    if len(variants) == count and (total := sum(variant.share for variant in variants)) != BUCKETS:
        problems.add(path, "invalid", f"must have shares that add up to 100, not {total}")
