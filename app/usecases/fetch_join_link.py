"""Take over a video link that the provider made later than the event."""

from app.db import transaction
from app.models import BookingState
from app.store.bookings import find_booking
from app.usecases.announce import announce_mails
from app.usecases.provider_turns import Purpose, calling
from app.usecases.sharing import others_at
from app.usecases.write_event import wanted_place
from app.usecases.write_session import share_link
from calendars.providers.base import CalendarError

LOOK_AGAIN_SECONDS = 2.0


def fetch_join_link(booking: str) -> None:
    """Ask for the link; the mails that waited for it go out. Raises CalendarError while there is none."""
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None or row.join_url or row.state is BookingState.CANCELLED:
            return
        place = wanted_place(session, row)
    if place is None:
        return
    with calling(place.connection_id, Purpose.WRITE) as calendar:
        found = calendar.get_event(place.remote_id, place.key)
    if found is not None and found.join_pending:
        raise CalendarError(
            "the video link is not made yet",
            code="unavailable",
            permanent=False,
            retry_after=LOOK_AGAIN_SECONDS,
        )
    with transaction() as session:
        row = find_booking(session, booking)
        if row is not None and found is not None:
            row.join_url = found.join_url or row.join_url
            if row.group is not None:
                share_link(session, row.group, found.join_url)
            for each in (row, *others_at(session, row)):
                announce_mails(session, each.public_id, each.sequence)
