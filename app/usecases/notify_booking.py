"""Tell the prospect and the rep what became of a meeting; each version of it once to each of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app import clock
from app.colors import accent_of
from app.db import Session, transaction
from app.log import get_logger
from app.models import Booking, BookingState, EventState
from app.notifications.compose import Invitation, Recipient, compose
from app.notifications.smtp import MailRefused, send
from app.services import services
from app.store.bookings import find_booking
from app.store.company import CompanyView, load_company
from app.store.decisions import newest_assignment, newest_route
from app.store.events import list_events
from app.store.records import add_activity, has_activity
from app.usecases.describe_booking import ics_link, manage_link
from app.usecases.invite import invitation_for
from app.wording import say_when
from routing.assignment import Assignment
from routing.explanation import explain
from routing.route import Route

log = get_logger(__name__)
PROSPECT, REP = "prospect", "rep"


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail ready to go: its template and facts, and what makes it this mail and no other."""

    audience: str
    template: str
    facts: Mapping[str, Any]
    to: Recipient
    subject: str
    invitation: Invitation | None = None


def notify_booking(booking: str, sequence: int) -> None:
    """Send the mails of a booking's current version. Sending again does nothing; an older version is skipped.

    Raises when the mail server does not answer: the job is tried again, and only what was not sent is sent.
    """
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None or row.sequence != sequence:
            return
        company = load_company(session, clock.now().date())
        mails = [_to_prospect(session, row, company), _to_rep(session, row, company)]
        pending = [mail for mail in mails if not _is_sent(session, row, mail)]
    for mail in pending:
        _deliver(booking, sequence, mail)


def _is_sent(session: Session, booking: Booking, mail: _Mail) -> bool:
    return has_activity(session, "mail.sent", booking.id, audience=mail.audience, sequence=booking.sequence)


def _deliver(booking: str, sequence: int, mail: _Mail) -> None:
    settings = services().settings
    domain = urlsplit(settings.public_base_url).hostname or "localhost"
    name = hashlib.sha256(f"{booking}:{sequence}:{mail.audience}".encode()).hexdigest()[:32]
    message = compose(
        mail.template,
        mail.facts,
        sender=settings.mail_from,
        to=mail.to,
        subject=mail.subject,
        message_id=f"<{name}@{domain}>",
        invitation=mail.invitation,
    )
    kind = "mail.sent"
    try:
        send(message, settings)
    except MailRefused:
        kind = "mail.refused"
        log.warning("mail.refused", booking=booking, audience=mail.audience)
    with transaction() as session:
        row = find_booking(session, booking)
        assert row is not None
        add_activity(
            session,
            kind,
            at=clock.now(),
            actor="system",
            lead_id=row.lead_id,
            request_id=row.request_id,
            booking_id=row.id,
            rep_id=row.rep_id,
            audience=mail.audience,
            sequence=sequence,
        )


def _common(booking: Booking, company: CompanyView, accent: str | None) -> dict[str, Any]:
    color = accent_of(accent)
    return {
        "title": booking.meeting_type.name,
        "company": company.name,
        "accent": color.color,
        "on_accent": color.text,
        "meeting": booking.meeting_type.name,
        "minutes": round((booking.ends_at - booking.starts_at).total_seconds() / 60),
        "join_url": booking.join_url or booking.rep.meeting_link,
        "is_cancelled": booking.state is BookingState.CANCELLED,
    }


def _to_prospect(session: Session, booking: Booking, company: CompanyView) -> _Mail:
    when = say_when(booking.starts_at, booking.ends_at, booking.timezone)
    headline, lead_in = _prospect_words(booking)
    location = booking.meeting_type.location
    facts = _common(booking, company, booking.request.form.branding.get("accent")) | {
        "when": when,
        "headline": headline,
        "lead_in": lead_in,
        "rep": booking.rep.name,
        "location": "By video; the link follows" if location == "video" else location,
        "manage_url": manage_link(booking),
        "ics_url": ics_link(booking),
        "reason": booking.cancel_reason if booking.cancelled_by != PROSPECT else None,
    }
    to = Recipient(booking.lead.email or "", booking.lead.name)
    subject = f"{headline}: {booking.meeting_type.name}, {when}"
    return _Mail(PROSPECT, PROSPECT, facts, to, subject, _invitation(session, booking))


