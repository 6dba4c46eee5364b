"""The meeting as a calendar file: to download, or as our own invitation where no provider sends one."""

from typing import Literal

from app import clock
from app.db import Session, db
from app.models import Booking, EventState, Provider, ProviderEvent
from app.notifications.compose import Invitation
from app.store.calendars import destination_calendar_of
from app.store.events import list_events
from app.store.mails import list_mails
from app.usecases.calendar_services import NEVER_INVITES
from app.usecases.describe_booking import manage_link
from app.usecases.event_draft import event_key, meeting_place, people_of
from app.usecases.session_entry import session_event, session_key
from app.usecases.team import colleagues_as_guests, team_names
from calendars.ics_uid import uid_of
from calendars.ics_write import Meeting, write_ics, write_invitation
from calendars.providers.base import Guest


def invite_ics(booking: Booking) -> bytes:
    """A plain calendar file of the meeting: opening it invites nobody."""
    return write_ics(_meeting(booking, _uid(db.session(), booking)))


def invites_ourselves(session: Session, booking: Booking) -> bool:
    """Whether our own mail, and not a provider, invites to the meeting as it now is.

    So it is where the rep's calendars take no events or their service invites nobody (CalDAV; the event there has
    the UID of our invitation), and where the provider refused the event for good. Once said
    it stays so for this generation: whoever was invited by us must not be invited by the provider as well.
    """
    method = own_method(session, booking, booking.generation)
    if method is not None:
        return method == "REQUEST"
    event = _event_of(session, booking)
    calendar = event.calendar if event else destination_calendar_of(session, booking.rep_id)
    if calendar is not None and calendar.connection.provider in NEVER_INVITES:
        return True
    if event is None:
        return calendar is None
    return event.state is EventState.FAILED and event.event_id is None


def own_method(session: Session, booking: Booking, generation: int) -> str | None:
    """The last that we sent of an invitation of our own: REQUEST, CANCEL, or None for nothing."""
    sent = [m.method for m in list_mails(session, booking.id) if m.method and m.generation == generation]
    return sent[-1] if sent else None


def invitation_for(booking: Booking, organizer: Guest) -> Invitation:
    """Our own iTIP invitation of the prospect, their guests and our colleagues."""
    return _itip(booking, "REQUEST", booking.generation, organizer)


def withdrawal_for(booking: Booking, generation: int, organizer: Guest) -> Invitation:
    """The end of an invitation of our own; `organizer` is the rep it was sent for."""
    return _itip(booking, "CANCEL", generation, organizer)


def _itip(
    booking: Booking, method: Literal["REQUEST", "CANCEL"], generation: int, organizer: Guest
) -> Invitation:
    people = (*people_of(booking), *colleagues_as_guests(booking))
    content = write_invitation(
        _meeting(booking, uid_of(booking.public_id, generation)),
        method=method,
        organizer=organizer,
        guests=tuple(person for person in people if person.email.lower() != organizer.email.lower()),
    )
    return Invitation(method, content)


def _meeting(booking: Booking, uid: str) -> Meeting:
    return Meeting(
        uid=uid,
        title=f"{booking.meeting_type.name} with {team_names(booking)}",
        start=booking.starts_at,
        end=booking.ends_at,
        updated=clock.now(),
        description=f"To move or cancel this meeting: {manage_link(booking)}",
        location=booking.join_url or meeting_place(booking),
        sequence=booking.sequence,
    )


def _uid(session: Session, booking: Booking) -> str:
    """The provider's UID where it has the event: two UIDs would be two meetings in the guest's calendar."""
    ours = uid_of(booking.public_id, booking.generation)
    if invites_ourselves(session, booking):
        return ours
    event = _event_of(session, booking)
    return (event.ical_uid if event else None) or _uid_to_be(session, booking) or ours


def _uid_to_be(session: Session, booking: Booking) -> str | None:
    """The UID of an event that is still to be written; Google makes it of the event's id, which we choose."""
    calendar = destination_calendar_of(session, booking.rep_id)
    if calendar is None or calendar.connection.provider is not Provider.GOOGLE:
        return None
    from calendars.providers.google_event import event_id_of

    key = event_key(booking, booking.generation)
    if booking.group is not None:
        key = session_key(booking.group, booking.group.generation)
    return f"{event_id_of(key)}@google.com"


def _event_of(session: Session, booking: Booking) -> ProviderEvent | None:
    if booking.group is not None:
        return session_event(session, booking.group)
    events = list_events(session, booking.id)
    return next((event for event in events if event.generation == booking.generation), None)
