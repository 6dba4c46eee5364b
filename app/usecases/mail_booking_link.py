"""Send a prospect the link to choose a time with whoever took their request."""

from datetime import timedelta
from urllib.parse import urlencode

from app import clock
from app.colors import accent_of
from app.db import Session, transaction
from app.errors import Conflict, Forbidden
from app.models import QueueState, Rep, Request
from app.notifications.compose import Recipient, compose
from app.notifications.letter import Letter, Link
from app.notifications.smtp import send
from app.notifications.words import WORDS
from app.queue import defer
from app.services import services
from app.store.bookings import live_booking
from app.store.company import load_company
from app.store.people import find_rep_of_user
from app.store.records import add_activity, was_done_since
from app.store.requests import find_request
from app.tokens import Purpose, make_token
from app.usecases.claim_lead import lock_entry
from app.usecases.message_ids import message_id
from app.usecases.people import Person
from app.wording import language_of

AGAIN_AFTER = timedelta(hours=1)
_SAID = ("choose", "choose.more", "choose_go", "sent_by")


def send_booking_link(entry_id: str, person: Person) -> None:
    """Mail the prospect of an entry that this person has.

    Raises NotFound, Forbidden, and Conflict without an address or rep, with a meeting, or within an hour of the last.
    """
    with transaction() as session:
        entry, _ = lock_entry(session, entry_id)
        if entry.state is not QueueState.CLAIMED or entry.claimed_by != person.user_id:
            raise Forbidden("Take the lead first.")
        request = session.get_one(Request, entry.request_id)
        rep = find_rep_of_user(session, person.user_id)
        if rep is None:
            raise Conflict("You are no rep, so there are no times of yours to choose from.")
        if not request.lead.email:
            raise Conflict("There is no address to write to.")
        if live_booking(session, request.id) is not None:
            raise Conflict("They have a meeting already.")
        if was_done_since(session, "link.sent", request.id, clock.now() - AGAIN_AFTER):
            raise Conflict("They were sent the link within the hour.")
        add_activity(
            session,
            "link.sent",
            at=clock.now(),
            actor=person.name,
            lead_id=request.lead_id,
            request_id=request.id,
            rep_id=rep.id,
        )
        stamp = clock.now().strftime("%Y%m%d%H%M")
        defer(session, "mail_booking_link", request=request.public_id, rep=rep.id, stamp=stamp)


def mail_booking_link(request: str, rep: int, stamp: str) -> None:
    """Send the mail, unless a meeting was booked since. The link opens the times of whoever took the request."""
    settings = services().settings
    with transaction() as session:
        row = find_request(session, request)
        if row is None or not row.lead.email or live_booking(session, row.id) is not None:
            return
        letter = _letter(session, row, session.get_one(Rep, rep))
        to = Recipient(row.lead.email, row.lead.name)
        sender = session.get_one(Rep, rep)
        reply_to = Recipient(sender.email, sender.name)
    message = compose(
        letter,
        sender=settings.mail_from,
        to=to,
        subject=letter.headline,
        message_id=message_id("choose", request, stamp),
        reply_to=reply_to,
    )
    send(message, settings)


def booking_link(request: Request) -> str:
    """Where the times are shown and one is chosen, without the form."""
    token = make_token(Purpose.REQUEST, request.public_id, request.token_version)
    query = urlencode({"request": request.public_id, "t": token, "timezone": request.timezone})
    return f"{services().settings.public_base_url}/f/{request.form.slug}/times?{query}"


def _letter(session: Session, request: Request, rep: Rep) -> Letter:
    company = load_company(session, clock.now().date())
    language = language_of(request.locale)
    said = {key: WORDS[language][key].format(rep=rep.name, company=company.name) for key in _SAID}
    return Letter(
        language=language,
        company=company.name,
        accent=accent_of(request.form.branding.get("accent")),
        headline=said["choose"],
        paragraphs=(said["choose.more"],),
        foot=said["sent_by"],
        action=Link(said["choose_go"], booking_link(request)),
    )
