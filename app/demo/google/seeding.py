"""From a seed, days counted from a Monday, to accounts full of events."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.demo.google.resources import store
from app.demo.google.times import stamp
from app.demo.google.world import Account, Calendar, Client, Resource, World

_COLORS = ("#039be5", "#33b679", "#f6bf26", "#8e24aa")


def build_world(seed: dict[str, Any], now: datetime) -> World:
    """A fresh world.

    `seed`: `clients` (each `id`, `secret`, `redirect_uris`), `monday` (a date, default `seed_monday`)
    and `accounts` by e-mail: `name`, `timezone`, `calendars` (each `id`, `name`, `role`), `events`.

    An event: `title`, `day` (0 is that Monday) with `start` and `end` as `HH:MM`, or `day` and `days` for an
    all-day one; and, where wanted, `id`, `repeat` (an RRULE), `except` (days left out), `show: free`, `status`,
    `type` (eventType), `organizer` with our `response`, `guests`, `calendar` (its id), `where`.
    """
    world = World(clients={each["id"]: _client(each) for each in seed.get("clients", ())})
    monday = seed.get("monday") or seed_monday(now)
    for email, each in seed.get("accounts", {}).items():
        add_account(world, email, each, monday, now)
    return world


def add_account(world: World, email: str, seed: dict[str, Any], monday: date, now: datetime) -> None:
    """Add (or replace) one account with its calendars and events."""
    subject = str(int(hashlib.sha256(email.encode()).hexdigest(), 16))[:21]
    account = Account(email, seed["name"], seed["timezone"], subject, {email: "owner"})
    world.accounts[email] = account
    world.calendars[email] = Calendar(email, seed["name"], seed["timezone"], _COLORS[0])
    for number, each in enumerate(seed.get("calendars", ()), start=1):
        account.roles[each["id"]] = each.get("role", "owner")
        zone = each.get("timezone", seed["timezone"])
        calendar = Calendar(each["id"], each["name"], zone, _COLORS[number % len(_COLORS)])
        world.calendars.setdefault(each["id"], calendar)
    for number, each in enumerate(seed.get("events", ())):
        add_event(world.calendars[each.get("calendar", email)], each, monday, now, number=number)


def add_event(
    calendar: Calendar, seed: dict[str, Any], monday: date, now: datetime, *, number: int = 0
) -> Resource:
    """Add one seeded event to a calendar."""
    digest = hashlib.sha256(f"{calendar.id}/{number}/{seed['title']}".encode()).hexdigest()
    event_id = seed.get("id", digest[:26])
    host = seed.get("organizer", calendar.id)
    event: Resource = {
        "id": event_id,
        "status": seed.get("status", "confirmed"),
        "created": stamp(now),
        "creator": {"email": host},
        "organizer": {"email": host},
        "summary": seed["title"],
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        "eventType": seed.get("type", "default"),
        **_when(seed, monday, calendar.timezone),
    }
    if seed.get("show") == "free":
        event["transparency"] = "transparent"
    if "where" in seed:
        event["location"] = seed["where"]
    attendees = [{"email": guest, "responseStatus": "accepted"} for guest in seed.get("guests", ())]
    if "response" in seed:
        attendees.append({"email": calendar.id, "responseStatus": seed["response"]})
    if attendees:
        event["attendees"] = attendees
    return store(calendar, event, now)


def _when(seed: dict[str, Any], monday: date, timezone: str) -> Resource:
    on = monday + timedelta(days=seed["day"])
    rules: list[str] = [f"RRULE:{seed['repeat']}"] if "repeat" in seed else []
    if "start" not in seed:
        until = on + timedelta(days=seed.get("days", 1))
        when: Resource = {"start": {"date": on.isoformat()}, "end": {"date": until.isoformat()}}
        rules += [f"EXDATE:{monday + timedelta(days=day):%Y%m%d}" for day in seed.get("except", ())]
    else:
        start, end = (_instant(on, seed[key], timezone) for key in ("start", "end"))
        if end <= start:
            end = _instant(on + timedelta(days=1), seed["end"], timezone)
        when = {
            key: {"dateTime": each.isoformat(), "timeZone": timezone}
            for key, each in (("start", start), ("end", end))
        }
        rules += [
            f"EXDATE:{_instant(monday + timedelta(days=day), seed['start'], timezone):%Y%m%dT%H%M%SZ}"
            for day in seed.get("except", ())
        ]
    return when | ({"recurrence": rules} if rules else {})


def _instant(on: date, clock: str, timezone: str) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), ZoneInfo(timezone)).astimezone(UTC)


def seed_monday(now: datetime) -> date:
    """The Monday that days are counted from: of the present week, at the weekend of the next."""
    on = now.date() + timedelta(days=2)
    return on - timedelta(days=on.weekday())


def _client(seed: dict[str, Any]) -> Client:
    return Client(
        seed["id"], seed["secret"], tuple(seed["redirect_uris"]), seed.get("name", "Smart Scheduler")
    )
