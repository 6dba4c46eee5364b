"""Everything that is kept about one person, for them to read: theirs alone, without their guests' addresses."""

from collections.abc import Sequence
from typing import Any

from app import clock
from app.actor import Actor
from app.db import Session, transaction
from app.errors import NotFound
from app.models import Booking, Lead, Request
from app.store.behaviors import list_behaviors
from app.store.erasures import bookings_of, bookings_with_guest, requests_of
from app.store.records import add_audit
from app.store.requests import find_lead_by_email
from app.usecases.erase_person import MOST_BEHAVIORS, read_address


def export_person(email: str, by: Actor) -> dict[str, Any]:
    """Plain JSON. Raises Invalid, and NotFound when nothing is known of the address."""
    address = read_address(email)
    with transaction() as session:
        lead, elsewhere = find_lead_by_email(session, address), bookings_with_guest(session, address)
        if lead is None and not elsewhere:
            raise NotFound("Nothing is known of this address.")
        add_audit(session, by.name, "person.exported", "lead", lead.public_id if lead else "a guest")
        return {
            "email": address,
            "exported_at": clock.now().isoformat(),
            "person": _person(lead) if lead else None,
            "requests": [_request(each) for each in (requests_of(session, lead.id) if lead else ())],
            "behaviors": _behaviors(session, lead) if lead else [],
            "meetings": _meetings(bookings_of(session, lead.id) if lead else (), address),
            "guest_of": _meetings(elsewhere, address),
        }


def _person(lead: Lead) -> dict[str, Any]:
    return {
        "name": lead.name,
        "company": lead.company,
        "list": lead.nurture_list,
        "known_since": lead.created_at.isoformat(),
    }


def _request(request: Request) -> dict[str, Any]:
    facts = request.facts
    return {
        "id": request.public_id,
        "at": request.created_at.isoformat(),
        "state": request.state.value,
        "timezone": request.timezone,
        "language": request.locale,
        "answers": facts.answers if facts else None,
        "source": facts.source if facts else None,
        "facts": facts.facts if facts else None,
        "origins": facts.origins if facts else None,
    }


def _behaviors(session: Session, lead: Lead) -> list[dict[str, Any]]:
    return [
        {"kind": each.kind, "topic": each.topic, "url": each.url, "at": each.at.isoformat()}
        for each in list_behaviors(session, lead.id, clock.now(), MOST_BEHAVIORS)
    ]


def _meetings(bookings: Sequence[Booking], address: str) -> list[dict[str, Any]]:
    """Meetings as they were agreed; of what others wrote in them nothing but to whom it was theirs to say."""
    return [
        {
            "id": booking.public_id,
            "from": booking.starts_at.isoformat(),
            "until": booking.ends_at.isoformat(),
            "about": booking.meeting_type.name,
            "with": booking.rep.name,
            "state": booking.state.value,
            **({"notes": booking.notes, "guests": len(booking.guests)} if is_theirs else {}),
        }
        for booking in bookings
        for is_theirs in (booking.lead.email == address,)
    ]
