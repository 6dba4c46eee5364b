"""Which schedules are a rep's own: those that are named by their address, as they keep them on their pages.

`remy@acme.test` is Remy's usual week, `remy@acme.test mornings` another one that holds for some meeting types. The name
says whose it is, so a document, an export and a page agree without a word beside it.
"""

from collections.abc import Collection, Iterator

from app.configuration.document import State
from app.configuration.patch import Change
from app.errors import FieldError

SOURCE = "own hours"
"""What the history says of a change that a rep made to their own hours."""

_BETWEEN = " "


def own_name(email: str, label: str = "") -> str:
    """The name of a rep's usual week, or of the one that they call `label`."""
    return f"{email}{_BETWEEN}{label}" if label else email


def is_own(schedule: str | None, email: str) -> bool:
    """Whether a schedule is this rep's own."""
    return schedule is not None and (schedule == email or schedule.startswith(email + _BETWEEN))


def label_of(schedule: str, email: str) -> str:
    """What a rep calls a schedule of their own; nothing for their usual week."""
    return schedule.removeprefix(email).removeprefix(_BETWEEN)


def owner_of(schedule: str | None, reps: Collection[str]) -> str | None:
    """The address of the rep whose own schedule it is; None for one that belongs to nobody."""
    name = schedule or ""
    return next((each for each in (name, name.partition(_BETWEEN)[0]) if each in reps), None)


def overwritten(before: State, changes: Collection[Change], source: str) -> list[FieldError]:
    """Warnings: what a change that the rep did not make takes from hours that they keep themselves."""
    if source.startswith(SOURCE):
        return []
    return [fault for change in changes if change.before is not None for fault in _lost(before, change)]


def _lost(before: State, change: Change) -> Iterator[FieldError]:
    stood, stands = change.before or {}, change.after or {}
    place = f"{change.collection}[{change.key}]"
    if change.collection == "schedules" and (email := owner_of(change.key, before["reps"])):
        yield _warning(place, f"{email} keeps these hours themselves; this replaces what they set")
    kept_week = change.collection == "reps" and is_own(stood["schedule"], change.key)
    if kept_week and stands and stands["schedule"] != stood["schedule"]:
        yield _warning(f"{place}.schedule", f"{change.key} keeps a week of their own; this replaces it")
    if change.collection == "meeting_types":
        for email, schedule in stood["rep_schedules"].items():
            if is_own(schedule, email) and stands.get("rep_schedules", {}).get(email) != schedule:
                message = f"{email} keeps hours of their own for {change.key}; they count for it no longer"
                yield _warning(f"{place}.rep_schedules.{email}", message)


def _warning(place: str, message: str) -> FieldError:
    return FieldError(place, "own-hours", message)
