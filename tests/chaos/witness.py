"""Waits until all is quiet, and writes down what is there: in the database, at the stand-ins, in the mailboxes."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg
import requests

from app.demo.mail.invitation import find_invitation
from app.demo.mail.mailbox import Mailbox
from calendars.providers.google_busy import BOOKING as GOOGLE_MARK
from calendars.providers.microsoft_marks import BOOKING as MICROSOFT_MARK
from tests.chaos.checker import Entry, Letter, Meeting, Story, Taken
from tests.fixtures.product import Product, wait_for

OURS = "meetings@acme.test"
MEETINGS = """
SELECT b.public_id, b.state, b.starts_at, r.email, k.provider, e.deviation,
    (SELECT count(*) FROM activities a WHERE a.booking_id = b.id AND a.kind = 'mail.sent'
        AND a.data->>'audience' = 'prospect' AND (a.data->>'sequence')::int = b.sequence)
FROM bookings b JOIN reps r ON r.id = b.rep_id
LEFT JOIN provider_events e ON e.booking_id = b.id AND e.generation = b.generation
LEFT JOIN (SELECT c.rep_id, n.provider FROM calendars c JOIN connections n ON n.id = c.connection_id
    WHERE c.is_destination) k ON k.rep_id = r.id
"""
TAKEN = "SELECT rep_id, lower(during), upper(during) FROM reservations WHERE state IN ('held', 'confirmed')"
WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name <> ALL(%s)"
HURRY = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND scheduled_at IS NOT NULL"
NO_REST = "UPDATE provider_gates SET shut_until = 'epoch' WHERE shut_until IS NOT NULL"
DEAD = "SELECT task_name FROM procrastinate_jobs WHERE status = 'failed' AND task_name <> ALL(%s)"
READ_ALL = """
from app.factory import create_app
from app.db import transaction
from app.models import Calendar
from app.usecases.sync_calendar import sync_calendar
with create_app().app_context():
    with transaction() as session:
        names = [each.public_id for each in session.query(Calendar).where(Calendar.checks_conflicts)]
    print([sync_calendar(name) for name in names])
"""
PERIODIC = [
    "sync_calendar", "sync_due_calendars", "expire", "rescue_stalled", "open_channels", "open_channel",
    "close_channel", "watch_queues", "watch_alerts", "reconcile", "check_live",
]  # fmt: skip


def settle(product: Product) -> None:
    """Wait until nothing is left to do, without the pauses between attempts; read every calendar once more, for the
    last messages may have been lost; and wait again."""
    _wait(product)
    product.run("-c", READ_ALL)
    _wait(product)


def _wait(product: Product) -> None:
    def is_quiet() -> bool:
        try:
            with psycopg.connect(product.database_url.replace("+psycopg", "")) as connection:
                connection.execute(HURRY)
                connection.execute(NO_REST)
                [(waiting,)] = connection.execute(WAITING, (PERIODIC,)).fetchall()
        except psycopg.Error:
            return False
        return bool(waiting == 0)

    wait_for(is_quiet, "all jobs to be done", 240)


def look(product: Product, addresses: Collection[str], edited: Collection[str]) -> Story:
    """Everything as it now is."""
    rows = [Meeting(*row) for row in product.ask_database(MEETINGS)]
    reps = {(row.provider, row.rep) for row in rows}
    return Story(
        meetings={row.booking: row for row in rows},
        entries=[
            *(e for provider, rep in sorted(reps, key=str) if provider == "google" for e in _google(product, rep)),
            *(e for provider, rep in sorted(reps, key=str) if provider == "microsoft" for e in _graph(product, rep)),
        ],
        mailboxes=_mailboxes(product, addresses),
        taken=[Taken(*row) for row in product.ask_database(TAKEN)],
        gave_up=[name for (name,) in product.ask_database(DEAD, PERIODIC)],
        edited=edited,
    )  # fmt: skip


def _google(product: Product, rep: str) -> Sequence[Entry]:
    """Live entries of ours in a Google calendar."""
    found = []
    url = f"{product.ports.url('google')}/__ctl/events"
    for event in requests.get(url, params={"calendar": rep}, timeout=20).json():
        mark = event.get("extendedProperties", {}).get("private", {}).get(GOOGLE_MARK)
        if mark and event["status"] != "cancelled":
            found.append(Entry(mark, datetime.fromisoformat(event["start"]["dateTime"]).astimezone(UTC)))
    return found


def _graph(product: Product, rep: str) -> Sequence[Entry]:
    """Live entries of ours in a Microsoft mailbox."""
    found = []
    url = f"{product.ports.url('microsoft')}/__ctl/events"
    answer = requests.get(url, params={"email": rep}, timeout=20, verify=str(product.authority))
    for event in answer.json():
        mark = event["properties"].get(MICROSOFT_MARK)
        if mark and not event["is_cancelled"]:
            start = datetime.fromisoformat(event["start"]).replace(tzinfo=ZoneInfo(event["zone"]))
            found.append(Entry(mark, start.astimezone(UTC)))
    return found


def _mailboxes(product: Product, addresses: Collection[str]) -> dict[str, list[Letter]]:
    """The letters of these people, the oldest first."""
    found: dict[str, list[Letter]] = {address: [] for address in addresses}
    for letter in reversed(Mailbox(product.data_dir / "mail").list()):
        invitation = find_invitation(letter.message)
        method, uid = (invitation.method, invitation.uid) if invitation else ("", "")
        kept = Letter(str(letter.message["Message-ID"]), letter.sender[1] == OURS, method, uid)
        for address in set(letter.recipients) & set(found):
            found[address].append(kept)
    return found
