"""How many more times would be on offer if one thing were otherwise: the offer is made again, nothing is estimated."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from app.usecases.offer_scene import Scene
from app.usecases.what_if_changes import ASKED, BY_CAUSE, asking_less, wider_window, without_calendar

MOST_CALENDARS = 3


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`words`: what would be otherwise; `offered`: how many times there would be then; `gained`: more than now."""

    code: str
    words: str
    offered: int
    gained: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"code": self.code, "words": self.words, "offered": self.offered, "gained": self.gained}


Causes = Collection[tuple[str, str | None]]


def what_ifs(scene: Scene, causes: Causes, offered: int) -> tuple[WhatIf, ...]:
    """What would open more times, given the causes that close some; the most useful first."""
    found = []
    for code, words, other in _changes(scene, causes):
        then = len(other.offer().times())
        if then > offered:
            found.append(WhatIf(code, words, then, then - offered))
    return tuple(sorted(found, key=lambda each: (-each.gained, each.words)))


def _changes(scene: Scene, causes: Causes) -> Iterator[tuple[str, str, Scene]]:
    codes = {code for code, _ in causes}
    for code, make in BY_CAUSE.items():
        if code in codes:
            words, other = make(scene)
            yield code, words, other
    yield "window", *wider_window(scene)
    calendars = sorted(name for code, name in causes if code == "busy" and name is not None)
    for name in calendars[:MOST_CALENDARS]:
        yield "calendar", f"If the calendar “{name}” did not close time", without_calendar(scene, name)
    for code, words in ASKED.items():
        if code in codes:
            yield code, words, asking_less(scene, code)
