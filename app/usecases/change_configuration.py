"""Change what is configured: the one way, for pages, API, command line and documents alike.

One transaction: the company's row is locked, the current configuration read, the patch merged, the whole checked,
what differs written, the ledgers brought along, and the change kept with the patch that takes it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.actor import Actor
from app.clock import now
from app.configuration.affected import pools_with_other_members, reps_with_other_time
from app.configuration.checks import Checker
from app.configuration.document import Plain, State, read_document, read_item
from app.configuration.lint import lint_routers
from app.configuration.own_hours import overwritten
from app.configuration.patch import (
    Change,
    Places,
    difference,
    inverse_of,
    merge,
    patch_of,
    patch_of_document,
    read_patch,
)
from app.configuration.plan import ConfigurationResult, in_words
from app.db import Session, transaction
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.store import configuration as store
from app.store.configuration import company, history, meetings, reps, turns
from app.store.records import add_audit
from app.usecases.configured_secrets import missing_keys, refresh_feeds, unresolved_feeds, writer_for

NOWHERE: Places = {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked patch against the configuration it was checked with."""

    before: State
    after: State
    changes: tuple[Change, ...]
    warnings: tuple[FieldError, ...]


def change_configuration(
    patch: Mapping[str, Any],
    by: Actor,
    source: str,
    expected_revision: int | None = None,
    *,
    places: Places = NOWHERE,
) -> ConfigurationResult:
    """Apply a patch (see `app.configuration.patch`) and say what changed; nothing, when all was so already.

    `source` says where it came from (`console`, `api`, `document` …). Raises Invalid with the path of every fault
    (`places` says where items stood in what was sent), and Conflict when the configuration is no longer at
    `expected_revision`.
    """
    with transaction() as session:
        revision = _start(session, expected_revision)
        prepared = prepare(session, patch, places)
        if prepared.changes:
            _lock(session, prepared)
            _write(session, prepared, writer_for(by, source))
            revision = _record(session, prepared, by, source)
        refresh_feeds(session, prepared.after, prepared.changes, patch, writer_for(by, source))
        warnings = (
            *overwritten(prepared.before, prepared.changes, source),
            *prepared.warnings,
            *unresolved_feeds(session, prepared.after),
            *missing_keys(prepared.after),
        )
        return ConfigurationResult(revision, in_words(prepared.changes), warnings)


def apply_document(
    data: Any, by: Actor, source: str = "document", *, prune: bool = False
) -> ConfigurationResult:
    """Bring the configuration to a document, given as plain data (see `app.configuration.text.read_yaml`).

    Refuses, with Conflict, to overwrite what changed since the document's `revision`. What the document does not
    name is archived only with `prune`.
    """
    document = read_document(data)
    with transaction() as session:
        _start(session, document.revision)
        patch = patch_of_document(document, store.read_state(session), prune=prune)
        return change_configuration(patch, by, source, document.revision, places=document.places)


def undo_change(revision: int, by: Actor, source: str = "undo") -> ConfigurationResult:
    """Take back the change that made a revision, as a new change; later changes to other items stay.

    Raises NotFound, and Conflict when something the change touched was changed again since.
    """
    with transaction() as session:
        current = _start(session, None)
        past = history.find_change(session, revision)
        if past is None:
            raise NotFound(f"There is no revision {revision}")
        state = store.read_state(session)
        for collection, items in _in_todays_form(past.patch).items():
            for key, item in items.items():
                if state[collection].get(key) != item:
                    raise Conflict(
                        f"{collection}[{key}] was changed again after revision {revision}; undo that first",
                        revision=current,
                    )
        return change_configuration(_in_todays_form(past.inverse), by, f"{source} {revision}")


def _in_todays_form(patch: Mapping[str, Any]) -> dict[str, dict[str, Plain | None]]:
    """A patch from the history, in which fields that did not exist then have what holds by default."""
    return {
        collection: {key: item and _todays(collection, key, item) for key, item in items.items()}
        for collection, items in patch.items()
    }


def _todays(collection: str, key: str, item: Plain) -> Plain:
    try:
        return read_item(collection, key, item, "")
    except Invalid:
        return (
            item  # what is written today could not say it: it is found to differ, or refused, with its faults
        )


def prepare(session: Session, patch: Mapping[str, Any], places: Places = NOWHERE) -> Prepared:
    """Merge a patch and check the whole. Raises Invalid."""
    read = read_patch(patch, places)
    before = store.read_state(session)
    after = merge(before, read)
    checker = Checker(after, places)
    errors = checker.errors()
    if errors:
        raise Invalid(errors)
    changes = difference(before, after)
    published = [c.key for c in changes if c.collection == "routers" and c.after]
    lint_errors, lint_warnings = lint_routers(after, published, places, now().date().isoformat())
    if lint_errors:
        raise Invalid(lint_errors)
    known = meetings.user_emails(session, _named_people(after))
    return Prepared(before, after, changes, (*checker.warnings(known), *lint_warnings))


def _start(session: Session, expected: int | None) -> int:
    revision = company.lock_revision(session)
    if expected is not None and expected != revision:
        raise Conflict(
            f"The configuration is at revision {revision}, not {expected} any more: look at what changed, "
            "and apply again",
            revision=revision,
        )
    return revision


def _lock(session: Session, prepared: Prepared) -> None:
    """Pools before reps, each in the order of their rows, as bookings do."""
    pools = {c.key for c in prepared.changes if c.collection == "pools"}
    turns.lock_pools(session, pools | pools_with_other_members(prepared.changes, prepared.after))
    people = {c.key for c in prepared.changes if c.collection == "reps"}
    reps.lock(session, people | reps_with_other_time(prepared.changes, prepared.after))


def _write(session: Session, prepared: Prepared, writer: store.Writer) -> None:
    for change in prepared.changes:
        if change.after is not None:
            store.write_item(session, change.collection, change.key, change.after, writer)
    for change in reversed(prepared.changes):
        if change.after is None:
            store.archive_item(session, change.collection, change.key, writer.at)
    reps.bump_time(session, reps_with_other_time(prepared.changes, prepared.after))
    turns.sync_ledgers(session, pools_with_other_members(prepared.changes, prepared.after), writer.at.date())


def _record(session: Session, prepared: Prepared, by: Actor, source: str) -> int:
    revision = company.bump_revision(session)
    changes = prepared.changes
    history.add_change(session, revision, patch_of(changes), inverse_of(changes), source[:200], by.user_id)
    touched = [f"{change.action} {change.collection}[{change.key}]" for change in changes]
    add_audit(
        session,
        by.name,
        "configuration.changed",
        "configuration",
        str(revision),
        source=source[:200],
        changes=touched[:200],
        count=len(touched),
    )
    return revision


def _named_people(state: State) -> set[str]:
    named = {email for queue in state["queues"].values() for email in queue["members"]}
    for rep in state["reps"].values():
        named |= {rep["manager"], *(off["cover"] for off in rep["time_off"])} - {None}
    return named
