"""Tell a rep that their calendar must be connected again, and what that means until then."""

from app import clock
from app.colors import accent_of
from app.db import transaction
from app.models import ConnectionState
from app.notifications.compose import Recipient, compose
from app.notifications.letter import Letter, Link
from app.notifications.smtp import send
from app.services import services
from app.store.calendars import find_connection
from app.store.company import load_company
from app.usecases.message_ids import message_id


def mail_reconnect(connection: int) -> None:
    """Mail the rep of a connection whose grant is dead; nothing when it was renewed meanwhile."""
    settings = services().settings
    with transaction() as session:
        row = find_connection(session, connection)
        if row is None or row.state is not ConnectionState.NEEDS_RECONNECT:
            return
        company = load_company(session, clock.now().date())
        rep = company.rep_by_key(row.rep_id)
        account = row.email or f"Your {row.provider.value.title()} account"
        letter = Letter(
            language="en",
            company=company.name,
            accent=accent_of(None),
            headline=f"Connect your {row.provider.value.title()} calendar again",
            paragraphs=(
                f"{account} no longer lets us read your busy times, so nobody is offered a meeting with you for now.",
                "Meetings already booked stand. Connecting takes half a minute, and your times open again at once.",
            ),
            foot=f"You get this because meetings are booked with you at {company.name}.",
            action=Link("Connect again", f"{settings.public_base_url}/app/calendars"),
        )
        name = message_id("reconnect", connection, row.updated_at.isoformat())
        to = Recipient(rep.email, rep.name)
    send(
        compose(letter, sender=settings.mail_from, to=to, subject=letter.headline, message_id=name), settings
    )
