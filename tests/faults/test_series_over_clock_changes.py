"""A weekly series over the night in which the clocks change, one occurrence moved and one cancelled: what is busy is
what the service itself makes of it, and what a person reads off the wall."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calendars.providers import google_reading
from calendars.providers.base import CalendarProvider
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, to_minutes
from tests.calendars.providers import case_caldav, case_google, case_microsoft
from tests.calendars.providers.mirror import Mirror
from tests.demo.google.running import Api
from tests.faults.history import HOME, Entry
from tests.faults.owner_caldav import CalDavOwner
from tests.faults.owners import GoogleOwner, MicrosoftOwner, Owner

NIGHTS = ["2026-03-29", "2026-10-25"]
"""Sundays on which the clocks change at home; the series has its third occurrence on the Tuesday after."""
MOVED, DROPPED = 3, 4
Opened = tuple[CalendarProvider, str, Owner, Callable[[], list[Span]] | None]


def minute(text: str) -> int:
    """The minute of an instant; without an offset it is in UTC."""
    at = datetime.fromisoformat(text)
    return to_minutes(at if at.tzinfo else at.replace(tzinfo=UTC))


def google(request: pytest.FixtureRequest) -> Opened:
    """Remy's calendar, and what Google's own expansion of it is."""
    case = case_google.Case(request)
    api = Api(case.google)

    def expanded() -> list[Span]:
        bounds = {"timeMin": "2026-02-01T00:00:00Z", "timeMax": "2026-12-31T00:00:00Z"}
        found = api.list(singleEvents="true", maxResults=2500, **bounds).json()["items"]
        return sorted(Span(*(minute(each[edge]["dateTime"]) for edge in ("start", "end"))) for each in found)

    return case.provider, case.calendar_id, GoogleOwner(case.google), expanded


def microsoft(request: pytest.FixtureRequest) -> Opened:
    """Rosa's calendar, and what Graph's own expansion of it is."""
    case = case_microsoft.Case(request)
    side = case.microsoft
    head = {"Authorization": f"Bearer {side.access_token()}", "Prefer": 'outlook.timezone="UTC"'}

    def expanded() -> list[Span]:
        bounds = {"startDateTime": "2026-02-01T00:00:00Z", "endDateTime": "2026-12-31T00:00:00Z"}
        path = f"{side.graph}/me/calendars/{case.calendar_id}/calendarView"
        found = side.session.get(path, params=bounds | {"$top": "100"}, headers=head).json()["value"]
        return sorted(
            Span(*(minute(each[edge]["dateTime"][:19]) for edge in ("start", "end"))) for each in found
        )

    return case.provider, case.calendar_id, MicrosoftOwner(side), expanded


def caldav(request: pytest.FixtureRequest) -> Opened:
    """Somebody's calendar. Servers are not asked to expand, for they differ in what they make of a time zone that is
    only named; we do it, and the clock on the wall is the judge alone."""
    case = case_caldav.Case(request)
    return case.provider, case.calendar_id, CalDavOwner(case.person), None


SERVICES = {"google": google, "microsoft": microsoft, "caldav": caldav}


def series(night: str) -> Entry:
    """Tuesdays at half past nine at home, six times; the fourth is on Wednesday, the fifth is not."""
    third = datetime.fromisoformat(f"{night}T09:30") + timedelta(days=2)
    entry = Entry(third - timedelta(weeks=2), 30, weeks=6)
    entry.moved[MOVED] = entry.begins(MOVED) + timedelta(days=1, hours=4)
    return entry


def put(owner: Owner, entry: Entry) -> list[Span]:
    """The series at the service, with its exceptions; when it takes time, read off the wall."""
    owner.set_zone(HOME)
    owner.add(entry)
    owner.move_one(entry, MOVED)
    entry.dropped.add(DROPPED)
    owner.drop_one(entry, DROPPED)
    return sorted(Span(to_minutes(begins), to_minutes(ends)) for begins, ends in entry.stretches(HOME))


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_series_with_exceptions_is_busy_when_the_service_and_the_clock_on_the_wall_say_so(
    request: pytest.FixtureRequest, service: str, night: str
) -> None:
    provider, calendar, owner, expanded = SERVICES[service](request)
    wall = put(owner, series(night))
    mirror = Mirror(provider, calendar)
    window = Span(wall[0].start - MINUTES_A_DAY, wall[-1].end + MINUTES_A_DAY)
    mirror.sync(window)
    assert len(wall) == 5 and mirror.busy(window) == wall
    assert list(provider.check_busy([calendar], window).busy) == wall
    assert expanded is None or expanded() == wall, "what the service itself expands"


@pytest.mark.parametrize("night", NIGHTS)
def test_control_who_repeats_every_168_hours_and_knows_no_exceptions_is_wrong_after_that_night(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, night: str
) -> None:
    provider, calendar, owner, _ = google(request)
    wall = put(owner, series(night))

    def by_hours(api: Any, calendar_id: str, window: Span) -> tuple[list[Any], str]:
        answer = api.call(api.events.list(calendarId=calendar_id, singleEvents=False, maxResults=2500))
        [master] = [each for each in answer["items"] if "recurrence" in each]
        return [master | {"id": f"n{week}", **_later(master, week)} for week in range(6)], HOME

    monkeypatch.setattr(google_reading, "_list_events", by_hours)
    found = list(provider.check_busy([calendar], Span(wall[0].start, wall[-1].end + MINUTES_A_DAY)).busy)
    assert found[:2] == wall[:2] and not set(found[2:]) & set(wall)


def _later(master: dict[str, Any], weeks: int) -> dict[str, Any]:
    """Its edges so many times 168 hours later."""
    edges = {edge: datetime.fromisoformat(master[edge]["dateTime"]) for edge in ("start", "end")}
    return {
        edge: {"dateTime": (at.astimezone(UTC) + timedelta(weeks=weeks)).isoformat()}
        for edge, at in edges.items()
    }
