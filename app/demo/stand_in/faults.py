"""Scripted troubles: which request fails, how, and how often."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any


class FaultKind(StrEnum):
    """What goes wrong. `reset-after` and `status-after`: the work is done, and the answer is lost or says otherwise."""

    STATUS = "status"
    STATUS_AFTER = "status-after"
    DELAY = "delay"
    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    TRUNCATE = "truncate"
    NOT_JSON = "not-json"
    OTHER_JSON = "other-json"


@dataclass(slots=True)
class Fault:
    """Applies to requests whose method and path match (`*` and `?` as in file names).

    The first `skip` matches pass, the next `times` fail. `delay` (seconds) comes before anything else. `status`,
    `reason` and `retry_after` (seconds) shape the refusal of kinds `status` and `status-after`.
    """

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    times: int = 1
    skip: int = 0
    delay: float = 0.0
    status: int = 503
    reason: str = ""
    retry_after: int | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Fault":
        """A fault from the control API's body. Raises TypeError or ValueError on anything unknown."""
        return cls(**{**data, "kind": FaultKind(data["kind"])})

    def matches(self, method: str, path: str) -> bool:
        """Whether the request is one of those meant."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class FaultQueue:
    """Faults in the order they were added; a request meets the first that matches it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Script one more."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used up by it."""
        with self._lock:
            for fault in self._faults:
                if fault.matches(method, path):
                    return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault | None:
        if fault.skip > 0:
            fault.skip -= 1
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)
        return fault
