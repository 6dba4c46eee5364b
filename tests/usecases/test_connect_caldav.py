"""A rep at a CalDAV server: connected by an app password, read, booked, and with one event for the guest."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar as Ics
from sqlalchemy import select

from app.db import db
from app.errors import Conflict, Invalid
from app.models import CalendarState, Connection, ConnectionState, EventState, Provider, ProviderEvent
from app.services import services
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.connect_caldav import connect_caldav
from app.usecases.connect_calendar import SignInFailed, disconnect
from app.usecases.invite import invite_ics
from app.usecases.open_calendar import open_secret
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.sync_calendar import sync_calendar
from tests.fixtures.outside import PRIYA, REMY, ROSA, Outside, booking_of, calendars_of, jobs, rep_of
from tests.fixtures.radicale import Person, Radicale
from tests.usecases.test_write_event import invitations, seen_by_guest


@pytest.fixture
def person(outside: Outside, radicale: Radicale) -> Iterator[Person]:
    """A user at the server, which this deployment lets through."""
    where = urlsplit(radicale.relay.url)
    shared = services()
    shared.settings.__dict__["allowed_addresses"] = shared.settings.allowed_addresses | {
        (str(where.hostname), int(where.port or 0))
    }
    shared._local = threading.local()
    yield radicale.add_person()


def connect(person: Person, email: str = REMY, password: str | None = None, path: str = "/") -> str:
    url = f"{person.server.relay.url}{path}"
    return connect_caldav(rep_of(email).id, url, person.name, password or person.password)


def connections() -> list[Connection]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Connection)))


def stored(person: Person) -> list[tuple[str, datetime]]:
    """UID and start of every event at the server."""
    events = [e for name in person.names() for e in Ics.from_ical(person.get(name)).events]
    return [(str(event["UID"]), event["DTSTART"].dt.astimezone(UTC)) for event in events]


def test_a_rep_is_offered_once_their_caldav_calendar_is_read_and_not_when_it_is_busy(
    outside: Outside, person: Person
) -> None:
    assert outside.ask()[1] == []
    connect(person)
    [row] = connections()
    assert (row.provider, row.state, row.label) == (Provider.CALDAV, ConnectionState.ACTIVE, person.name)
    [calendar] = calendars_of(REMY)
    assert (calendar.name, calendar.state) == ("Work", CalendarState.NEW)
    assert calendar.checks_conflicts and calendar.is_destination
    outside.work()
    starts = outside.ask("other@globex.test")[1]
    assert starts
    first = datetime.fromisoformat(starts[0]).astimezone(UTC)
    person.put(
        "busy.ics",
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//T//EN\nBEGIN:VEVENT\nUID:busy\nDTSTAMP:20260101T000000Z\n"
        f"DTSTART:{first:%Y%m%dT%H%M%SZ}\nDTEND:{first + timedelta(minutes=30):%Y%m%dT%H%M%SZ}\n"
        "END:VEVENT\nEND:VCALENDAR",
    )
    assert sync_calendar(calendar.public_id)
    assert starts[0] not in outside.ask("third@globex.test")[1]


def test_the_password_is_sealed_and_nothing_of_it_is_shown(outside: Outside, person: Person) -> None:
    connect(person)
    [row] = connections()
    assert row.secret is not None
    assert person.password.encode() not in row.secret
    assert open_secret(row)["password"] == person.password
    assert person.password not in str([jobs(), row.error, row.label, row.account, row.email])


def test_the_same_account_keeps_its_row_by_whatever_address_it_is_connected(
    outside: Outside, person: Person
) -> None:
    first = connect(person)
    person.server.set_password(person.name, "new horse")
    assert connect(person, password="new horse", path=person.calendar) == first
    [row] = connections()
    assert open_secret(row)["password"] == "new horse"
    assert len(calendars_of(REMY)) == 1


@pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
def test_an_account_that_another_rep_connected_is_refused(outside: Outside, person: Person) -> None:
    connect(person)
    with pytest.raises(Conflict):
        connect(person, ROSA)


def test_a_wrong_password_keeps_nothing_and_speaks_of_app_passwords(outside: Outside, person: Person) -> None:
    with pytest.raises(SignInFailed, match="app password"):
        connect(person, password="wrong horse")
    assert connections() == []


@pytest.mark.parametrize(
    ("url", "username", "password"),
    [
        ("", "rita", "secret"),
        ("https://cal.test/", "", "secret"),
        ("https://cal.test/", "rita", ""),
        ("ftp://cal.test/", "rita", "secret"),
        ("http://cal.test/", "rita", "secret"),
        ("https://rita:secret@cal.test/", "rita", "secret"),
        ("https://[cal", "rita", "secret"),
        ("https://cal.test:99999/", "rita", "secret"),
        ("https://cal.test/", "ri:ta", "secret"),
        ("https://cal.test/", "rita", "sec\nret"),
    ],
)
def test_what_cannot_be_an_account_is_refused_before_anybody_is_asked(
    outside: Outside, url: str, username: str, password: str
) -> None:
    with pytest.raises(Invalid) as raised:
        connect_caldav(rep_of(REMY).id, url, username, password)
    assert "secret" not in str(raised.value)


def test_an_address_inside_our_own_network_is_not_asked(outside: Outside, radicale: Radicale) -> None:
    url = radicale.relay.url.replace("http://", "https://")
    with pytest.raises(SignInFailed):
        connect_caldav(rep_of(REMY).id, url, "rita", "secret")
    assert radicale.relay.seen == []


def test_a_password_that_was_withdrawn_closes_the_rep_until_a_new_one_is_given(
    outside: Outside, person: Person
) -> None:
    first = connect(person)
    outside.work()
    person.server.set_password(person.name, "new horse")
    [calendar] = calendars_of(REMY)
    assert not sync_calendar(calendar.public_id)
    [row] = connections()
    assert row.state is ConnectionState.NEEDS_RECONNECT
    assert outside.ask()[1] == []
    assert connect(person, password="new horse") == first
    outside.work()
    assert outside.ask("other@globex.test")[1]


def test_the_guest_has_one_event_by_our_mail_and_the_rep_the_same_at_the_server(
    outside: Outside, person: Person
) -> None:
    connect(person)
    outside.work()
    booking = outside.book()
    outside.settle()
    row = db.session.scalars(select(ProviderEvent)).one()
    assert (row.state, row.error) == (EventState.WRITTEN, None)
    [(method, uid, _)] = invitations(outside.mail.to(PRIYA))
    booking = booking_of(booking.public_id)
    assert method == "REQUEST"
    assert stored(person) == [(uid, booking.starts_at)]
    assert row.ical_uid == uid == str(Ics.from_ical(invite_ics(booking)).events[0]["UID"])

    reschedule_meeting(booking.public_id, booking.starts_at + timedelta(hours=2), by="prospect")
    outside.settle()
    booking = booking_of(booking.public_id)
    assert stored(person) == [(uid, booking.starts_at)]
    assert seen_by_guest(outside.mail.to(PRIYA)) == {uid}

    cancel_meeting(booking.public_id, by="prospect")
    outside.settle()
    assert stored(person) == []
    assert seen_by_guest(outside.mail.to(PRIYA)) == set()
    told = invitations(outside.mail.to(PRIYA))
    assert [method for method, _, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [sequence for _, _, sequence in told] == sorted({sequence for _, _, sequence in told})


def test_disconnecting_forgets_the_password(outside: Outside, person: Person) -> None:
    public_id = connect(person)
    disconnect(public_id, rep_of(REMY).id)
    [row] = connections()
    assert (row.state, row.secret) == (ConnectionState.DISCONNECTED, None)
