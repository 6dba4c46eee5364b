"""One instant from the click to the calendar, whatever the zones of guest and host."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.submit_request import submit_request
from tests.fixtures.company import application_over, first_starts
from tests.fixtures.outside import PRIYA, REMY, Outside, booking_of, document, settings_of

PAIRS = [
    ("Pacific/Auckland", "Asia/Singapore"),
    ("Europe/Berlin", "America/New_York"),
    ("Asia/Kolkata", "Asia/Kathmandu"),
    ("America/St_Johns", "Australia/Adelaide"),
    ("Pacific/Pago_Pago", "Pacific/Kiritimati"),
    ("Australia/Lord_Howe", "UTC"),
]


@pytest.fixture
def at_home_in(
    host: str, fresh_database: str, _our_google: Any, _our_microsoft: Any, certificate: Any, mail_server: Any
) -> Iterator[Outside]:
    """The product with Remy, who lives and works in the zone `host`."""
    _our_google.ctl("reset")
    mail_server.clear()
    company = document(REMY)
    company["reps"][0]["timezone"] = company["schedules"][0]["timezone"] = host
    settings = settings_of(_our_google, _our_microsoft, certificate, mail_server)
    with application_over(fresh_database, company, **settings) as app:
        yield Outside(app, _our_google, _our_microsoft, mail_server)


@pytest.mark.parametrize(("host", "guest"), PAIRS)
def test_the_time_a_guest_chose_is_the_instant_on_the_hosts_calendar(
    at_home_in: Outside, host: str, guest: str
) -> None:
    at_home_in.connect_and_read(REMY)
    made = submit_request("demo", Submission({"email": PRIYA}, guest, "en"))
    chosen = datetime.fromisoformat(first_starts(made)[3])
    booking = book_meeting(made["request"]["id"], BookingOrder(chosen))
    at_home_in.settle()
    [event] = at_home_in.google_events()
    start = event["start"]
    assert booking_of(booking).starts_at == chosen
    assert datetime.fromisoformat(start["dateTime"]).astimezone(UTC) == chosen.astimezone(UTC)
    assert start["timeZone"] == host
