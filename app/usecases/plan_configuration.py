"""Say what a patch or a document would change, before it is applied. Changes nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.clock import now
from app.configuration.document import read_document
from app.configuration.own_hours import overwritten
from app.configuration.patch import Change, Places, patch_of_document
from app.configuration.plan import Plan, Touched, in_words
from app.configuration.secrets import find_secret, variable_of
from app.db import Session, transaction
from app.errors import Conflict, FieldError
from app.store import configuration as store
from app.store.configuration import company, meetings
from app.store.configuration.meetings import Meetings
from app.store.configuration.reps import feed_secrets, is_time
from app.usecases.change_configuration import NOWHERE, Prepared, prepare


def plan_configuration(patch: Mapping[str, Any], *, places: Places = NOWHERE) -> Plan:
    """What a patch would change, which future meetings it leaves under other rules, and what to look out for.

    Raises Invalid as `change_configuration` would.
    """
    with transaction() as session:
        prepared = prepare(session, patch, places)
        touched = tuple(found for change in prepared.changes for found in _touched(session, change, now()))
        lost = overwritten(prepared.before, prepared.changes, "plan")
        warnings = (*lost, *prepared.warnings, *_missing_secrets(prepared))
        return Plan(company.current_revision(session), in_words(prepared.changes), touched, warnings)


def plan_document(data: Any, *, prune: bool = False) -> Plan:
    """What applying a document would change. Raises Invalid, and Conflict when it is out of date."""
    document = read_document(data)
    with transaction() as session:
        revision = company.current_revision(session)
        if document.revision is not None and document.revision != revision:
            raise Conflict(
                f"The document is of revision {document.revision}, the configuration is at {revision}",
                revision=revision,
            )
        patch = patch_of_document(document, store.read_state(session), prune=prune)
        return plan_configuration(patch, places=document.places)


def _touched(session: Session, change: Change, at: datetime) -> Iterator[Touched]:
    if change.before is None:
        return
    if change.collection == "reps":
        yield from _touched_by_rep(session, change, at)
    elif change.collection == "meeting_types":
        found = meetings.of_type(session, change.key, at)
        yield from _say(found, f"of the meeting type {change.key} stay as they were booked")


def _touched_by_rep(session: Session, change: Change, at: datetime) -> Iterator[Touched]:
    before, after, key = change.before or {}, change.after, change.key
    if after is None or (before["active"] and not after["active"]):
        found = meetings.of_rep(session, key, at)
        yield from _say(found, f"of {key} stand: somebody has to take them over")
        return
    for off in after["time_off"]:
        if off not in before["time_off"]:
            found = meetings.of_rep_in(session, key, after["timezone"], off, at)
            yield from _say(found, f"of {key} lie in the time off from {off['from']} to {off['to']}")
    others = [field for field in after if field != "time_off" and is_time(field)]
    if any(before[field] != after[field] for field in others):
        yield from _say(meetings.of_rep(session, key, at), f"of {key} stay at their times")


def _say(found: Meetings, rest: str) -> Iterator[Touched]:
    if found.count:
        noun = "future meeting" if found.count == 1 else "future meetings"
        yield Touched(f"{found.count} {noun} {rest}.", found.count, found.bookings)


def _missing_secrets(prepared: Prepared) -> Iterator[FieldError]:
    for change in prepared.changes:
        if change.collection != "reps" or change.after is None:
            continue
        had = feed_secrets(change.before) or [] if change.before else []
        for name in feed_secrets(change.after) or []:
            if name not in had and find_secret(name) is None:
                message = f"nobody told us the address of {name}: set {variable_of(name)}"
                yield FieldError(f"reps[{change.key}].calendars", "unresolved-secret", message)
