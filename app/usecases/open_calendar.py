"""Open a connected account: its access token is renewed when needed, by one worker at a time."""

from datetime import timedelta
from typing import Any

from app import clock
from app.db import Session, transaction
from app.models import Connection, ConnectionState, Provider, Rep
from app.queue import defer
from app.services import services
from app.store.availability import touch_reps
from app.store.calendars import find_connection
from app.store.company_grants import has_living_grant
from app.store.records import add_activity
from app.usecases.access_tokens import is_fresh, open_sealed, token_source
from app.usecases.calendar_services import SIGN_IN, open_caldav, open_feed
from app.usecases.company_tokens import open_for_company
from app.usecases.company_trouble import defer_company_rep
from app.usecases.note_calls import note_sign_in, note_sign_in_trouble, pass_sign_in
from calendars.providers.base import CalendarError, CalendarProvider
from calendars.providers.grant import Grant

COMPANY_FIRST = timedelta(minutes=2)
"""How long the company's key has to take a rep's account over before they are asked to sign in again."""


def open_calendar(connection_id: int) -> CalendarProvider:
    """The calendars of a connection. Raises CalendarError when the grant is known to be dead."""
    with transaction() as session:
        connection = _living(session, connection_id)
        provider = connection.provider
        if connection.company_grant_id is not None:
            return open_for_company(connection)
        if provider is Provider.ICS:
            rep = session.get_one(Rep, connection.rep_id)
            owners = frozenset({rep.email.lower()})
            return open_feed(str(open_secret(connection)["url"]), rep.timezone, owners)
        if provider is Provider.CALDAV:
            return _open_caldav(session, connection)
    source = token_source(
        lambda: _stored_token(connection_id), lambda stale: renewed_token(connection_id, stale)
    )
    return SIGN_IN[provider].open(source)


def _open_caldav(session: Session, connection: Connection) -> CalendarProvider:
    secret = open_secret(connection)
    rep = session.get_one(Rep, connection.rep_id)
    return open_caldav(secret, rep.timezone, frozenset({rep.email.lower(), *secret.get("addresses", ())}))


def _living(session: Session, connection_id: int, *, lock: bool = False) -> Connection:
    connection = find_connection(session, connection_id, lock=lock)
    if (
        connection is None
        or connection.state is not ConnectionState.ACTIVE
        or (connection.secret is None and connection.company_grant_id is None)
    ):
        raise CalendarError(
            "the account must be connected again", code="unauthorized", permanent=True, needs_reconnect=True
        )
    return connection


def _signed_in(session: Session, connection_id: int, *, lock: bool = False) -> Connection:
    """A living connection that its rep made. Raises CalendarError for one that the company's key has taken over since
    the work began: beginning again goes by that."""
    connection = _living(session, connection_id, lock=lock)
    if connection.company_grant_id is not None:
        raise CalendarError("the company's key opens this account now", code="unavailable", permanent=False)
    return connection


def _stored_token(connection_id: int) -> str | None:
    with transaction() as session:
        secret = open_secret(_signed_in(session, connection_id))
    return str(secret["access_token"]) if is_fresh(secret) else None


def renewed_token(connection_id: int, stale: str | None) -> str:
    """Renew under a lock on the row; who waited for the lock takes what the other one saved."""
    with transaction() as session:
        provider = _signed_in(session, connection_id).provider
        pass_sign_in(session, provider)
    try:
        with transaction() as session:
            connection = _signed_in(session, connection_id, lock=True)
            secret = open_secret(connection)
            if secret["access_token"] != stale and is_fresh(secret):
                return str(secret["access_token"])
            grant = SIGN_IN[provider].refresh(str(secret["secret"]), clock.now())
            keep_grant(connection, grant)
    except CalendarError as error:
        note_failure(connection_id, error)
        note_sign_in_trouble(provider, error)
        raise
    note_sign_in(provider)
    return grant.access_token


def open_secret(connection: Connection) -> dict[str, Any]:
    """What a connection keeps encrypted. Raises CalendarError when the keys do not open it."""
    assert connection.secret is not None
    return open_sealed(connection.public_id, connection.secret)


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
    """A dead grant closes the rep at once and is told to them once; anything else may pass.

    Where the company's key could take the place of a rep's dead grant, it is tried before they are mailed.
    """
    if not error.needs_reconnect:
        return
    with transaction() as session:
        connection = find_connection(session, connection_id, lock=True)
        if connection is None or connection.state is not ConnectionState.ACTIVE:
            return
        # the company's key is not the rep's to renew: its calendars fail, and it is looked after where it is used
        if connection.company_grant_id is None:
            _close(session, connection, error)


def _close(session: Session, connection: Connection, error: CalendarError) -> None:
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
    later = None
    if has_living_grant(session, connection.provider):
        later = clock.now() + COMPANY_FIRST
        defer_company_rep(session, connection.provider, connection.rep_id)
    defer(session, "mail_reconnect", at=later, connection=connection.id)
