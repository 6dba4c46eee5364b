"""Erase a person: meetings to come are called off first, and once calendars and mails have followed, nothing is left in
any table by which they could be told. Done twice, nothing more happens."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app import clock
from app.actor import Actor
from app.db import Session, transaction
from app.enrichment.addresses import read_email
from app.errors import FieldError, Invalid, NotFound
from app.models import Booking, Erasure, Lead
from app.queue import defer
from app.services import services
from app.store.behaviors import list_behaviors
from app.store.erasing import drop_guest, erase_lead
from app.store.erasures import (
    ask_for_erasure,
    bookings_of,
    bookings_with_guest,
    count_waiting_jobs,
    find_erasure,
    is_to_come,
    lock_erasure,
    requests_of,
)
from app.store.leads import find_and_lock_lead
from app.store.records import add_activity, add_audit
from app.store.requests import find_lead_by_email, lock_request
from app.usecases.announce import announce
from app.usecases.cancel_meeting import cancel_meeting

WAIT, PATIENCE = timedelta(minutes=1), timedelta(hours=1)
"""How often it is looked whether the outside has followed, and after how long nobody waits for it any more."""

BY_ERASURE = "erasure"
MOST_BEHAVIORS = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What there is of a person, in numbers. `to_come`: meetings that will be called off; `past`: those whose entries
    stay in reps' own calendars; `elsewhere`: meetings of others that they are a guest of."""

    requests: int
    behaviors: int
    to_come: int
    past: int
    elsewhere: int
    lead: str | None
    is_pending: bool = False

    def in_words(self) -> list[str]:
        """What will be removed, a line each."""
        said = [
            (self.requests, "request with answers, facts, score and source"),
            (self.behaviors, "thing they did (a page, a webinar)"),
            (self.to_come, "meeting to come: it is called off, and they are told"),
            (self.past, "past meeting: its guests, notes, reasons and links"),
            (self.elsewhere, "meeting of somebody else: they are no guest of it any more"),
        ]
        lines = [f"{count} × {what}" for count, what in said if count]
        return [*(["Their address, name and company"] if self.lead else []), *lines]


def hash_of(email: str) -> bytes:
    """A normalised address as it is remembered after an erasure: with the deployment's secret, so that nobody without
    it can try addresses out."""
    secret = services().settings.secret_key.get_secret_value().encode()
    return hmac.new(secret, f"erased:{email}".encode(), hashlib.sha256).digest()


def read_address(email: str) -> str:
    """The address in its normal form. Raises Invalid."""
    address = read_email(email)
    if address is None:
        raise Invalid([FieldError("email", "email", "is no e-mail address")])
    return address


def look_at_person(email: str) -> Known | None:
    """What would be erased; None when nothing is known of the address, be it erased or never heard of."""
    address = read_address(email)
    with transaction() as session:
        return _known(session, address)


def _known(session: Session, address: str) -> Known | None:
    lead, elsewhere = find_lead_by_email(session, address), bookings_with_guest(session, address)
    if lead is None and not elsewhere:
        return None
    now = clock.now()
    meetings = bookings_of(session, lead.id) if lead else []
    coming = sum(is_to_come(each, now) for each in meetings)
    erasure = find_erasure(session, hash_of(address))
    return Known(
        requests=len(requests_of(session, lead.id)) if lead else 0,
        behaviors=len(list_behaviors(session, lead.id, now, MOST_BEHAVIORS)) if lead else 0,
        to_come=coming,
        past=len(meetings) - coming,
        elsewhere=len(elsewhere),
        lead=lead.public_id if lead else None,
        is_pending=erasure is not None and erasure.done_at is None,
    )


def erase_person(email: str, by: Actor) -> bool:
    """Whether they are erased now; False: meetings to come were called off, and a job erases the rest once calendars
    and mails have followed.

    Raises Invalid for what is no address, and NotFound when nothing is known of it and it was not erased before.
    """
    address = read_address(email)
    with transaction() as session:
        known, before = _known(session, address), find_erasure(session, hash_of(address))
        if known is None:
            if before is None:
                raise NotFound("Nothing is known of this address.")
            return before.done_at is not None
        lead = find_lead_by_email(session, address)
        erasure = ask_for_erasure(session, hash_of(address), lead.id if lead else None, by.name, clock.now())
        add_audit(session, by.name, "person.erased", "lead", lead.public_id if lead else "a guest")
        key, coming = erasure.id, _to_come(session, lead)
        _leave_others(session, address)
    for booking in coming:
        cancel_meeting(booking, by=BY_ERASURE)
    return _finish(key, is_patient=True)


def _to_come(session: Session, lead: Lead | None) -> list[str]:
    meetings = bookings_of(session, lead.id) if lead else []
    return [each.public_id for each in meetings if is_to_come(each, clock.now())]


def _leave_others(session: Session, address: str) -> None:
    """They are no guest of anybody's any more; where the meeting is to come, its entry follows."""
    for booking in bookings_with_guest(session, address):
        lock_request(session, booking.request_id)
        drop_guest(session, booking, address)
        if is_to_come(booking, clock.now()):
            booking.sequence += 1
            announce(session, booking)


def finish_erasure(erasure: int) -> None:
    """Erase what is left once nothing outside waits to follow, or has kept us waiting for too long."""
    with transaction() as session:
        row = lock_erasure(session, erasure)
        is_patient = row is not None and row.asked_at > clock.now() - PATIENCE
    _finish(erasure, is_patient=is_patient)


def _finish(erasure: int, *, is_patient: bool) -> bool:
    with transaction() as session:
        row = lock_erasure(session, erasure)
        if row is None or row.done_at is not None:
            return True
        meetings = bookings_of(session, row.lead_id) if row.lead_id else []
        if is_patient and count_waiting_jobs(session, [each.public_id for each in meetings]):
            once, at = f"erase:{erasure}", clock.now() + WAIT
            defer(session, "finish_erasure", once=once, at=at, erasure=erasure)
            return False
        _erase(session, row, meetings)
        return True


def _erase(session: Session, erasure: Erasure, meetings: Sequence[Booking]) -> None:
    erasure.done_at = clock.now()
    found = session.get(Lead, erasure.lead_id) if erasure.lead_id else None
    lead = find_and_lock_lead(session, found.public_id) if found else None
    if lead is None:
        return
    requests = [lock_request(session, each.id) for each in requests_of(session, lead.id)]
    erase_lead(session, lead, requests, meetings, clock.now())
    add_activity(session, "lead.erased", at=clock.now(), actor=erasure.asked_by, lead_id=lead.id)
