"""Queues: what waits, and who takes it."""

from flask import Response

from app import clock
from app.api.keyring import caller, needs
from app.api.queue_shapes import Claim, Entries, Entry, EntryPath, PersonBody, QueuePath
from app.db import db
from app.errors import NotFound
from app.scopes import Scope
from app.store.claims import find_queue
from app.store.pages.queues import EntryRow, find_entry_row, list_entries
from app.usecases.claim_lead import assign_entry, claim_next, finish_entry, release_entry
from app.usecases.people import Person, find_person
from app.web.openapi import answer, api_blueprint, refusals

api = api_blueprint("admin_queues", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.get("/queues/<string:queue>/entries", responses={200: Entries, **refusals(404)})
@needs(Scope.LEADS_READ)
def list_queue(path: QueuePath) -> Response:
    """What waits in a queue and what somebody has, the most pressing first."""
    if find_queue(db.session(), path.queue) is None:
        raise NotFound("There is no such queue.")
    rows = list_entries(db.session(), clock.now(), queues=[path.queue])
    return answer(Entries(entries=[_entry(row) for row in rows]))


@api.post("/queues/<string:queue>/claim", responses={200: Claim, **refusals(404, 409)})
@needs(Scope.LEADS_WRITE)
def claim_from_queue(path: QueuePath, body: PersonBody) -> Response:
    """Give somebody whoever is next; of two who ask at once each has another."""
    entry = claim_next(path.queue, find_person(db.session(), body.person))
    return answer(Claim(entry=_entry(_row(entry)) if entry else None))


@api.post("/queue-entries/<string:entry>/assign", responses={200: Entry, **refusals(404, 409)})
@needs(Scope.LEADS_WRITE)
def assign_queue_entry(path: EntryPath, body: PersonBody) -> Response:
    """Give a lead to somebody, whoever had it."""
    assign_entry(path.entry, find_person(db.session(), body.person), by=_key())
    return answer(_entry(_row(path.entry)))


@api.post("/queue-entries/<string:entry>/release", responses={200: Entry, **refusals(404, 409)})
@needs(Scope.LEADS_WRITE)
def release_queue_entry(path: EntryPath) -> Response:
    """Put a lead back into its queue."""
    release_entry(path.entry, _key())
    return answer(_entry(_row(path.entry)))


@api.post("/queue-entries/<string:entry>/done", responses={200: Entry, **refusals(404, 409)})
@needs(Scope.LEADS_WRITE)
def finish_queue_entry(path: EntryPath) -> Response:
    """The lead needs nobody any more."""
    finish_entry(path.entry, _key())
    return answer(_entry(_row(path.entry)))


def _key() -> Person:
    """The key as a manager: its scope is what lets it do this."""
    return Person(0, caller().key, "", manages=True)


def _row(entry: str) -> EntryRow:
    row = find_entry_row(db.session(), entry, clock.now())
    if row is None:
        raise NotFound
    return row


def _entry(row: EntryRow) -> Entry:
    return Entry(
        id=row.entry.public_id,
        queue=row.queue,
        state=row.entry.state,
        reason=row.entry.reason,
        request=row.request,
        lead=row.lead.public_id,
        priority=row.priority,
        score=row.score,
        due_at=row.entry.due_at,
        created_at=row.entry.created_at,
        claimed_by=row.holder,
        claimed_at=row.entry.claimed_at,
        booking=row.booking,
        can_be_taken=row.can_be_taken,
    )
