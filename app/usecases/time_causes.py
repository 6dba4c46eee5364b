"""What closes the times of the places a request may go: counts by cause, for each rep and together."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from app.usecases.what_if import WhatIf

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why starts are closed (`open`: they are not). `calendar` is the name of the one that is busy then, `kind` what
    sort of entry (a `BusyKind`) is in it."""

    code: str
    calendar: str | None
    starts: int
    kind: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"code": self.code, "calendar": self.calendar, "kind": self.kind, "starts": self.starts}


@dataclass(frozen=True, slots=True)
class RepCauses:
    """One rep; `causes` add up to all starts of the window."""

    rep: str
    causes: tuple[Cause, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"rep": self.rep, "causes": [cause.to_json() for cause in self.causes]}


@dataclass(frozen=True, slots=True)
class PlaceCauses:
    """One place the request may go. `starts`: those of the window; `offered`: different ones on offer; `causes` add up
    to `starts` times the reps. `is_current`: its times are the ones that are shown."""

    index: int
    kind: str
    name: str
    is_current: bool
    starts: int
    offered: int
    reps: tuple[RepCauses, ...]
    what_ifs: tuple[WhatIf, ...]

    @property
    def causes(self) -> tuple[Cause, ...]:
        """All reps together, the most frequent first; what is open last."""
        total: Counter[tuple[str, str | None, str | None]] = Counter()
        for rep in self.reps:
            for cause in rep.causes:
                total[cause.code, cause.calendar, cause.kind] += cause.starts
        order = sorted(total.items(), key=lambda item: (item[0][0] == OPEN, -item[1], item[0][0]))
        return tuple(Cause(code, calendar, count, kind) for (code, calendar, kind), count in order)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "index": self.index,
            "kind": self.kind,
            "name": self.name,
            "is_current": self.is_current,
            "starts": self.starts,
            "offered": self.offered,
            "causes": [cause.to_json() for cause in self.causes],
            "reps": [rep.to_json() for rep in self.reps],
            "what_ifs": [what_if.to_json() for what_if in self.what_ifs],
        }
