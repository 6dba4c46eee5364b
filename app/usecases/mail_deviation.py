"""Ask a rep what they meant by changing a meeting's entry in their calendar."""

from datetime import datetime

from app import clock
from app.colors import accent_of
from app.db import transaction
from app.models import Booking, Deviation, ProviderEvent
from app.notifications.compose import Recipient, compose
from app.notifications.letter import Letter, Link, inert
from app.notifications.smtp import send
from app.services import services
from app.store.company import load_company
from app.usecases.message_ids import message_id
from app.usecases.obstacle_words import obstacle_words
from app.wording import describe_when

_HEADLINES = {
    Deviation.MOVED: "You moved a meeting in your calendar",
    Deviation.GONE: "You deleted a meeting from your calendar",
    Deviation.LET_GO: "You declined a meeting, or show it as free",
}


def mail_deviation(event: int, at_instant: str) -> None:
    """Mail the rep, unless the matter was settled or changed again meanwhile."""
    settings = services().settings
    with transaction() as session:
        row = session.get(ProviderEvent, event)
        if row is None or row.deviation is None or row.deviated_at != datetime.fromisoformat(at_instant):
            return
        booking = session.get_one(Booking, row.booking_id)
        company = load_company(session, clock.now().date())
        rep = company.rep_by_key(booking.rep_id)
        lead = inert(booking.lead.company or booking.lead.name or booking.lead.email or "a lead")[:60]
        why = obstacle_words(
            row.obstacle, {key: each.name for key, each in company.reps.items()}, rep.public_id
        )
        letter = Letter(
            language="en",
            company=company.name,
            accent=accent_of(None),
            headline=f"{_HEADLINES[row.deviation]}: {lead}",
            paragraphs=(
                *((f"The meeting did not follow: {why}.",) if why else ()),
                "They do not know of it and still expect you at this time. Tell us what you meant: put the entry back,"
                " ask them for another time, give the meeting to a colleague, or cancel it.",
            ),
            foot=f"You get this because meetings are booked with you at {company.name}.",
            when=describe_when(booking.starts_at, booking.ends_at, rep.timezone),
            action=Link("Decide", f"{settings.public_base_url}/app/meetings/{booking.public_id}"),
        )
        name = message_id("deviation", event, at_instant)
        to = Recipient(rep.email, rep.name)
    send(
        compose(letter, sender=settings.mail_from, to=to, subject=letter.headline, message_id=name), settings
    )
