"""Put leads on nurture lists, and take them off again."""

from datetime import datetime

from app import clock
from app.actor import Actor
from app.db import Session, transaction
from app.errors import NotFound
from app.models import Lead, Request
from app.store.leads import find_and_lock_lead
from app.store.records import add_activity, add_audit
from routing.facts import Facts
from routing.route import Destination, DestinationKind


def look_after(session: Session, request: Request, first: Destination, facts: Facts, now: datetime) -> None:
    """Keep what a route says of its lead: the company they come from, and the list they are on, or no longer."""
    lead, domain = request.lead, facts.get("company_domain")
    is_own = isinstance(domain, str) and facts.get("is_free_mail") is not True
    lead.company_domain = str(domain)[:253] if is_own else None
    if first.kind is DestinationKind.NURTURE:
        join_list(session, lead, request, first.name, now)
    elif lead.nurture_list is not None:
        _leave(session, lead, "system", now, request)


def leave_nurture_list(lead_id: str, by: Actor) -> str:
    """Take a lead off the list they are on; its name. Raises NotFound when there is no such lead, or no list."""
    with transaction() as session:
        lead = find_and_lock_lead(session, lead_id)
        if lead is None or lead.nurture_list is None:
            raise NotFound("This lead is on no list")
        name = lead.nurture_list
        _leave(session, lead, by.name, clock.now())
        add_audit(session, by.name, "lead.left-list", "lead", lead_id, list=name)
        return name


def join_list(session: Session, lead: Lead, request: Request, name: str, now: datetime) -> None:
    """Put a lead on a list, off any other; their request says so."""
    lead.nurture_list, lead.nurtured_at = name[:200], now
    add_activity(
        session,
        "lead.nurtured",
        at=now,
        actor="system",
        lead_id=lead.id,
        request_id=request.id,
        list=lead.nurture_list,
    )


def _leave(session: Session, lead: Lead, actor: str, now: datetime, request: Request | None = None) -> None:
    add_activity(
        session,
        "lead.left_list",
        at=now,
        actor=actor,
        lead_id=lead.id,
        request_id=request.id if request else None,
        list=lead.nurture_list,
    )
    lead.nurture_list = lead.nurtured_at = None
