"""Tell a rep that their calendar must be connected again, and what that means until then."""

from app import clock
from app.colors import accent_of
from app.db import transaction
from app.models import ConnectionState
from app.notifications.compose import Recipient, compose
from app.notifications.smtp import send
from app.services import services
from app.store.calendars import find_connection
from app.store.company import load_company


def mail_reconnect(connection: int) -> None:
    """Mail the rep of a connection whose grant is dead; nothing when it was renewed meanwhile."""
    settings = services().settings
    with transaction() as session:
        row = find_connection(session, connection)
        if row is None or row.state is not ConnectionState.NEEDS_RECONNECT:
            return
        company = load_company(session, clock.now().date())
        rep = company.rep_by_key(row.rep_id)
        color = accent_of(None)
        facts = {
            "title": "Connect your calendar again",
            "company": company.name,
            "accent": color.color,
            "on_accent": color.text,
            "headline": f"Your {row.provider.value.title()} calendar must be connected again",
            "lines": [
                f"{row.email or 'Your account'} no longer lets us read your busy times, so you are not offered to "
                "anybody for now. Meetings already booked stand.",
            ],
            "url": f"{settings.public_base_url}/app/calendars",
            "button": "Connect again",
        }
        version = int(row.updated_at.timestamp())
    message = compose(
        "notice",
        facts,
        sender=settings.mail_from,
        to=Recipient(rep.email, rep.name),
        subject="Connect your calendar again",
        message_id=f"<reconnect-{connection}-{version}@scheduler>",
    )
    send(message, settings)
