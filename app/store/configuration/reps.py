"""Reps with their skills, limits, time off and published feeds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from app.ids import new_id
from app.models import CalendarMode, Rep, RepSkill, RepTrip, TimeOff, User
from app.store.configuration import feeds
from app.store.configuration.meeting_types import LIMITS
from app.store.configuration.schedules import find_schedule
from app.store.configuration.writer import Writer
from calendars.hours import parse_hours, write_hours

_LIMITS = (
    *LIMITS,
    "max_utilization",
    "in_a_row",
    "pause",
    "new_per_day",
    "new_per_week",
    "open_leads",
)
_TIME = ("timezone", "schedule", "limits", "time_off", "travel", "calendars", "active")
"""Fields that decide when a rep can meet."""


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By e-mail address."""
    rows = session.scalars(
        select(Rep)
        .where(Rep.archived_at.is_(None))
        .options(
            joinedload(Rep.schedule),
            selectinload(Rep.skills),
            selectinload(Rep.time_off),
            selectinload(Rep.trips),
        )
        .order_by(Rep.id)
    )
    secrets = feeds.names_by_rep(session)
    return {row.email: _item(row, secrets.get(row.id, [])) for row in rows}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Nobody is made a user by this; who can sign in with the rep's address already is the rep from now on."""
    row = session.scalar(select(Rep).where(Rep.email == key))
    if row is None:
        row = Rep(public_id=new_id("rep"), email=key, time_version=1)
        row.user_id = session.scalar(select(User.id).where(func.lower(User.email) == key))
    row.name, row.timezone, row.manager_email = item["name"], item["timezone"], item["manager"]
    row.languages, row.territories = item["languages"], item["territories"]
    row.meeting_link, row.is_active, row.archived_at = item["meeting_link"], item["active"], None
    row.schedule = find_schedule(session, item["schedule"])
    for name in _LIMITS:
        setattr(row, name, item["limits"][name])
    _write_skills(row, item["skills"])
    _write_time_off(row, item["time_off"])
    _write_trips(row, item["travel"])
    secrets = feed_secrets(item)
    row.calendar_mode = CalendarMode.NONE if secrets is None else CalendarMode.CONNECTED
    session.add(row)
    session.flush()
    feeds.write_feeds(session, row, secrets or [], writer)


def archive(session: Session, key: str, at: datetime) -> None:
    """Meetings and history stay."""
    session.execute(update(Rep).where(Rep.email == key).values(archived_at=at))


def refresh_feeds(session: Session, key: str, item: dict[str, Any], writer: Writer) -> bool:
    """Take over addresses of feeds that changed behind their secrets' names. Returns whether any did."""
    row = session.scalars(select(Rep).where(Rep.email == key)).one()
    return feeds.write_feeds(session, row, feed_secrets(item) or [], writer)


def feed_secrets(item: dict[str, Any]) -> list[str] | None:
    """The secrets a rep's item names; None for a rep whose working hours alone decide."""
    return None if item["calendars"] == "none" else [feed["secret"] for feed in item["calendars"]]


def is_time(field: str) -> bool:
    """Whether a field of a rep decides when they can meet."""
    return field in _TIME


def bump_time(session: Session, emails: set[str]) -> None:
    """Have everything computed from these reps' time computed anew."""
    session.execute(update(Rep).where(Rep.email.in_(emails)).values(time_version=Rep.time_version + 1))


def lock(session: Session, emails: set[str]) -> None:
    """Lock rows in the order in which bookings lock them."""
    session.execute(select(Rep.id).where(Rep.email.in_(emails)).order_by(Rep.id).with_for_update())


def _item(row: Rep, secrets: list[str]) -> dict[str, Any]:
    is_connected = row.calendar_mode is CalendarMode.CONNECTED
    return {
        "email": row.email,
        "name": row.name,
        "timezone": row.timezone,
        "schedule": row.schedule.name if row.schedule else None,
        "manager": row.manager_email,
        "languages": list(row.languages),
        "skills": {skill.skill: skill.level for skill in row.skills},
        "territories": list(row.territories),
        "limits": {name: getattr(row, name) for name in _LIMITS},
        "time_off": sorted(map(_time_off, row.time_off), key=_stretch),
        "travel": sorted(map(_trip, row.trips), key=lambda trip: str(trip["from"])),
        "calendars": [{"kind": "ics", "secret": name} for name in secrets] if is_connected else "none",
        "meeting_link": row.meeting_link,
        "active": row.is_active,
    }


def _time_off(row: TimeOff) -> dict[str, Any]:
    return {
        "from": row.starts_on.isoformat(),
        "to": row.ends_on.isoformat(),
        "hours": write_hours((row.minutes[0], row.minutes[1])) if row.minutes else None,
        "cover": row.cover_email,
        "note": row.note,
    }


def _stretch(off: dict[str, Any]) -> tuple[str, str, str]:
    return off["from"], off["to"], off["hours"] or ""


def _write_skills(row: Rep, skills: dict[str, int]) -> None:
    kept = {skill.skill: skill for skill in row.skills}
    found = []
    for name, level in skills.items():
        skill = kept.get(name) or RepSkill(skill=name)
        skill.level = level
        found.append(skill)
    row.skills = found


def _write_time_off(row: Rep, wanted: list[dict[str, Any]]) -> None:
    kept = {_stretch(_time_off(off)): off for off in row.time_off}
    found = []
    for data in wanted:
        off = kept.get(_stretch(data)) or TimeOff(public_id=new_id("off"))
        off.starts_on, off.ends_on = date.fromisoformat(data["from"]), date.fromisoformat(data["to"])
        off.minutes = list(parse_hours(data["hours"])) if data["hours"] else None
        off.cover_email, off.note = data["cover"], data["note"]
        found.append(off)
    row.time_off = found


def _trip(row: RepTrip) -> dict[str, Any]:
    return {
        "from": row.starts_on.isoformat(),
        "to": row.ends_on.isoformat(),
        "timezone": row.timezone,
        "note": row.note,
    }


def _write_trips(row: Rep, wanted: list[dict[str, Any]]) -> None:
    kept = {(trip.starts_on.isoformat(), trip.ends_on.isoformat()): trip for trip in row.trips}
    found = []
    for data in wanted:
        trip = kept.get((data["from"], data["to"])) or RepTrip(public_id=new_id("trip"))
        trip.starts_on, trip.ends_on = date.fromisoformat(data["from"]), date.fromisoformat(data["to"])
        trip.timezone, trip.note = data["timezone"], data["note"]
        found.append(trip)
    row.trips = found
