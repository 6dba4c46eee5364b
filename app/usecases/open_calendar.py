"""Open a connected account: its access token is renewed when needed, by one worker at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.crypto import SecretUnreadable
from app.db import Session, transaction
from app.models import Connection, ConnectionState, Provider, Rep
from app.queue import defer
from app.services import services
from app.store.availability import touch_reps
from app.store.calendars import find_connection
from app.store.records import add_activity
from app.usecases.calendar_services import SIGN_IN, open_caldav, open_feed
from calendars.providers.base import CalendarError, CalendarProvider
from calendars.providers.grant import Grant

EARLY = timedelta(minutes=2)


def open_calendar(connection_id: int) -> CalendarProvider:
    """The calendars of a connection. Raises CalendarError when the grant is known to be dead."""
    with transaction() as session:
        connection = _living(session, connection_id)
        provider = connection.provider
        if provider is Provider.ICS:
            rep = session.get_one(Rep, connection.rep_id)
            owners = frozenset({rep.email.lower()})
            return open_feed(str(open_secret(connection)["url"]), rep.timezone, owners)
        if provider is Provider.CALDAV:
            return _open_caldav(session, connection)
    return SIGN_IN[provider].open(_token_source(connection_id))


def _open_caldav(session: Session, connection: Connection) -> CalendarProvider:
    secret = open_secret(connection)
    rep = session.get_one(Rep, connection.rep_id)
    return open_caldav(secret, rep.timezone, frozenset({rep.email.lower(), *secret.get("addresses", ())}))


def _living(session: Session, connection_id: int, *, lock: bool = False) -> Connection:
    connection = find_connection(session, connection_id, lock=lock)
    if connection is None or connection.state is not ConnectionState.ACTIVE or connection.secret is None:
        raise CalendarError(
            "the account must be connected again", code="unauthorized", permanent=True, needs_reconnect=True
        )
    return connection


def _token_source(connection_id: int) -> Callable[[bool], str]:
    """A function that gives an access token; asked with True, one other than it gave before."""
    given: list[str] = []

    def access_token(force: bool) -> str:
        refused = given[-1] if force and given else None
        token = _stored_token(connection_id)
        if token is None or token == refused or (force and not given):
            token = renewed_token(connection_id, refused or token)
        given.append(token)
        return token

    return access_token


def _stored_token(connection_id: int) -> str | None:
    with transaction() as session:
        secret = open_secret(_living(session, connection_id))
    return str(secret["access_token"]) if _is_fresh(secret) else None


def _is_fresh(secret: dict[str, Any]) -> bool:
    return datetime.fromisoformat(secret["expires_at"]) > clock.now() + EARLY


def renewed_token(connection_id: int, stale: str | None) -> str:
    """Renew under a lock on the row; who waited for the lock takes what the other one saved."""
    try:
        with transaction() as session:
            connection = _living(session, connection_id, lock=True)
            secret = open_secret(connection)
            if secret["access_token"] != stale and _is_fresh(secret):
                return str(secret["access_token"])
            grant = SIGN_IN[connection.provider].refresh(str(secret["secret"]), clock.now())
            keep_grant(connection, grant)
    except CalendarError as error:
        note_failure(connection_id, error)
        raise
    return grant.access_token


def open_secret(connection: Connection) -> dict[str, Any]:
    """What a connection keeps encrypted. Raises CalendarError when the keys do not open it."""
    assert connection.secret is not None
    try:
        secret: dict[str, Any] = services().secrets.open(connection.public_id, connection.secret)
    except SecretUnreadable as error:
        raise CalendarError(str(error), code="misconfigured", permanent=True) from error
    return secret


def keep_grant(connection: Connection, grant: Grant) -> None:
    """Seal a grant into its row, the renewed refresh token included."""
    content = {
        "secret": grant.secret,
        "access_token": grant.access_token,
        "expires_at": grant.expires_at.isoformat(),
    }
    connection.secret = services().secrets.seal(connection.public_id, content)
    connection.scopes = sorted(grant.scopes)
    connection.state, connection.error = ConnectionState.ACTIVE, None
    connection.updated_at = clock.now()


def note_failure(connection_id: int, error: CalendarError) -> None:
    """A dead grant closes the rep at once and is told to them once; anything else may pass."""
    if not error.needs_reconnect:
        return
    with transaction() as session:
        connection = find_connection(session, connection_id, lock=True)
        if connection is None or connection.state is not ConnectionState.ACTIVE:
            return
        connection.state, connection.error = ConnectionState.NEEDS_RECONNECT, str(error)
        connection.updated_at = clock.now()
        touch_reps(session, {connection.rep_id})
        add_activity(
            session,
            "connection.needs_reconnect",
            at=clock.now(),
            actor="system",
            rep_id=connection.rep_id,
            provider=connection.provider.value,
        )
        defer(session, "mail_reconnect", connection=connection.id)
