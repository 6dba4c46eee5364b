"""Tell people what waits for them: everybody in a queue once of each lead, a manager once of each overdue one.

Whoever looks gathers all that is new into one mail a person, so that a busy hour is one mail and not fifty.
"""

from collections import defaultdict
from collections.abc import Iterable

from app import clock
from app.colors import accent_of
from app.db import Session, transaction
from app.models import Queue, QueueEntry
from app.notifications.compose import Recipient, compose
from app.notifications.letter import Letter, Link, Section, inert
from app.notifications.smtp import send
from app.queue import defer
from app.services import services
from app.store.company import load_company
from app.store.configuration.queues import settings_of
from app.store.pages.queues import EntryRow, list_entries_by_key
from app.store.queue_news import (
    find_queues,
    holders_managers,
    list_managers,
    take_news,
    take_overdue,
)
from app.usecases.message_ids import message_id

_SHOWN = 20


def watch_queues() -> None:
    """Find what nobody was told of, and defer one mail a person and queue, in the same transaction."""
    now = clock.now()
    with transaction() as session:
        _tell_members(session, take_news(session, now))
        _tell_managers(session, take_overdue(session, now))


def _tell_members(session: Session, entries: Iterable[QueueEntry]) -> None:
    by_queue = _by_queue(entries)
    for key, queue in find_queues(session, by_queue.keys()).items():
        for email in queue.members:
            _defer(session, queue, email, by_queue[key], is_overdue=False)


def _tell_managers(session: Session, entries: Iterable[QueueEntry]) -> None:
    entries = list(entries)
    managers = holders_managers(session, {each.claimed_by for each in entries if each.claimed_by})
    by_queue = _by_queue(entries)
    for key, queue in find_queues(session, by_queue.keys()).items():
        named = settings_of(queue)["manager"]
        whom: dict[str, list[int]] = defaultdict(list)
        for entry in (each for each in entries if each.queue_id == key):
            holder = managers.get(entry.claimed_by) if entry.claimed_by else None
            for email in [named or holder] if named or holder else list_managers(session):
                whom[str(email)].append(entry.id)
        for email, keys in whom.items():
            _defer(session, queue, email, keys, is_overdue=True)


def _by_queue(entries: Iterable[QueueEntry]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for entry in entries:
        found[entry.queue_id].append(entry.id)
    return found


def _defer(session: Session, queue: Queue, email: str, entries: list[int], *, is_overdue: bool) -> None:
    defer(session, "mail_queue_news", queue=queue.name, email=email, entries=entries, is_overdue=is_overdue)


def mail_queue_news(queue: str, email: str, entries: list[int], is_overdue: bool) -> None:
    """Mail somebody what waits in a queue; nothing when all of it is over by now. No lead's data is in the mail:
    it leads to a page behind a sign-in."""
    settings = services().settings
    with transaction() as session:
        rows = list_entries_by_key(session, clock.now(), entries)
        company = load_company(session, clock.now().date())
        if not rows:
            return
        path = "/admin/queues" if is_overdue else "/app/queue"
        letter = Letter(
            language="en",
            company=company.name,
            accent=accent_of(None),
            headline=_headline(len(rows), queue, is_overdue=is_overdue),
            paragraphs=(_paragraph(is_overdue=is_overdue),),
            foot=f"You get this because you look after the queue {queue} at {company.name}. Each lead is told of once.",
            sections=(Section("Waiting", tuple(_line(row) for row in rows[:_SHOWN])),),
            action=Link("Open the queue", f"{settings.public_base_url}{path}"),
        )
    name = message_id("queue", queue, email, "overdue" if is_overdue else "new", max(entries))
    message = compose(
        letter,
        sender=settings.mail_from,
        to=Recipient(email),
        subject=letter.headline,
        message_id=name,
    )
    send(message, settings)


def _headline(count: int, queue: str, *, is_overdue: bool) -> str:
    leads = "lead" if count == 1 else "leads"
    return f"{count} {leads} overdue in {queue}" if is_overdue else f"{count} new {leads} in {queue}"


def _paragraph(*, is_overdue: bool) -> str:
    if is_overdue:
        return "Nobody has settled them in time. Give them to somebody, or take them yourself."
    return "Whoever takes one first has it, and owns the lead from then on."


def _line(row: EntryRow) -> str:
    parts = [inert(row.lead.company or "") or f"form {row.form}", WHY.get(row.entry.reason, row.entry.reason)]
    if row.priority:
        parts.append(f"priority {inert(row.priority)}")
    parts.append(f"has been with {row.holder}" if row.holder else "nobody has it")
    return ", ".join(parts)


WHY = {
    "not-booked": "has not chosen a time",
    "routed": "routed here",
    "no-times": "nobody had a time",
    "cancelled": "called a meeting off",
    "all-skipped": "a meeting that its rep skipped",
}
