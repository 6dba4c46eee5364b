"""Someone who takes meetings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.json_values import JSON


@dataclass(frozen=True, slots=True)
class Away:
    """A long absence (not a busy hour): the rep gets nothing and has left the rotation. `until` is an ISO date.
    `cover`: the id of the rep who meanwhile takes what would go to this one by name."""

    reason: str
    until: str | None = None
    cover: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; a cover only where there is one."""
        cover: dict[str, JSON] = {"cover": self.cover} if self.cover else {}
        return {"reason": self.reason, "until": self.until} | cover

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Away":
        """The absence that `to_json` gave."""
        return cls(data["reason"], data.get("until"), data.get("cover"))


@dataclass(frozen=True, slots=True)
class Rep:
    """Someone who takes meetings. Skills have levels from 1; no skill or territory listed means none."""

    id: str
    is_active: bool = True
    languages: frozenset[str] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict)
    territories: frozenset[str] = frozenset()
    timezone: str = "UTC"
    manager: str | None = None
    away: Away | None = None

    @property
    def is_present(self) -> bool:
        """Active and not away: takes part in rotation."""
        return self.is_active and self.away is None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; sets as sorted lists."""
        return {
            "id": self.id,
            "is_active": self.is_active,
            "languages": sorted(self.languages),
            "skills": dict(sorted(self.skills.items())),
            "territories": sorted(self.territories),
            "timezone": self.timezone,
            "manager": self.manager,
            "away": self.away.to_json() if self.away else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rep":
        """The rep that `to_json` gave."""
        return cls(
            id=data["id"],
            is_active=data["is_active"],
            languages=frozenset(data["languages"]),
            skills=dict(data["skills"]),
            territories=frozenset(data["territories"]),
            timezone=data["timezone"],
            manager=data["manager"],
            away=Away.from_json(data["away"]) if data["away"] else None,
        )
