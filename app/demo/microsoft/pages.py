"""Pages for people: the accounts, and each one's calendar as a week."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, request

from app.demo.microsoft.recurrence import Occurrence, expand
from app.demo.microsoft.times import to_utc
from app.demo.microsoft.world import Account as Mailbox
from app.demo.microsoft.world import World
from app.demo.stand_in import Account, WeekEvent, monday_of, render_accounts, render_message, render_week

_SERVICE = "Microsoft"
_LOOKS = {"free": "free", "tentative": "tentative", "oof": "away", "workingElsewhere": "free"}
_NOTES = {"free": "Free", "tentative": "Tentative", "oof": "Away", "workingElsewhere": "Working elsewhere"}


def pages_blueprint(world: World) -> Blueprint:
    """`/` lists the accounts, `/calendar/<email>?week=<date>` shows one."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def accounts() -> str:
        known = sorted(world.accounts.values(), key=lambda account: account.email)
        return render_accounts(_SERVICE, [Account(account.email, account.name) for account in known])

    @pages.get("/calendar/<email>")
    def week(email: str) -> str | tuple[str, int]:
        mailbox = world.account_by_email(email)
        if mailbox is None:
            return render_message(_SERVICE, "No such account", f"Nobody here is called {email}."), 404
        monday = monday_of(request.args.get("week"), world.now(), mailbox.zone)
        return render_week(
            service=_SERVICE,
            owner=mailbox.name,
            email=mailbox.email,
            timezone=mailbox.zone,
            monday=monday,
            now=world.now(),
            events=_events(mailbox, monday),
        )

    return pages


def _events(mailbox: Mailbox, monday: date) -> list[WeekEvent]:
    start = datetime.combine(monday, time())
    window = (to_utc(start, mailbox.zone), to_utc(start + timedelta(days=7), mailbox.zone))
    found = [o for event in mailbox.events.values() for o in expand(event, mailbox.zone, window)]
    return [_shown(occurrence, mailbox) for occurrence in found]


def _shown(occurrence: Occurrence, mailbox: Mailbox) -> WeekEvent:
    event = occurrence.event
    times: tuple[Any, Any] = (occurrence.start, occurrence.end)
    if event.is_all_day:
        times = (date.fromisoformat(event.start[:10]), date.fromisoformat(event.end[:10]))
    look, note = _LOOKS.get(event.show_as, "busy"), _NOTES.get(event.show_as, "")
    if event.is_cancelled or event.response == "declined":
        look, note = "declined", "Canceled" if event.is_cancelled else "Declined"
    elif event.transaction_id:
        look, note = "booking", ", ".join(person["name"] for person in event.attendees)
    elif event.calendar != next(c.id for c in mailbox.calendars if c.is_default):
        note = next(c.name for c in mailbox.calendars if c.id == event.calendar)
    return WeekEvent(event.subject, *times, look, note)
