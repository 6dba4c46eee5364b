"""Take a person out of every table that knows them. The data map is docs/explanation/privacy.md.

What stays has no person in it: that there was a request and a meeting, when, who took it and why by which rule, and
what it cost whom in turns. Activities and audit entries hold ids, numbers and codes from the start and are never
changed.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.models import (
    Alert,
    AssignmentRecord,
    Booking,
    Handover,
    IdempotencyRecord,
    Lead,
    LeadBehavior,
    PartyRecord,
    ProviderEvent,
    QueueEntry,
    Request,
    RequestFacts,
    RouteRecord,
)
from routing.route import Route

ERASED = "erased"
_SHORTEST = 4


def words_of(lead: Lead, facts: Sequence[RequestFacts], bookings: Sequence[Booking]) -> frozenset[str]:
    """What a person could be told by, in lower case: address, name, company, and whatever they typed freely."""
    given = [lead.email, lead.name, lead.company, *(booking.notes for booking in bookings)]
    given += [guest for booking in bookings for guest in booking.guests]
    given += [value for row in facts for value in row.answers.values() if isinstance(value, str)]
    free = {word.strip().lower() for word in given if word}
    return frozenset(word for word in free if len(word) >= _SHORTEST and ("@" in word or " " in word))


def blank(value: Any, words: Collection[str]) -> Any:
    """Plain JSON without texts in which one of these words stands."""
    if isinstance(value, str):
        return ERASED if any(word in value.lower() for word in words) else value
    if isinstance(value, dict):
        return {blank(key, words): blank(each, words) for key, each in value.items()}
    return [blank(each, words) for each in value] if isinstance(value, list) else value


def erase_lead(
    session: Session, lead: Lead, requests: Sequence[Request], bookings: Sequence[Booking], at: datetime
) -> None:
    """Leave of a lead (locked) a row without a person, and of their requests and meetings what is said above."""
    facts = [request.facts for request in requests if request.facts is not None]
    words = words_of(lead, facts, bookings)
    keys = [request.id for request in requests]
    _redact_decisions(session, keys, words)
    _drop_what_they_said(session, lead.id, requests)
    for booking in bookings:
        _strip_booking(session, booking)
    for request in requests:
        request.timezone, request.locale = "UTC", "en"
        request.token_version += 1
    _drop_loose_words(session, words)
    lead.email = lead.name = lead.company = lead.company_domain = lead.nurture_list = None
    lead.account_id = lead.owner_rep_id = lead.nurtured_at = None
    lead.erased_at = at
    session.flush()


def _redact_decisions(session: Session, requests: Sequence[int], words: Collection[str]) -> None:
    """Decisions keep which rules were tried and who was chosen, and lose what the checks found."""
    for route in session.scalars(select(RouteRecord).where(RouteRecord.request_id.in_(requests))):
        route.trace = blank(Route.from_json(route.trace).redacted().to_json(), words)
    for made in session.scalars(select(AssignmentRecord).where(AssignmentRecord.request_id.in_(requests))):
        made.inputs, made.trace = blank(made.inputs, words), blank(made.trace, words)
        beside = session.scalars(select(PartyRecord).where(PartyRecord.assignment_id == made.id))
        for party in beside:
            party.inputs, party.trace = blank(party.inputs, words), blank(party.trace, words)


def _drop_what_they_said(session: Session, lead_id: int, requests: Sequence[Request]) -> None:
    """Answers, source, facts and judgments (which go with them), behaviors, and what others wrote about them."""
    keys = [request.id for request in requests]
    for request in requests:
        session.expire(request, ["facts"])
    session.execute(delete(RequestFacts).where(RequestFacts.request_id.in_(keys)))
    session.execute(delete(LeadBehavior).where(LeadBehavior.lead_id == lead_id))
    session.execute(delete(QueueEntry).where(QueueEntry.request_id.in_(keys)))
    session.execute(update(Handover).where(Handover.request_id.in_(keys)).values(reason=ERASED))
    answered = [request.public_id for request in requests]
    session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.result.in_(answered)))


def _strip_booking(session: Session, booking: Booking) -> None:
    booking.guests, booking.notes, booking.cancel_reason, booking.join_url = [], "", None, None
    booking.timezone = "UTC"
    booking.token_version += 1
    session.execute(
        update(ProviderEvent)
        .where(ProviderEvent.booking_id == booking.id)
        .values(replies={}, html_link=None, error=None)
    )
    session.execute(update(Alert).where(Alert.booking_id == booking.id).values(reason="", detail={}))


def drop_guest(session: Session, booking: Booking, email: str) -> None:
    """Take somebody off another's meeting, and their answer with them."""
    booking.guests = [guest for guest in booking.guests if guest.lower() != email]
    for entry in session.scalars(select(ProviderEvent).where(ProviderEvent.booking_id == booking.id)):
        entry.replies = {who: said for who, said in entry.replies.items() if who.lower() != email}


_JOBS = text("DELETE FROM procrastinate_jobs WHERE status <> 'doing' AND lower(args::text) LIKE :pattern")
_COUNTERS = text("DELETE FROM rate_counters WHERE lower(bucket) LIKE :pattern")


def _drop_loose_words(session: Session, words: Collection[str]) -> None:
    """Waiting and past jobs, and counters, that carry an address."""
    for word in words:
        if "@" in word:
            escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            for statement in (_JOBS, _COUNTERS):
                session.execute(statement, {"pattern": f"%{escaped}%"})
