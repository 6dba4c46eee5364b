"""Tell those who run the installation what needs them: one mail, however much is new."""

from collections.abc import Sequence

from app import clock
from app.colors import accent_of
from app.db import transaction
from app.models import Alert
from app.notifications.compose import Recipient, compose
from app.notifications.letter import Letter, Link, Section, inert
from app.notifications.smtp import send
from app.services import services
from app.store.alerts import list_alerts_by_key
from app.store.company import load_company
from app.usecases.describe_alert import AlertWords, describe_alerts
from app.usecases.message_ids import message_id

SHOWN = 20


def mail_alerts(email: str, alerts: list[int]) -> None:
    """Mail somebody those of these troubles that are still there; nothing when all of them are over."""
    settings = services().settings
    with transaction() as session:
        found = describe_alerts(session, list_alerts_by_key(session, alerts))
        if not found:
            return
        company = load_company(session, clock.now().date())
        letter = Letter(
            language="en",
            company=company.name,
            accent=accent_of(None),
            headline=_headline(found),
            paragraphs=(
                "Each trouble is told of once. The console shows it until it is over, which it says by itself.",
            ),
            foot=f"You get this because you look after the scheduler of {company.name}.",
            sections=(*map(_section, found[:SHOWN]), *_rest(len(found) - SHOWN)),
            action=Link("Look at it", f"{settings.public_base_url}/admin/alerts"),
        )
    name = message_id("alerts", email, max(alerts), found[0][0].first_seen_at.isoformat())
    message = compose(
        letter, sender=settings.mail_from, to=Recipient(email), subject=letter.headline, message_id=name
    )
    send(message, settings)


def _headline(found: Sequence[tuple[Alert, AlertWords]]) -> str:
    first = inert(found[0][1].title)
    return first if len(found) == 1 else f"{first}, and {len(found) - 1} more"


def _section(found: tuple[Alert, AlertWords]) -> Section:
    alert, words = found
    since = f"Since {alert.first_seen_at:%d %b, %H:%M} UTC."
    reason = [f"Reported: {inert(words.reason)}"] if words.reason else []
    return Section(
        inert(words.title), (inert(words.meaning), f"What to do: {inert(words.remedy)}", since, *reason)
    )


def _rest(more: int) -> tuple[Section, ...]:
    return (Section(f"And {more} more", ("They are on the console’s page of alerts.",)),) if more > 0 else ()
