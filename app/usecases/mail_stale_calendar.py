"""Tell a rep that nobody can book them because a calendar of theirs cannot be read any longer."""

from app import clock
from app.colors import accent_of
from app.db import transaction
from app.models import AlertKind, Calendar, CalendarState, Provider
from app.notifications.compose import Recipient, compose
from app.notifications.letter import Letter, Link, inert
from app.notifications.smtp import send
from app.services import services
from app.store.alerts import is_open
from app.store.calendars import find_calendar
from app.store.company import load_company
from app.usecases.describe_alert import SERVICES
from app.usecases.message_ids import message_id
from app.wording import describe_when


def mail_stale_calendar(calendar: str) -> None:
    """Mail the rep of a calendar that closes their time; nothing when it is read again by now."""
    settings = services().settings
    with transaction() as session:
        row = find_calendar(session, calendar)
        if row is None or not is_open(session, AlertKind.CALENDAR_STALE, calendar):
            return
        company = load_company(session, clock.now().date())
        rep = company.rep_by_key(row.rep_id)
        letter = _letter(row, company.name, rep.timezone, f"{settings.public_base_url}/app/calendars")
        since = row.synced_at.isoformat() if row.synced_at else "never"
        name, to = message_id("stale", calendar, since), Recipient(rep.email, rep.name)
    send(
        compose(letter, sender=settings.mail_from, to=to, subject=letter.headline, message_id=name), settings
    )


def _letter(calendar: Calendar, company: str, zone: str, page: str) -> Letter:
    name, service = inert(calendar.name), SERVICES[calendar.connection.provider.value]
    return Letter(
        language="en",
        company=company,
        accent=accent_of(None),
        headline=f"Nobody can book you: {name} cannot be read",
        paragraphs=(
            f"Your calendar {name} at {service} {_what_happened(calendar, zone)}. We do not offer time that we"
            " cannot see, so nobody is offered a meeting with you for now. Meetings already booked stand.",
            _what_to_do(calendar),
        ),
        foot=f"You get this once, because meetings are booked with you at {company}.",
        action=Link("My calendars", page),
    )


def _what_happened(calendar: Calendar, zone: str) -> str:
    if calendar.state is CalendarState.GONE:
        return "was deleted, or is no longer shared with you"
    if calendar.synced_at is None:
        return "could never be read"
    when = describe_when(calendar.synced_at, calendar.synced_at, zone)
    return f"was last read on {when.day}, {when.time.partition('–')[0]} ({when.zone})"


def _what_to_do(calendar: Calendar) -> str:
    if calendar.state is CalendarState.GONE:
        return "Choose another calendar to check, or have this one shared with you again."
    if calendar.connection.provider is Provider.ICS:
        return (
            "See whether the address of the feed still works, and give your admin the new one if it changed."
            " We keep trying; you are offered again as soon as it can be read."
        )
    return (
        "We keep trying, and you are offered again as soon as it can be read. If nothing changes, connect the account"
        " again, or stop checking this calendar if you no longer use it."
    )
