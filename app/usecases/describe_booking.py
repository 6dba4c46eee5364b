"""A meeting as its prospect may see it."""

from typing import Any

from app.models import Booking
from app.services import services
from app.tokens import Purpose, make_token
from app.usecases.team import team_of


def describe_booking(booking: Booking) -> dict[str, Any]:
    """The public facts of a booking with its links. Instants are UTC; `timezone` is the prospect's."""
    meeting_type = booking.meeting_type
    return {
        "id": booking.public_id,
        "state": booking.state.value,
        "start": booking.starts_at.isoformat(),
        "end": booking.ends_at.isoformat(),
        "timezone": booking.timezone,
        "title": meeting_type.name,
        "rep": {"name": booking.rep.name},
        "people": [{"name": rep.name} for rep in team_of(booking)],
        "location": meeting_type.location,
        "join_url": booking.join_url or booking.rep.meeting_link,
        "ics_url": ics_link(booking),
        "manage_url": manage_link(booking),
    }


def manage_link(booking: Booking) -> str:
    """Where the prospect sees, moves or cancels the meeting."""
    token = make_token(Purpose.MANAGE, booking.public_id, booking.token_version)
    return f"{services().settings.public_base_url}/b/{booking.public_id}?t={token}"


def ics_link(booking: Booking) -> str:
    """A download of the meeting for any calendar; opens nothing else."""
    token = make_token(Purpose.INVITE, booking.public_id, booking.token_version)
    return f"{services().settings.public_base_url}/api/v1/bookings/{booking.public_id}/invite.ics?t={token}"
