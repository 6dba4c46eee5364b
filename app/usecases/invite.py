"""The meeting as a calendar file: to download, or as our own invitation where no provider sends one."""

from typing import Literal

from app.db import db
from app.models import Booking, BookingState
from app.notifications.compose import Invitation
from app.store.events import list_events
from app.usecases.describe_booking import manage_link
from calendars.ics_uid import uid_of
from calendars.ics_write import Meeting, write_ics, write_invitation
from calendars.providers.base import Guest


def invite_ics(booking: Booking) -> bytes:
    """A plain calendar file of the meeting: opening it invites nobody."""
    return write_ics(_meeting(booking))


def invitation_for(booking: Booking) -> Invitation:
    """Our own iTIP message to the prospect and their guests, with the rep as organizer."""
    method: Literal["REQUEST", "CANCEL"] = "CANCEL" if booking.state is BookingState.CANCELLED else "REQUEST"
    people = [Guest(booking.lead.email or "", booking.lead.name), *(Guest(email) for email in booking.guests)]
    content = write_invitation(
        _meeting(booking),
        method=method,
        organizer=Guest(booking.rep.email, booking.rep.name),
        guests=tuple(person for person in people if person.email != booking.rep.email),
    )
    return Invitation(method, content)


def _meeting(booking: Booking) -> Meeting:
    return Meeting(
        uid=_uid(booking),
        title=f"{booking.meeting_type.name} with {booking.rep.name}",
        start=booking.starts_at,
        end=booking.ends_at,
        updated=booking.cancelled_at or booking.created_at,
        description=f"To move or cancel this meeting: {manage_link(booking)}",
        location=booking.join_url or booking.rep.meeting_link or _place(booking),
        sequence=booking.sequence,
    )


def _uid(booking: Booking) -> str:
    """The provider's UID where it has the event: two UIDs would be two meetings in the guest's calendar."""
    for event in list_events(db.session(), booking.id):
        if event.generation == booking.generation and event.ical_uid:
            return event.ical_uid
    return uid_of(booking.public_id, booking.generation)


def _place(booking: Booking) -> str | None:
    location = booking.meeting_type.location
    return None if location == "video" else location
