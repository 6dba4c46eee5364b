"""What a condition looked at and what it found."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from routing.json_values import JSON


class Check(NamedTuple):
    """One condition, answered. A leaf has a `field`; `all`, `any` and `not` have `children` instead.

    `op` is the operator, or `all`, `any`, `not`. `wanted` is the value from the rule, `found` the fact, shortened
    when very long. `found` may be personal data: `redacted()` is the same check without it.

    A named tuple, like `Step` and `Refusal`: a decision makes thousands of them, and a frozen dataclass takes six
    times as long to make.
    """

    field: str | None
    op: str
    wanted: JSON
    found: JSON
    passed: bool
    children: tuple["Check", ...] = ()

    def leaves(self) -> Iterator["Check"]:
        """Every check of a single field in here, in order."""
        if self.field is not None:
            yield self
        for child in self.children:
            yield from child.leaves()

    def redacted(self) -> "Check":
        """The same without what was found."""
        children = tuple(child.redacted() for child in self.children)
        return Check(self.field, self.op, self.wanted, None, self.passed, children)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; keys that say nothing are left out."""
        if self.field is None:
            return {
                "op": self.op,
                "passed": self.passed,
                "children": [child.to_json() for child in self.children],
            }
        return {
            "field": self.field,
            "op": self.op,
            "wanted": self.wanted,
            "found": self.found,
            "passed": self.passed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Check":
        """The check that `to_json` gave."""
        children = tuple(cls.from_json(child) for child in data.get("children", ()))
        found, wanted = data.get("found"), data.get("wanted")
        return cls(data.get("field"), data["op"], wanted, found, data["passed"], children)
