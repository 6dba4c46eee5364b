"""Remind reps without a calendar that nobody can book them until they connect one."""

from datetime import timedelta
from typing import NamedTuple

from app import clock
from app.actor import Actor
from app.colors import accent_of
from app.db import transaction
from app.models import Rep
from app.notifications.compose import Recipient, compose
from app.notifications.letter import Letter, Link
from app.notifications.smtp import send
from app.queue import defer
from app.services import services
from app.store.company import load_company
from app.store.company_grants import wait_for_reminders
from app.store.pages.company import RepReach, load_company_page
from app.store.records import add_activity, add_audit
from app.usecases.message_ids import message_id

REMIND_EVERY = timedelta(days=3)


class Reminded(NamedTuple):
    """How many mails go out, to how many that would be too soon, and how many cannot sign in."""

    mailed: int
    too_soon: int
    without_account: int


def remind_missing(by: Actor) -> Reminded:
    """Mail each rep whom nobody connected a link to do it themselves; none more often than every three days."""
    now = clock.now()
    with transaction() as session:
        wait_for_reminders(session)
        missing = load_company_page(session).missing
        able = [row for row in missing if row.can_sign_in]
        due = [row for row in able if _is_due(row)]
        for row in due:
            add_activity(session, "connection.reminded", at=now, actor=by.name, rep_id=row.rep.id)
            defer(session, "mail_connect_reminder", rep=row.rep.id, at_day=now.date().isoformat())
        if due:
            add_audit(session, by.name, "connection.reminded", "reps", "missing", reps=len(due))
    return Reminded(len(due), len(able) - len(due), len(missing) - len(able))


def mail_connect_reminder(rep: int, at_day: str) -> None:
    """Mail one rep; nothing when they are connected meanwhile. `at_day` tells one reminder from the next."""
    settings = services().settings
    with transaction() as session:
        row = session.get(Rep, rep)
        if row is None or rep not in {each.rep.id for each in load_company_page(session).missing}:
            return
        company = load_company(session, clock.now().date())
        letter = Letter(
            language="en",
            company=company.name,
            accent=accent_of(None),
            headline="Connect your calendar",
            paragraphs=(
                "Nobody is offered a meeting with you yet, because we do not know when you are busy.",
                "Signing in takes half a minute. We read when you are busy, never what for, and write the meetings"
                " you get.",
            ),
            foot=f"You get this because meetings are to be booked with you at {company.name}.",
            action=Link("Connect my calendar", f"{settings.public_base_url}/app/calendars"),
        )
        to = Recipient(row.email, row.name)
    name = message_id("connect", rep, at_day)
    send(
        compose(letter, sender=settings.mail_from, to=to, subject=letter.headline, message_id=name), settings
    )


def _is_due(row: RepReach) -> bool:
    return row.reminded_at is None or row.reminded_at <= clock.now() - REMIND_EVERY
