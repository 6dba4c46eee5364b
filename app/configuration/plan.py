"""What a patch would do, for a person to look at before it is done; and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.configuration.patch import Change
from app.configuration.sentences import sentences_of
from app.errors import FieldError


@dataclass(frozen=True, slots=True)
class ChangeInWords:
    """One item: `action` is `added`, `changed` or `archived`."""

    collection: str
    key: str
    action: str
    sentences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "collection": self.collection,
            "key": self.key,
            "action": self.action,
            "sentences": list(self.sentences),
        }


@dataclass(frozen=True, slots=True)
class Touched:
    """Future meetings that stay as they are although what they were made under changes. `bookings`: some of them."""

    sentence: str
    count: int
    bookings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"sentence": self.sentence, "count": self.count, "bookings": list(self.bookings)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a patch would do at `revision`. `warnings` do not stand in its way."""

    revision: int
    changes: tuple[ChangeInWords, ...]
    touched: tuple[Touched, ...]
    warnings: tuple[FieldError, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.changes

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "revision": self.revision,
            "changes": [change.to_json() for change in self.changes],
            "touched": [touched.to_json() for touched in self.touched],
            "warnings": [warning.to_json() for warning in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class ConfigurationResult:
    """What was done: the revision in force, the changes (none: everything was so already), what is worth knowing."""

    revision: int
    changes: tuple[ChangeInWords, ...]
    warnings: tuple[FieldError, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "revision": self.revision,
            "changes": [change.to_json() for change in self.changes],
            "warnings": [warning.to_json() for warning in self.warnings],
        }


def in_words(changes: Sequence[Change]) -> tuple[ChangeInWords, ...]:
    """Each change with its sentences."""
    return tuple(
        ChangeInWords(change.collection, change.key, change.action, tuple(sentences_of(change)))
        for change in changes
    )
