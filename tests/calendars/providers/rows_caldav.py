"""The rows of the busy table in a calendar at Radicale."""

import pytest

from calendars.providers.base import AllDay
from calendars.providers.caldav import CalDavCalendar
from calendars.span import Span
from tests.calendars.feeds import feed
from tests.calendars.providers.case_caldav import guarded
from tests.calendars.providers.rows_google import draft_of
from tests.calendars.providers.rows_ics import ICALENDAR_ROWS, ICALENDAR_WHY_NOT, icalendar_of
from tests.fixtures.radicale import Person, Radicale


class CaldavRows:
    """One entry in a new user's calendar."""

    ROWS, WHY_NOT = ICALENDAR_ROWS, ICALENDAR_WHY_NOT
    _OWNER = "robin@acme.test"

    def __init__(self, request: pytest.FixtureRequest) -> None:
        radicale: Radicale = request.getfixturevalue("radicale")
        self._person: Person = radicale.add_person()
        session = guarded(radicale.relay)
        request.addfinalizer(session.close)
        self.calendar_id = self._person.calendar_url
        self.provider = CalDavCalendar(
            session,
            f"{radicale.relay.url}/",
            self._person.name,
            self._person.password,
            "Europe/Paris",
            owners=frozenset({self._OWNER}),
        )

    def put(self, row: str, when: Span | AllDay) -> None:
        self._person.put("one.ics", feed(icalendar_of(row, when, self._OWNER)).decode())

    def put_own(self, booking: str, when: Span) -> None:
        self.provider.put_event(self.calendar_id, draft_of(booking, when))
