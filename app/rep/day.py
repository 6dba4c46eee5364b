"""My day: what is coming, who they are, and why it came to me."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.db import db
from app.models import AssignmentRecord, Rep
from app.rep.blueprint import rep
from app.store.pages.calendars import get_rep_calendars, list_busy
from app.store.pages.meetings import MeetingRow, list_meetings, list_unsettled
from app.store.pages.setup import name_reps
from app.usecases.obstacle_words import obstacle_words
from app.web.cause_words import BUSY_KINDS
from app.web.known import known_of
from app.web.policy import Policy, policy
from app.web.seats import Seat, seats_of
from app.web.sessions import get_own_rep
from app.web.week import Week, week_of_times
from app.web.why import Why, why


class _Session(NamedTuple):
    """A session that prospects share: how many have a seat, of how many."""

    taken: int
    seats: int


class _Meeting(NamedTuple):
    """`seat` is the rep's own where the meeting is somebody else's; `why` is told to whose meeting it is, and so is
    the `obstacle` to moving it. `opens`: the session of which this is the first prospect."""

    row: MeetingRow
    why: Why | None
    seat: Seat | None
    obstacle: str | None = None
    opens: _Session | None = None


@rep.get("/")
@policy(Policy.REP_SELF)
def day() -> str:
    """Upcoming meetings, each with why it came here. `?meeting=` is one that somebody asks for by its id."""
    _, rep_id = get_own_rep()
    asked = request.args.get("meeting")
    session, at = db.session(), now()
    own = get_rep_calendars(session, rep_id)
    names = name_reps(session)
    rows = list_meetings(session, at=at, rep_id=rep_id)
    openings = _openings(rows)
    meetings = [_meeting(row, names, own.rep)._replace(opens=openings.get(row.booking.id)) for row in rows]
    zone = own.rep.timezone
    today = at.astimezone(ZoneInfo(zone)).date()
    return render_template(
        "rep/day.html",
        own=own,
        zone=zone,
        at=at,
        today=today,
        asked=asked,
        is_missing=bool(asked) and asked not in {row.booking.public_id for row in rows},
        days=_by_day(meetings, zone),
        week=_week(own.rep, today, rows),
        unsettled=list_unsettled(session, rep_id, at),
    )


@rep.get("/meetings/<public_id>")
@policy(Policy.REP_SELF)
def meeting(public_id: str) -> Response:
    """The address of one meeting, as mails give it: its place in the day, opened."""
    return redirect(url_for("rep.day", meeting=public_id, _anchor=public_id), 303)


def _meeting(row: MeetingRow, names: dict[str, str], you: Rep) -> _Meeting:
    if row.booking.rep_id == you.id:
        obstacle = obstacle_words(row.obstacle, names, you.public_id)
        return _Meeting(row, _why(row, names, you.public_id), None, obstacle)
    seats = seats_of(row.booking, row.route, names)
    return _Meeting(row, None, next((seat for seat in seats if seat.rep == you.public_id), None))


def _openings(rows: Iterable[MeetingRow]) -> dict[int, _Session]:
    """Each session, by the key of the first booking that is part of it."""
    first: dict[int, MeetingRow] = {}
    taken: Counter[int] = Counter()
    for row in rows:
        if (group := row.booking.group_session_id) is not None:
            first.setdefault(group, row)
            taken[group] += 1
    return {
        row.booking.id: _Session(taken[group], max(taken[group], row.booking.meeting_type.seats))
        for group, row in first.items()
    }


def _why(row: MeetingRow, names: dict[str, str], you: str) -> Why | None:
    if not row.route:
        return None
    record = db.session.get(AssignmentRecord, row.booking.assignment_id)
    return why(row.route, row.assignment, names, known=known_of(db.session(), record, you=you))


def _by_day(meetings: Iterable[_Meeting], zone: str) -> list[tuple[date, list[_Meeting]]]:
    local = ZoneInfo(zone)

    def day_of(meeting: _Meeting) -> date:
        return meeting.row.booking.starts_at.astimezone(local).date()

    return [(on, list(group)) for on, group in groupby(meetings, key=day_of)]


def _week(own: Rep, today: date, rows: list[MeetingRow]) -> Week:
    """This week; from Saturday on, the next one."""
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if today.weekday() > 4 else 0)
    zone = ZoneInfo(own.timezone)
    start = datetime(monday.year, monday.month, monday.day, tzinfo=zone)
    taken = list_busy(db.session(), own.id, start, start + timedelta(days=7))
    busy = [(starts, ends, BUSY_KINDS.get(kind, kind)) for starts, ends, kind in taken]
    weekly = own.schedule.weekly if own.schedule else {}
    openings = _openings(rows)
    meetings = [
        (
            row.booking.starts_at,
            row.booking.ends_at,
            row.kind if row.booking.group else row.lead.name or "meeting",
        )
        for row in rows
        if row.booking.group is None or row.booking.id in openings
    ]
    return week_of_times(monday, own.timezone, weekly, busy, meetings)
