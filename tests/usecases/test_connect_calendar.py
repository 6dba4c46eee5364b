"""Connecting a rep's account: the whole sign-in, over HTTP, at services that really listen."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.db import Session, db, transaction
from app.errors import Conflict, Invalid
from app.models import CalendarState, Connection, ConnectionState, Provider
from app.services import services
from app.store.calendars import find_connection, list_connections
from app.usecases import open_calendar
from app.usecases.connect_calendar import (
    SignInFailed,
    choose_calendars,
    disconnect,
    finish_connecting,
    start_connecting,
)
from app.usecases.open_calendar import renewed_token
from app.usecases.renew_grants import defer_renewals, renew_grant
from calendars.providers.base import CalendarError
from tests.demo.google.running import RAVI
from tests.demo.microsoft.running import RENEE
from tests.fixtures.outside import (
    PROVIDERS,
    REMY,
    ROSA,
    Outside,
    calendars_of,
    fault,
    jobs,
    rep_of,
    sign_in,
)

BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)


def begin(email: str = REMY) -> tuple[str, int]:
    session_id = sign_in(email)
    return start_connecting(PROVIDERS[email], rep_of(email).id, session_id, email), session_id


def connection_of(email: str) -> Connection:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Connection).where(Connection.rep_id == rep_of(email).id)).one()


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_a_rep_who_allows_access_is_offered_as_soon_as_their_calendar_is_read(
    outside: Outside, email: str
) -> None:
    assert outside.ask()[1] == [], "unknown availability is never free"
    connection = outside.connect(email)
    assert (connection.state, connection.email) == (ConnectionState.ACTIVE, email)
    primary = next(calendar for calendar in calendars_of(email) if calendar.is_primary)
    assert primary.checks_conflicts and primary.is_destination and primary.state is CalendarState.NEW
    assert "sync_calendar" in {job["task_name"] for job in jobs("todo")}
    outside.work()
    assert outside.ask("other@globex.test")[1]


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_connecting_the_same_account_again_renews_the_same_row(outside: Outside, email: str) -> None:
    first = outside.connect(email).public_id
    assert outside.connect(email).public_id == first
    assert len([calendar for calendar in calendars_of(email) if calendar.is_primary]) == 1


@BOTH
@pytest.mark.parametrize(("email", "other"), [(REMY, RAVI), (ROSA, RENEE)])
def test_another_account_of_the_same_rep_is_another_row(outside: Outside, email: str, other: str) -> None:
    outside.connect_and_read(email)
    outside.connect(email, other)
    found = list_connections(db.session(), rep_of(email).id)
    assert [row.email for row in found] == [email, other]
    assert [c.connection.email for c in calendars_of(email) if c.is_destination] == [email]


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_an_account_that_was_given_up_is_connected_again_for_good(outside: Outside, email: str) -> None:
    first = outside.connect(email)
    disconnect(first.public_id, rep_of(email).id)
    again = outside.connect(email)
    assert (again.state, again.id != first.id) == (ConnectionState.ACTIVE, True)
    for _ in range(2):  # the new grant lasts: it is not only an access token for an hour
        assert renewed_token(again.id, open_calendar._stored_token(again.id))


@BOTH
def test_an_account_that_another_rep_connected_is_refused(outside: Outside) -> None:
    outside.connect(REMY)
    session_id = sign_in(ROSA)
    url = start_connecting(Provider.GOOGLE, rep_of(ROSA).id, session_id, None)
    with pytest.raises(Conflict):
        finish_connecting(Provider.GOOGLE, session_id, outside.google.allow(url, REMY))


def test_a_state_is_good_once_for_ten_minutes_in_the_browser_and_at_the_provider_it_began_with(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, session_id = begin()
    answer = outside.google.allow(url, REMY)
    with pytest.raises(SignInFailed, match="begun elsewhere"):
        finish_connecting(Provider.GOOGLE, sign_in(REMY), answer)
    assert finish_connecting(Provider.GOOGLE, session_id, answer), "nobody else can use it up"
    with pytest.raises(SignInFailed, match="begun elsewhere"):
        finish_connecting(Provider.GOOGLE, session_id, answer)
    url, session_id = begin()
    with pytest.raises(SignInFailed, match="begun elsewhere"):
        finish_connecting(Provider.MICROSOFT, session_id, outside.google.allow(url, REMY))
    url, session_id = begin()
    answer = outside.google.allow(url, REMY)
    later = datetime.now(UTC) + timedelta(minutes=11)
    monkeypatch.setattr(clock, "_replacement", lambda: later)
    with pytest.raises(SignInFailed, match="expired"):
        finish_connecting(Provider.GOOGLE, session_id, answer)


def test_a_no_and_a_permission_left_out_are_told_apart(outside: Outside) -> None:
    url, session_id = begin()
    with pytest.raises(SignInFailed, match="was not allowed"):
        finish_connecting(Provider.GOOGLE, session_id, outside.google.allow(url, REMY, decision="deny"))
    url, session_id = begin()
    events = "https://www.googleapis.com/auth/calendar.events"
    with pytest.raises(SignInFailed, match="left out"):
        finish_connecting(Provider.GOOGLE, session_id, outside.google.allow(url, REMY, untick=(events,)))


def test_a_provider_without_a_registration_says_who_can_help(outside: Outside) -> None:
    with pytest.raises(Invalid, match="admin"):
        start_connecting(Provider.CALDAV, rep_of(REMY).id, sign_in(REMY), None)


def test_disconnecting_gives_the_grant_back_and_closes_the_rep_at_once(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    assert outside.ask()[1]
    disconnect(connection_of(REMY).public_id, rep_of(REMY).id)
    row = connection_of(REMY)
    assert row.state is ConnectionState.DISCONNECTED and row.secret is None
    assert outside.google.log("POST", "/revoke")
    assert outside.ask("other@globex.test")[1] == []


def test_a_calendar_that_cannot_be_written_to_takes_no_meetings(outside: Outside) -> None:
    outside.connect(REMY)
    team = next(calendar for calendar in calendars_of(REMY) if not calendar.can_write)
    with pytest.raises(Invalid):
        choose_calendars(rep_of(REMY).id, {team.public_id}, team.public_id)
    choose_calendars(rep_of(REMY).id, {team.public_id}, None)
    chosen = {c.public_id: (c.checks_conflicts, c.is_destination) for c in calendars_of(REMY)}
    assert chosen.pop(team.public_id) == (True, False)
    assert set(chosen.values()) == {(False, False)}


def expire_access(email: str) -> None:
    """What we keep says that the access token is about to end."""
    with transaction():
        row = connection_of(email)
        secret = open_calendar.open_secret(row)
        secret["expires_at"] = clock.now().isoformat()
        row.secret = services().secrets.seal(row.public_id, secret)


def refreshes(outside: Outside, email: str) -> int:
    side: Any = outside.google if email == REMY else outside.microsoft
    seen = side.log("POST", "/token")
    return len(seen)


def at_once(outside: Outside, work: Callable[[], object], threads: int = 4) -> list[object]:
    """Do the same in several threads at the same moment."""
    barrier, results = threading.Barrier(threads), list[object]()

    def run() -> None:
        with outside.app.app_context():
            barrier.wait(10)
            try:
                results.append(work())
            except CalendarError as error:
                results.append(error.code)

    crowd = [threading.Thread(target=run) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(30)
    return results


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_workers_who_need_a_token_at_once_renew_it_once(outside: Outside, email: str) -> None:
    outside.microsoft.ctl("switch", strict_rotation=True)
    key = outside.connect(email).id
    expire_access(email)
    before = refreshes(outside, email)
    listed = at_once(outside, lambda: len(open_calendar.open_calendar(key).list_calendars()))
    assert len(listed) == 4 and all(isinstance(each, int) and each for each in listed)
    assert refreshes(outside, email) == before + 1
    assert connection_of(email).state is ConnectionState.ACTIVE


@BOTH
def test_control_without_the_lock_they_renew_it_several_times(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = outside.connect(ROSA).id
    expire_access(ROSA)
    before = refreshes(outside, ROSA)

    def unlocked(session: Session, key: int, *, lock: bool = False) -> Connection | None:
        return find_connection(session, key)

    monkeypatch.setattr(open_calendar, "find_connection", unlocked)
    with fault(outside.microsoft, "delay", "*/token", delay=0.3, times=4):
        at_once(outside, lambda: len(open_calendar.open_calendar(key).list_calendars()))
    assert refreshes(outside, ROSA) > before + 1


@BOTH
def test_a_rotated_refresh_token_is_saved_before_its_access_token_is_used(outside: Outside) -> None:
    outside.microsoft.ctl("switch", strict_rotation=True)
    key = outside.connect(ROSA).id
    expire_access(ROSA)
    kept = open_calendar.open_secret(connection_of(ROSA))["secret"]
    with fault(outside.microsoft, "reset-before", "/v1.0/*"), pytest.raises(CalendarError):
        open_calendar.open_calendar(key).list_calendars()
    assert open_calendar.open_secret(connection_of(ROSA))["secret"] != kept
    expire_access(ROSA)
    assert open_calendar.open_calendar(key).list_calendars(), "the one kept is the one that is good"


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_a_token_server_in_trouble_is_no_dead_grant(outside: Outside, email: str) -> None:
    key = outside.connect(email).id
    expire_access(email)
    side = outside.google if email == REMY else outside.microsoft
    with fault(side, "status", "*/token", status=503), pytest.raises(CalendarError) as trouble:
        open_calendar.open_calendar(key).list_calendars()
    assert not trouble.value.permanent and not trouble.value.needs_reconnect
    assert connection_of(email).state is ConnectionState.ACTIVE
    assert open_calendar.open_calendar(key).list_calendars()


def test_a_secret_that_no_key_opens_is_said_so_and_nobody_is_asked_to_connect_again(
    outside: Outside,
) -> None:
    key = outside.connect(REMY).id
    with transaction():
        connection_of(REMY).secret = b"sealed with a key that is gone"
    with pytest.raises(CalendarError) as trouble:
        open_calendar.open_calendar(key).list_calendars()
    assert trouble.value.code == "misconfigured" and trouble.value.permanent
    assert connection_of(REMY).state is ConnectionState.ACTIVE


@BOTH
def test_a_grant_that_lies_idle_is_renewed_and_one_in_use_is_left_alone(outside: Outside) -> None:
    idle, used = outside.connect(REMY).id, outside.connect(ROSA).id
    expire_access(REMY)
    with transaction() as session:
        session.get_one(Connection, idle).updated_at = clock.now() - timedelta(days=8)
    assert defer_renewals() == 1
    assert defer_renewals() == 0, "one waits already"
    before = refreshes(outside, REMY)
    renew_grant(idle)
    assert refreshes(outside, REMY) == before + 1
    db.session.rollback()
    assert connection_of(REMY).updated_at > clock.now() - timedelta(minutes=1)
    assert db.session.get_one(Connection, used).state is ConnectionState.ACTIVE