def _prospect_words(booking: Booking) -> tuple[str, str]:
    if booking.state is BookingState.CANCELLED:
        return "Your meeting is cancelled", "Nothing else is needed from you."
    if booking.sequence:
        return "Your meeting has moved", "This is the new time; the old one no longer holds."
    return "Your meeting is booked", "We look forward to talking with you."


def _invitation(session: Session, booking: Booking) -> Invitation | None:
    """Our own invitation, only where no provider's calendar carries the meeting and invites the guests."""
    events = list_events(session, booking.id)
    if any(event.state is not EventState.FAILED for event in events):
        return None
    return invitation_for(booking)


def _to_rep(session: Session, booking: Booking, company: CompanyView) -> _Mail:
    when = say_when(booking.starts_at, booking.ends_at, booking.rep.timezone)
    headline = _rep_headline(booking)
    lead = booking.lead
    facts = _common(booking, company, None) | {
        "when": when,
        "headline": headline,
        "lead_name": lead.name,
        "lead_email": lead.email,
        "lead_company": lead.company,
        "answers": _answers(booking, company),
        "notes": booking.notes,
        "why": _why(session, booking, company),
        "lead_url": f"{services().settings.public_base_url}/app/meetings/{booking.public_id}",
    }
    who = lead.company or lead.name or lead.email
    return _Mail(
        REP, REP, facts, Recipient(booking.rep.email, booking.rep.name), f"{headline}: {who}, {when}"
    )


def _rep_headline(booking: Booking) -> str:
    if booking.state is BookingState.CANCELLED:
        return "Cancelled"
    return "Moved" if booking.sequence else "New meeting"


def _answers(booking: Booking, company: CompanyView) -> list[tuple[str, str]]:
    """What the lead wrote, under the form's own labels; the address and name stand elsewhere in the mail."""
    if booking.request.facts is None:
        return []
    form = next((f for f in company.forms.values() if f.id == booking.request.form_id), None)
    labels = {f.name: f.label.get("en") or f.name for f in form.fields} if form else {}
    typed = booking.request.facts.answers
    return [
        (label, str(typed[name]))
        for name, label in labels.items()
        if name not in {"email", "name", "company"} and typed.get(name) not in (None, "")
    ]


def _why(session: Session, booking: Booking, company: CompanyView) -> list[str]:
    """Why this rep: the stored decision in sentences."""
    if booking.state is BookingState.CANCELLED:
        return []
    route = newest_route(session, booking.request_id)
    assignment = newest_assignment(session, booking.request_id)
    if route is None or assignment is None:
        return []
    names = {rep.public_id: rep.name for rep in company.reps.values()}
    told = explain(Route.from_json(route.trace), Assignment.from_json(assignment.trace))
    return list(told.sentences(names))


def mail_manage_link(booking: str) -> None:
    """Send somebody who asked again the link of the meeting they have; at most one an hour."""
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None or row.state is BookingState.CANCELLED:
            return
        company = load_company(session, clock.now().date())
        hour = int(clock.now().strftime("%Y%m%d%H"))
        if has_activity(session, "mail.sent", row.id, audience="repeat", sequence=hour):
            return
        when = say_when(row.starts_at, row.ends_at, row.timezone)
        facts = _common(row, company, row.request.form.branding.get("accent")) | {
            "headline": "You already have a meeting with us",
            "lines": [when, f"{row.meeting_type.name} with {row.rep.name}"],
            "url": manage_link(row),
            "button": "Move or cancel",
        }
        to = Recipient(row.lead.email or "", row.lead.name)
    _deliver(booking, hour, _Mail("repeat", "notice", facts, to, f"Your meeting: {when}"))
