"""Whose time and whose turns a set of changes touches."""

from collections.abc import Iterable

from app.configuration.document import State
from app.configuration.patch import Change

TIME_FIELDS = ("timezone", "schedule", "limits", "time_off", "travel", "calendars", "active")
"""Fields of a rep that decide when they can meet."""

_TURNS = ("active", "time_off")
"""Fields of a rep that decide whether they take part in a pool's rotation."""


def reps_with_other_time(changes: Iterable[Change], after: State) -> set[str]:
    """E-mail addresses of existing reps whose bookable time may be another one now."""
    changes = tuple(changes)
    schedules = {c.key for c in changes if c.collection == "schedules" and c.before and c.after}
    own = {c.key for c in changes if c.collection == "reps" and _differs(c, TIME_FIELDS)}
    return own | {key for key, rep in after["reps"].items() if rep["schedule"] in schedules}


def pools_with_other_members(changes: Iterable[Change], after: State) -> set[str]:
    """Names of the pools (archived ones included) whose rotation must be brought to their members."""
    changes = tuple(changes)
    reps = {c.key for c in changes if c.collection == "reps" and _differs(c, _TURNS)}
    named = {c.key for c in changes if c.collection == "pools" and _differs(c, ("members", "performance"))}
    return named | {
        key
        for key, pool in after["pools"].items()
        if any(member["rep"] in reps for member in pool["members"])
    }


def _differs(change: Change, fields: tuple[str, ...]) -> bool:
    if change.before is None or change.after is None:
        return True
    return any(change.before[field] != change.after[field] for field in fields)
