"""A booking as the entry we want in the rep's calendar."""

from urllib.parse import urlsplit

from app.models import Booking, GroupSession
from app.notifications.letter import one_line
from app.usecases.describe_booking import manage_link
from app.usecases.team import MOST_NAMED, colleagues_as_guests, team_of
from calendars.providers.base import EventDraft, Guest

LONGEST_NAME = 60


def event_key(booking: Booking, generation: int) -> str:
    """What a booking's entry is found by; another generation is another entry."""
    return f"{booking.public_id}:{generation}"


def event_draft(booking: Booking, *, invites: bool) -> EventDraft:
    """The shared entry: title, links, people. What the lead wrote goes to the rep alone, by mail.

    Without `invites` it has no guests: they were invited by our own mail and must not be asked twice.
    """
    return EventDraft(
        key=event_key(booking, booking.generation),
        booking=booking.public_id,
        title=event_title(booking),
        description=f"To move or cancel this meeting: {manage_link(booking)}",
        start=booking.starts_at,
        end=booking.ends_at,
        timezone=booking.rep.timezone,
        guests=(*people_of(booking), *colleagues_as_guests(booking)) if invites else (),
        location=meeting_place(booking),
        wants_video=booking.meeting_type.location == "video" and booking.rep.meeting_link is None,
        invite=invites,
    )


def people_of(booking: Booking) -> tuple[Guest, ...]:
    """The prospect and whom they bring."""
    lead = booking.lead
    first = (Guest(lead.email, _as_name(lead.name)),) if lead.email else ()
    return (*first, *map(Guest, booking.guests))


def event_title(booking: Booking) -> str:
    """`Product demo: Globex and Remy`; of several of us the first few are named."""
    names = (booking.lead.company, booking.lead.name, booking.lead.email)
    who = next((name for name in map(_as_name, names) if name), "Guest")
    ours = [rep.name for rep in team_of(booking)][:MOST_NAMED]
    return f"{booking.meeting_type.name}: {', '.join([who, *ours[:-1]])} and {ours[-1]}"


def meeting_place(booking: Booking | GroupSession) -> str | None:
    """Where to be, as far as it is known without the provider: the rep's own link, or the meeting type's place."""
    location = booking.meeting_type.location
    return booking.rep.meeting_link or (None if location == "video" else location)


def _as_name(typed: str | None) -> str | None:
    """What strangers typed, if it can stand in what guests are mailed: a short name, no address or link."""
    name = one_line(typed or "", LONGEST_NAME + 1)
    if len(name) > LONGEST_NAME or "/" in name or "www." in name.lower() or urlsplit(name).scheme:
        return None
    return name or None
