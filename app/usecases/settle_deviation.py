"""What a rep says they meant by changing a meeting's entry: put it back, or ask the guest for another time."""

from app import clock
from app.db import Session, transaction
from app.errors import Conflict, NotFound
from app.models import Booking, BookingState, ProviderEvent
from app.notifications.compose import Recipient
from app.queue import defer
from app.store.bookings import find_booking
from app.store.company import load_company
from app.store.mails import list_mails
from app.store.own_events import standing_event
from app.store.records import add_activity, add_audit
from app.usecases.announce import announce
from app.usecases.booking_mails import Mail
from app.usecases.guest_letters import GuestLetters
from app.usecases.notify_booking import send_booking_mail

ASKED_TO_MOVE = "asked_to_move"


def put_back(booking_id: str, rep_id: int, *, by: str) -> None:
    """Write the meeting's entry anew at the meeting's time; what is left of the old one goes.

    Raises NotFound for somebody else's meeting, Conflict when nothing is to be put back.
    """
    with transaction() as session:
        booking, event = _deviating(session, booking_id, rep_id)
        event.deviation = event.deviated_at = event.seen_start = event.obstacle = None
        booking.generation += 1
        booking.sequence += 1
        _record(session, booking, "event.put_back", by)
        announce(session, booking)


def ask_for_another_time(booking_id: str, rep_id: int, *, by: str) -> None:
    """Ask the guest by mail to choose another time; until they do, the meeting stands.

    Raises NotFound for somebody else's meeting, Conflict when nobody can be asked.
    """
    with transaction() as session:
        booking, _ = _deviating(session, booking_id, rep_id)
        if not booking.lead.email:
            raise Conflict("There is no address to write to.")
        _record(session, booking, "meeting.asked_to_move", by)
        key = f"asked-to-move:{booking_id}:{booking.sequence}"
        defer(session, "mail_asked_to_move", once=key, booking=booking_id, sequence=booking.sequence)


def mail_asked_to_move(booking: str, sequence: int) -> None:
    """The mail itself; once for each version of the meeting."""
    with transaction() as session:
        row = find_booking(session, booking)
        if (
            row is None
            or row.state is BookingState.CANCELLED
            or row.sequence != sequence
            or not row.lead.email
        ):
            return
        sent = list_mails(session, row.id)
        if any((each.audience, each.sequence) == (ASKED_TO_MOVE, sequence) for each in sent):
            return
        letter, subject = GuestLetters(row, load_company(session, clock.now().date())).news(ASKED_TO_MOVE)
        mail = Mail(ASKED_TO_MOVE, letter, subject, Recipient(row.lead.email, row.lead.name), row.rep_id)
    send_booking_mail(booking, sequence, mail)


def _deviating(session: Session, booking_id: str, rep_id: int) -> tuple[Booking, ProviderEvent]:
    booking = find_booking(session, booking_id, lock=True)
    if booking is None or booking.rep_id != rep_id:
        raise NotFound("This meeting is not yours.")
    event = standing_event(session, booking) if booking.state is BookingState.CONFIRMED else None
    if event is None or event.deviation is None:
        raise Conflict("The entry in your calendar is as it should be.")
    return booking, event


def _record(session: Session, booking: Booking, kind: str, by: str) -> None:
    add_activity(
        session,
        kind,
        at=clock.now(),
        actor=by,
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=booking.rep_id,
    )
    add_audit(session, by, kind, "booking", booking.public_id)
