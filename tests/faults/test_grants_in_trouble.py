"""Grants that rotate, get lost on the way, or meet a token server in trouble: never silently dead, never given up."""

from dataclasses import replace

import pytest

from app.models import ConnectionState
from app.usecases import open_calendar
from calendars.providers.base import CalendarError
from calendars.providers.grant import Grant
from tests.fixtures.outside import ROSA, Outside, fault
from tests.usecases.test_connect_calendar import connection_of, expire_access

pytestmark = pytest.mark.parametrize("reps", [(ROSA,)], indirect=True)


class Died(BaseException):
    """The process ends here."""


def connected(outside: Outside) -> int:
    """Rosa, at a service that ends a grant whose refresh token is used twice; her access token has run out."""
    outside.microsoft.ctl("switch", strict_rotation=True)
    key = outside.connect(ROSA).id
    expire_access(ROSA)
    return key


def read(key: int) -> int:
    return len(open_calendar.open_calendar(key).list_calendars())


def test_a_new_token_that_was_lost_before_it_was_saved_is_told_to_its_rep(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = connected(outside)

    def die(*rest: object) -> None:
        raise Died

    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(open_calendar, "keep_grant", die)
        read(key)
    with pytest.raises(CalendarError) as trouble:
        read(key)
    assert trouble.value.needs_reconnect
    assert connection_of(ROSA).state is ConnectionState.NEEDS_RECONNECT
    outside.work()
    assert any("again" in str(mail["Subject"]) for mail in outside.mail.to(ROSA))


def test_control_a_rotated_token_that_is_not_kept_ends_the_grant(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = connected(outside)
    keep = open_calendar.keep_grant

    def keep_half(connection: open_calendar.Connection, grant: Grant) -> None:
        before = open_calendar.open_secret(connection)["secret"]
        keep(connection, replace(grant, secret=before))

    with monkeypatch.context() as patch:
        patch.setattr(open_calendar, "keep_grant", keep_half)
        assert read(key)
    expire_access(ROSA)
    with pytest.raises(CalendarError) as trouble:
        read(key)
    assert trouble.value.needs_reconnect


def test_control_who_takes_any_trouble_for_a_dead_grant_disconnects_reps(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = connected(outside)
    note = open_calendar.note_failure

    def note_all(connection_id: int, error: CalendarError) -> None:
        note(
            connection_id,
            CalendarError(str(error), code="unauthorized", permanent=True, needs_reconnect=True),
        )

    monkeypatch.setattr(open_calendar, "note_failure", note_all)
    with fault(outside.microsoft, "status", "*/token", status=503), pytest.raises(CalendarError):
        read(key)
    assert connection_of(ROSA).state is ConnectionState.NEEDS_RECONNECT
