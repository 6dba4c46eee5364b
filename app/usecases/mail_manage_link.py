"""Send somebody who asked again the link of the meeting that they have."""

from app import clock
from app.db import transaction
from app.models import BookingState
from app.notifications.compose import Recipient
from app.store.bookings import find_booking
from app.store.company import load_company
from app.store.mails import list_mails
from app.usecases.booking_mails import Mail
from app.usecases.guest_letters import GuestLetters
from app.usecases.notify_booking import send_booking_mail

REPEAT = "repeat"


def mail_manage_link(booking: str) -> None:
    """At most one an hour: whoever types a stranger's address must not be able to flood it."""
    hour = int(clock.now().strftime("%Y%m%d%H"))
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None or row.state is BookingState.CANCELLED or not row.lead.email:
            return
        if any((each.audience, each.sequence) == (REPEAT, hour) for each in list_mails(session, row.id)):
            return
        letter, subject = GuestLetters(row, load_company(session, clock.now().date())).news(REPEAT)
        mail = Mail(REPEAT, letter, subject, Recipient(row.lead.email, row.lead.name), row.rep_id)
    send_booking_mail(booking, hour, mail)
