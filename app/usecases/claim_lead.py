"""Take a lead from a queue: at most one person has it, and whoever has it owns the lead."""

from app import clock
from app.db import Session, transaction
from app.errors import Conflict, Forbidden, NotFound
from app.models import Queue, QueueEntry, QueueState
from app.store.claims import (
    count_claims,
    find_entry,
    find_queue,
    list_memberships,
    lock_next,
    lock_person,
    mark_claimed,
    mark_open,
)
from app.store.configuration.queues import settings_of
from app.store.people import find_rep_of_user
from app.store.records import add_activity, add_audit
from app.store.requests import lock_request
from app.store.reservations import wait_briefly
from app.usecases.book_meeting import with_second_try
from app.usecases.own_lead import give_lead, take_lead_back
from app.usecases.people import Person

_TRIES = 5


def claim_next(queue: str, person: Person) -> str | None:
    """Give somebody whoever is next in a queue of theirs; returns the entry's id, or None when nobody waits.

    Raises NotFound, Forbidden for people of other queues, Conflict when they have as many as they may, Unavailable.
    """
    return with_second_try(lambda: _claim_next(queue, person))


def _claim_next(name: str, person: Person) -> str | None:
    with transaction() as session:
        wait_briefly(session)
        queue = _queue(session, name, person)
        _check_limit(session, queue, person)
        rep = find_rep_of_user(session, person.user_id)
        for _ in range(_TRIES):
            entry = lock_next(session, queue.id, clock.now(), rep.id if rep else None)
            if entry is None:
                return None
            if mark_claimed(session, entry, person.user_id, clock.now()):
                _taken(session, entry, person, by=person.name)
                return entry.public_id
        return None


def claim_entry(entry_id: str, person: Person) -> None:
    """Take a certain entry, where the queue lets people choose; managers always may.

    Raises NotFound, Forbidden, Conflict when somebody was quicker or they have as many as they may, Unavailable.
    """
    with_second_try(lambda: _claim_entry(entry_id, person, by=person, to=person))


def assign_entry(entry_id: str, person: Person, *, by: Person) -> None:
    """A manager gives a waiting entry to somebody, whatever their limit; whoever had it no longer has it.

    Raises NotFound, Forbidden for others than managers, Conflict, Unavailable.
    """
    if not by.manages:
        raise Forbidden("Only managers give leads to others.")
    with_second_try(lambda: _claim_entry(entry_id, person, by=by, to=person))


def _claim_entry(entry_id: str, person: Person, *, by: Person, to: Person) -> None:
    with transaction() as session:
        wait_briefly(session)
        entry, queue = lock_entry(session, entry_id)
        if not by.manages:
            _queue(session, queue.name, person)
            if settings_of(queue)["pull"] != "any":
                raise Forbidden("In this queue everybody takes whoever is next.")
            _check_limit(session, queue, person)
        elif entry.state is QueueState.CLAIMED and mark_open(session, entry):
            take_lead_back(session, entry.request_id)
        if not mark_claimed(session, entry, to.user_id, clock.now()):
            raise Conflict("Somebody else was quicker; take the next one.")
        _taken(session, entry, to, by=by.name)


def release_entry(entry_id: str, person: Person) -> None:
    """Give a claimed entry back to its queue; those who look after it are told anew.

    Raises NotFound, Forbidden for somebody else's, Conflict when it was not claimed.
    """
    with transaction() as session:
        wait_briefly(session)
        entry, queue = lock_entry(session, entry_id)
        _check_holder(entry, person)
        if not mark_open(session, entry):
            raise Conflict("Nobody has this lead.")
        entry.told_at = None
        take_lead_back(session, entry.request_id)
        _note(session, entry, "lead.released", person.name, queue.name)


def finish_entry(entry_id: str, person: Person) -> None:
    """The lead needs nobody any more, though no meeting was booked here; its owner stays.

    Raises NotFound, Forbidden for somebody else's, Conflict when it is over already.
    """
    with transaction() as session:
        wait_briefly(session)
        entry, queue = lock_entry(session, entry_id)
        _check_holder(entry, person)
        if entry.state is QueueState.DONE:
            raise Conflict("This is done already.")
        entry.state, entry.done_at = QueueState.DONE, clock.now()
        _note(session, entry, "lead.settled", person.name, queue.name)


def lock_entry(session: Session, entry_id: str) -> tuple[QueueEntry, Queue]:
    """An entry with its request locked, and its queue. Raises NotFound."""
    found = find_entry(session, entry_id)
    if found is None:
        raise NotFound("There is no such lead in a queue.")
    lock_request(session, found.request_id)
    entry = find_entry(session, entry_id)
    assert entry is not None
    return entry, session.get_one(Queue, entry.queue_id)


def _queue(session: Session, name: str, person: Person) -> Queue:
    queue = find_queue(session, name)
    if queue is None:
        raise NotFound("There is no such queue.")
    if queue.name not in {each.name for each in list_memberships(session, person.email)}:
        raise Forbidden("You are not among the people of this queue.")
    return queue


def _check_limit(session: Session, queue: Queue, person: Person) -> None:
    lock_person(session, person.user_id)
    most = int(settings_of(queue)["max_claims"])
    if count_claims(session, queue.id, person.user_id) >= most:
        raise Conflict(f"You have {most} already. Book, settle or give back one of them first.")


def _check_holder(entry: QueueEntry, person: Person) -> None:
    if not person.manages and entry.claimed_by != person.user_id:
        raise Forbidden("Somebody else has this lead.")


def _taken(session: Session, entry: QueueEntry, person: Person, *, by: str) -> None:
    """The lead is theirs from here on: its owner, and the one whose times the prospect is offered."""
    rep = find_rep_of_user(session, person.user_id)
    queue = session.get_one(Queue, entry.queue_id)
    if rep is not None:
        give_lead(session, entry.request_id, rep, by=by)
    _note(session, entry, "lead.claimed", by, queue.name, rep.id if rep else None)


def _note(
    session: Session, entry: QueueEntry, kind: str, by: str, queue: str, rep_id: int | None = None
) -> None:
    request = lock_request(session, entry.request_id)
    add_activity(
        session,
        kind,
        at=clock.now(),
        actor=by,
        lead_id=request.lead_id,
        request_id=request.id,
        rep_id=rep_id,
        queue=queue,
    )
    add_audit(session, by, "queue-entry.changed", "queue-entry", entry.public_id, what=kind)
