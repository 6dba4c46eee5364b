"""Tell everybody what became of a meeting; each version of it once to each of them."""

from typing import Any

from app import clock
from app.db import Session, transaction
from app.log import get_logger
from app.models import Booking
from app.notifications.compose import BadAddress, compose
from app.notifications.smtp import MailRefused, send
from app.services import services
from app.store.bookings import find_booking
from app.store.company import load_company
from app.store.mails import REFUSED, SENT
from app.store.records import add_activity
from app.usecases.booking_mails import Mail, meets, next_mail
from app.usecases.message_ids import message_id

log = get_logger(__name__)
MOST_MAILS = 100


def notify_booking(booking: str, sequence: int) -> None:
    """Send the mails of a booking's current version. Sending again does nothing; an older version is skipped.

    Raises OSError or SMTPException when the mail server does not answer: the job is tried again, and only what was
    not sent is sent. What the server refuses for good is noted, and the rep is told.
    """
    for _ in range(MOST_MAILS):
        with transaction() as session:
            row = find_booking(session, booking)
            if row is None or row.sequence != sequence:
                return
            mail = next_mail(session, row, load_company(session, clock.now().date()))
        if mail is None:
            return
        send_booking_mail(booking, sequence, mail)


def send_booking_mail(booking: str, sequence: int, mail: Mail) -> None:
    """Hand over one mail and keep that it was sent, or refused for good."""
    settings = services().settings
    try:
        message = compose(
            mail.letter,
            sender=settings.mail_from,
            to=mail.to,
            subject=mail.subject,
            message_id=message_id(booking, sequence, mail.audience),
            reply_to=mail.reply_to,
            invitation=mail.invitation,
        )
        send(message, settings)
        kind = SENT
    except (MailRefused, BadAddress) as error:
        kind = REFUSED
        log.warning(REFUSED, booking=booking, audience=mail.audience, detail=str(error))
    with transaction() as session:
        row = find_booking(session, booking)
        assert row is not None
        _record(session, kind, row, sequence, mail)


def _record(session: Session, kind: str, booking: Booking, sequence: int, mail: Mail) -> None:
    carried: dict[str, Any] = {}
    if mail.invitation is not None:
        carried = {"method": mail.invitation.method, "generation": mail.generation}
    add_activity(
        session,
        kind,
        at=clock.now(),
        actor="system",
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=mail.rep_id,
        audience=mail.audience,
        sequence=sequence,
        meets=meets(booking),
        **carried,
    )
