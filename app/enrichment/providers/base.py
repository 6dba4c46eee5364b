"""What a provider of facts is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from app.enrichment.reading import Fact


class Prefer(StrEnum):
    """Which answer wins when two know the same field: the first in order, or the one with more confidence."""

    FIRST = "first"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider knows: fields with their values, and how sure it is of them (0 to 1)."""

    values: Mapping[str, Fact] = field(default_factory=dict)
    confidence: float = 1.0


NOTHING = Answer()


class ProviderError(Exception):
    """A provider did not answer. `is_permanent`: asking the same again will not help."""

    def __init__(self, message: str, *, is_permanent: bool = False) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent


class Provider(Protocol):
    """Somebody who may know more about a lead. Called from several threads at once."""

    @property
    def name(self) -> str:
        """What it is called in the configuration, and in the origins of the fields it fills."""

    def look_up(self, facts: Mapping[str, Fact], seconds: float) -> Answer:
        """What it knows about the lead with these facts, within so many seconds. Raises ProviderError."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A provider in the order of asking: how long it may take, and the fields of which one must be missing for it
    to be asked at all (none: it is always asked)."""

    provider: Provider
    seconds: float
    only_if_missing: tuple[str, ...] = ()

    def is_wanted(self, facts: Mapping[str, Fact]) -> bool:
        """Whether it should be asked, with what is known so far."""
        return not self.only_if_missing or any(facts.get(name) is None for name in self.only_if_missing)
