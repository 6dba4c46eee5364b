"""What is wrong with a document, where, and in words; and the helpers that find out without stopping early."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.json_values import JSON
from routing.reading import as_number, fold


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `path` as in `rules[3].when.all[1].value`; `code` is stable; `message` is for people."""

    path: str
    code: str
    message: str

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"path": self.path, "code": self.code, "message": self.message}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Problem":
        """The problem that `to_json` gave."""
        return cls(data["path"], data["code"], data["message"])


class Problems:
    """Collects problems while a document is read; readers answer None for a part that cannot be used."""

    MOST = 100
    """Enough to work on; a document with more is not read by anybody."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, code: str, message: str) -> None:
        """Note one problem."""
        if len(self.found) < self.MOST:
            self.found.append(Problem(path, code, message))

    def mapping(self, data: object, path: str, allowed: frozenset[str]) -> Mapping[str, Any] | None:
        """The data as a mapping; unknown keys are problems."""
        if not isinstance(data, Mapping):
            self.add(path, "wrong-type", "must be a mapping")
            return None
        for key in data:
            if not isinstance(key, str) or key not in allowed:
                known = ", ".join(sorted(allowed))
                self.add(join(path, str(key)[:80]), "unknown-field", f"is not known here; known are {known}")
        return data

    def items(self, data: object, path: str, most: int) -> list[Any]:
        """The data as a list of at most `most` items."""
        if not isinstance(data, list | tuple):
            self.add(path, "wrong-type", "must be a list")
            return []
        if len(data) > most:
            self.add(path, "too-many", f"has {len(data)} items; at most {most} are allowed")
            return []
        return list(data)

    def text(self, data: object, path: str, longest: int = 200) -> str | None:
        """The data as text that is not blank."""
        if data is None:
            self.add(path, "missing", "is required")
        elif not isinstance(data, str):
            self.add(path, "wrong-type", "must be text")
        elif not data.strip():
            self.add(path, "missing", "must not be blank")
        elif len(data) > longest:
            self.add(path, "too-long", f"has {len(data)} characters; at most {longest} are allowed")
        else:
            return data.strip()
        return None

    def whole(self, data: object, path: str, least: int, most: int) -> int | None:
        """The data as a whole number in `least..most`; digits as text are fine (YAML scalars are text)."""
        number = as_number(fold(data)) if isinstance(data, str) else data
        if not isinstance(number, int) or isinstance(number, bool):
            self.add(path, "wrong-type", "must be a whole number")
        elif not least <= number <= most:
            self.add(path, "out-of-range", f"must be from {least} to {most}")
        else:
            return number
        return None

    def flag(self, data: object, path: str) -> bool | None:
        """The data as true or false; the words as text are fine."""
        if isinstance(data, bool):
            return data
        if isinstance(data, str) and data.strip().lower() in ("true", "false"):
            return data.strip().lower() == "true"
        self.add(path, "wrong-type", "must be true or false")
        return None


def join(path: str, part: str | int) -> str:
    """The path of a part: `rules` and 3 give `rules[3]`, `rules[3]` and `when` give `rules[3].when`."""
    if isinstance(part, int):
        return f"{path}[{part}]"
    return f"{path}.{part}" if path else part
