"""What reading a submission's answers gives: facts, and what is worth a person's look."""

from dataclasses import dataclass, field

Fact = str | int | float | bool | list[str] | None
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Question:
    """What a form asks, as far as reading the answer goes."""

    name: str
    type: str
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """Facts read from answers. `flags` are `{field, code}`: worth a person's look, no reason to refuse."""

    email: str
    facts: dict[str, Fact] = field(default_factory=dict)
    flags: list[dict[str, str]] = field(default_factory=list)

    def flag(self, name: str, code: str) -> None:
        """Note that an answer is kept but not trusted."""
        shown = "".join(c for c in name[:_LONGEST_NAME] if c.isprintable())
        if {"field": shown, "code": code} not in self.flags:
            self.flags.append({"field": shown, "code": code})

    def text(self, name: str) -> str | None:
        """A fact that is text, else None."""
        value = self.facts.get(name)
        return value if isinstance(value, str) else None

    def conclude(self, name: str, value: Fact) -> None:
        """Set a fact that follows from an answer, unless somebody answered it."""
        if self.facts.get(name) is None:
            self.facts[name] = value
