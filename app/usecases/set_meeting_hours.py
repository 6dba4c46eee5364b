"""A rep keeps hours of their own for some kinds of meetings: a schedule beside their usual week."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.actor import Actor
from app.configuration.document import Plain
from app.configuration.own_hours import SOURCE, is_own, own_name
from app.configuration.plan import ConfigurationResult
from app.db import Session, transaction
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.faults import with_field
from app.store import configuration as store
from app.store.configuration import history
from app.store.configuration.company import lock_revision
from app.usecases.change_configuration import change_configuration, undo_change
from app.usecases.rep_in_use import rep_in_use
from app.usecases.set_hours import Week

_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class MeetingHours:
    """Hours that a rep calls `label`, and the meeting types (slugs) for which they hold. `former`: what they were
    called before; nothing for new ones."""

    label: str
    week: Week
    kinds: Collection[str]
    former: str = ""


def set_meeting_hours(rep_id: int, hours: MeetingHours, by: Actor) -> ConfigurationResult:
    """Keep them, have them hold for these meeting types and for no others. Hours that an admin chose stay.

    Raises NotFound, and Invalid with fields of the week, of `label` and of `kinds`.
    """
    with transaction() as session:
        lock_revision(session)
        patch = patch_for(session, rep_id, hours)
        return _change(patch, own_name(rep_in_use(session, rep_id).email, hours.label), by)


def remove_meeting_hours(rep_id: int, label: str, by: Actor) -> ConfigurationResult:
    """Let the usual hours hold again wherever these held. Raises NotFound."""
    with transaction() as session:
        lock_revision(session)
        email = rep_in_use(session, rep_id).email
        name = own_name(email, label)
        if not label or name not in store.read_collection(session, "schedules"):
            raise NotFound("These hours are gone already.")
        patch = {"schedules": {name: None}, "meeting_types": _given(session, email, name, {}, "")}
        return _change(patch, name, by)


def undo_own_hours(revision: int, by: Actor) -> ConfigurationResult:
    """Take back a change that this person made to their own hours. Raises NotFound for any other, and Conflict."""
    with transaction() as session:
        change = history.find_change(session, revision)
        if change is None or not change.source.startswith(SOURCE):
            raise NotFound("There is nothing to take back.")
        if change.user_id is None or change.user_id != by.user_id:
            raise NotFound("This was not your change.")
        try:
            return undo_change(revision, by, f"{SOURCE}, undo")
        except Conflict:
            raise Conflict("It was changed again since; change it by hand.") from None


def patch_for(session: Session, rep_id: int, hours: MeetingHours) -> dict[str, Any]:
    """The change of the configuration. Raises NotFound, and Invalid with `label` and `kinds`."""
    email = rep_in_use(session, rep_id).email
    schedules = store.read_collection(session, "schedules")
    name = own_name(email, hours.label)
    former = own_name(email, hours.former) if hours.former else None
    if former is not None and former not in schedules:
        raise NotFound("These hours are gone; perhaps you removed them elsewhere.")
    _check_label(hours.label, is_taken=name != former and name in schedules)
    renamed = {former: None} if former not in {None, name} else {}
    wanted = dict.fromkeys(hours.kinds, name)
    return {
        "schedules": {name: hours.week.to_plain(), **renamed},
        "meeting_types": _given(session, email, former or name, wanted, name),
    }


def _given(session: Session, email: str, former: str, wanted: dict[str, str], name: str) -> dict[str, Plain]:
    """The meeting types that change: those which get the schedule, and those which had it."""
    found: dict[str, Plain] = {}
    kinds = store.read_collection(session, "meeting_types")
    if unknown := set(wanted) - set(kinds):
        raise Invalid([FieldError("kinds", "unknown-reference", f"there is no meeting type {min(unknown)}")])
    for slug, item in kinds.items():
        had = item["rep_schedules"].get(email)
        if slug in wanted and had is not None and not is_own(had, email):
            message = f"your company chose your hours for {item['name']}; ask an admin"
            raise Invalid([FieldError("kinds", "not-yours", message)])
        rest = {who: which for who, which in item["rep_schedules"].items() if who != email or had != former}
        after = {**rest, email: name} if slug in wanted else rest
        if after != item["rep_schedules"]:
            found[slug] = {**item, "rep_schedules": after}
    return found


def _check_label(label: str, *, is_taken: bool) -> None:
    words = None
    if not label:
        words = "give them a name, such as mornings"
    elif "/" in label or len(label) > _LONGEST_LABEL:
        words = f"use at most {_LONGEST_LABEL} letters, and no slash"
    elif is_taken:
        words = "you have hours of this name already"
    if words:
        raise Invalid([FieldError("label", "invalid", words)])


def _change(patch: dict[str, Any], schedule: str, by: Actor) -> ConfigurationResult:
    try:
        return change_configuration(patch, by, SOURCE)
    except Invalid as error:
        raise with_field(error, f"schedules[{schedule}]") from None
