"""What a person sees: the accounts, a calendar as a week, the room behind a Meet link."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, request

from app.demo.google.here import parts, world
from app.demo.google.recurrence import expand
from app.demo.google.resources import begins, ends
from app.demo.google.world import Account, Calendar, Resource, World
from app.demo.stand_in import Account as Listed
from app.demo.stand_in import WeekEvent, monday_of, render_accounts, render_message, render_week

_OURS = "smart_scheduler_booking"


pages = Blueprint("pages", __name__)


@pages.get("/")
def accounts() -> str:
    """Everybody who has an account."""
    return render_accounts("Google", [Listed(each.email, each.name) for each in world().accounts.values()])


@pages.get("/calendar/<email>")
def week(email: str) -> str:
    """One account's calendars as a week."""
    account = world().accounts.get(email) or abort(404)
    monday = monday_of(request.args.get("week"), parts().clock(), account.timezone)
    return render_week(
        service="Google",
        owner=account.name,
        email=email,
        timezone=account.timezone,
        monday=monday,
        now=parts().clock(),
        events=list(_week_events(world(), account, monday)),
    )


@pages.get("/meet/<code>")
def room(code: str) -> str:
    """The room behind a Meet link."""
    return render_message("Google Meet", "This is where you would meet", f"Room {code}. Nobody is here.")


def _week_events(world: World, account: Account, monday: date) -> Iterator[WeekEvent]:
    start = datetime.combine(monday, time(), ZoneInfo(account.timezone))
    end = start + timedelta(days=7)
    for calendar_id in account.roles:
        calendar = world.calendars[calendar_id]
        for event in list(calendar.events.values()):
            if event["status"] == "cancelled":
                continue
            series = expand(calendar, event, start, end) if "recurrence" in event else iter([event])
            yield from (_shown(each, calendar) for each in series if _meets(each, calendar, start, end))


def _meets(event: Resource, calendar: Calendar, start: datetime, end: datetime) -> bool:
    return begins(event, calendar) < end and ends(event, calendar) > start


def _shown(event: Resource, calendar: Calendar) -> WeekEvent:
    is_whole = "date" in event["start"]
    guests = [each["email"] for each in event.get("attendees", ()) if each["email"] != calendar.id]
    return WeekEvent(
        title=event.get("summary", "(No title)"),
        start=date.fromisoformat(event["start"]["date"]) if is_whole else begins(event, calendar),
        end=date.fromisoformat(event["end"]["date"]) if is_whole else ends(event, calendar),
        look=_look(event, calendar),
        note=event.get("location", "") or ", ".join(guests[:2]),
    )


def _look(event: Resource, calendar: Calendar) -> str:
    if _OURS in event.get("extendedProperties", {}).get("private", {}):
        return "booking"
    answer = next((x["responseStatus"] for x in event.get("attendees", ()) if x["email"] == calendar.id), "")
    if answer == "declined":
        return "declined"
    if event.get("transparency") == "transparent" or event["eventType"] in {"workingLocation", "birthday"}:
        return "free"
    if event["eventType"] == "outOfOffice":
        return "away"
    return "tentative" if "tentative" in {answer, event["status"]} or answer == "needsAction" else "busy"
