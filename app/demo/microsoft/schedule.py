"""getSchedule: merged free/busy of default calendars, with its limits."""

from datetime import datetime, timedelta
from typing import Any

from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.lookup import events_in, get_calendar
from app.demo.microsoft.prefer import Preferences
from app.demo.microsoft.recurrence import Occurrence, expand
from app.demo.microsoft.times import read_wall_clock, show, to_utc
from app.demo.microsoft.world import Account, World

JSON = dict[str, Any]
_DIGITS = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}
_MOST_SCHEDULES = 20
_LONGEST = timedelta(days=62)


def schedule(world: World, asked: JSON, prefer: Preferences) -> JSON:
    """The answer for each address; an unknown one carries an error inside the 200."""
    addresses = asked.get("schedules") or []
    if not 1 <= len(addresses) <= _MOST_SCHEDULES:
        raise GraphError(400, "ErrorInvalidParameter", "Between 1 and 20 schedules may be asked for.")
    window = (
        to_utc(*read_wall_clock(asked.get("startTime"))),
        to_utc(*read_wall_clock(asked.get("endTime"))),
    )
    step = asked.get("availabilityViewInterval", 30)
    if not 5 <= step <= 1440 or not window[0] < window[1] < window[0] + _LONGEST:
        raise GraphError(400, "ErrorInvalidTimeInterval", "The requested time duration is not valid.")
    return {"value": [_one(world, address, window, timedelta(minutes=step), prefer) for address in addresses]}


def _one(
    world: World, address: str, window: tuple[datetime, datetime], step: timedelta, prefer: Preferences
) -> JSON:
    account = world.account_by_email(address)
    if account is None:
        words = "The mailbox address could not be resolved."
        return {
            "scheduleId": address,
            "error": {"message": words, "responseCode": "ErrorMailRecipientNotFound"},
        }
    found = _occupied(account, window)
    items = [
        {"status": _status(world, o), "start": show(o.start, prefer.zone), "end": show(o.end, prefer.zone)}
        for o in found
    ]
    hours = {
        "startTime": account.hours[0],
        "endTime": account.hours[1],
        "timeZone": {"name": account.zone_name},
    }
    view = _digits(found, window, step)
    return {"scheduleId": address, "availabilityView": view, "scheduleItems": items, "workingHours": hours}


def _status(world: World, occurrence: Occurrence) -> str:
    shown = occurrence.event.show_as
    return f"{shown[:1].upper()}{shown[1:]}" if world.switches.capital_status else shown


def _occupied(account: Account, window: tuple[datetime, datetime]) -> list[Occurrence]:
    events = [e for e in events_in(account, get_calendar(account, None)) if not e.is_cancelled]
    found = [
        o for event in events for o in expand(event, account.zone, window) if event.response != "declined"
    ]
    return sorted(found, key=lambda occurrence: occurrence.start)


def _digits(found: list[Occurrence], window: tuple[datetime, datetime], step: timedelta) -> str:
    digits, at = "", window[0]
    while at < window[1]:
        inside = [_DIGITS[o.event.show_as] for o in found if o.start < at + step and o.end > at]
        digits += max(inside, default="0")
        at += step
    return digits
