"""Access tokens by the company's key: one for everybody where the service shares it, else one for each person."""

from collections.abc import Callable
from typing import Any

from app import clock
from app.db import Session, transaction
from app.models import CompanyGrant, CompanyGrantState, Connection, ConnectionState, Provider
from app.services import services
from app.store.calendars import find_connection
from app.store.company_grants import find_grant
from app.usecases.access_tokens import is_fresh, open_sealed, token_source
from app.usecases.company_services import COMPANY, content_of
from app.usecases.company_trouble import note_company_trouble
from app.usecases.note_calls import note_sign_in, note_sign_in_trouble, pass_sign_in
from calendars.providers.base import CalendarError, CalendarProvider
from calendars.providers.company import CompanyToken


def open_for_company(connection: Connection) -> CalendarProvider:
    """A rep's calendars, by the company's key."""
    kind, key, grant = connection.provider, connection.id, connection.company_grant_id
    service = COMPANY[kind]
    assert grant is not None
    if service.shares_token:
        source = token_source(
            lambda: stored_token(grant), lambda stale: _noting(kind, key, lambda: shared_token(grant, stale))
        )
    else:
        source = token_source(
            lambda: _stored_for(key), lambda stale: _noting(kind, key, lambda: _own_token(key, stale))
        )
    return service.open(source, connection.account)


def stored_token(grant_id: int) -> str | None:
    """The token that all mailboxes share, while it is good."""
    with transaction() as session:
        grant = usable_grant(find_grant(session, grant_id))
        return _good(open_sealed(grant.public_id, grant.token)) if grant.token else None


def shared_token(grant_id: int, stale: str | None, *, is_trial: bool = False) -> str:
    """Renew under a lock on the grant's row; who waited for the lock takes what the other one saved. `is_trial`:
    although the key was dead when it was last tried."""
    with transaction() as session:
        grant = usable_grant(find_grant(session, grant_id, lock=True), is_trial=is_trial)
        kept = _good(open_sealed(grant.public_id, grant.token)) if grant.token else None
        if kept is not None and kept != stale:
            return kept
        token = COMPANY[grant.provider].fetch_token(open_grant(grant), "", clock.now())
        keep_shared(grant, token)
        return token.access_token


def keep_shared(grant: CompanyGrant, token: CompanyToken) -> None:
    """Seal a token that all mailboxes share into its row."""
    grant.token = services().secrets.seal(grant.public_id, content_of(token))
    grant.updated_at = clock.now()


def keep_own(connection: Connection, token: CompanyToken) -> None:
    """Seal a person's token into their row."""
    connection.secret = services().secrets.seal(connection.public_id, content_of(token))
    connection.updated_at = clock.now()


def usable_grant(grant: CompanyGrant | None, *, is_trial: bool = False) -> CompanyGrant:
    """The grant, while nothing is known against it. Raises CalendarError: a dead key is not tried by every reading."""
    usable = {CompanyGrantState.ACTIVE} | ({CompanyGrantState.BROKEN} if is_trial else set())
    if grant is None or grant.state not in usable:
        why = grant.error if grant is not None and grant.error else "nobody was reached with it yet"
        raise CalendarError(
            f"the company's connection does not work: {why}", code="misconfigured", permanent=True
        )
    return grant


def open_grant(grant: CompanyGrant) -> dict[str, Any]:
    """The company's key. Raises CalendarError when ours do not open it."""
    return open_sealed(grant.public_id, grant.secret)


def _noting(provider: Provider, connection_id: int, renew: Callable[[], str]) -> str:
    """Renew, unless the sign-in server is left alone. Its silence is everybody's; a dead key is the company's alone,
    and keeps no rep who signed in by themselves from renewing."""
    with transaction() as session:
        pass_sign_in(session, provider)
    try:
        token = renew()
    except CalendarError as error:
        note_company_trouble(connection_id, error)
        if error.code == "unavailable":
            note_sign_in_trouble(provider, error)
        raise
    note_sign_in(provider)
    return token


def _own_token(connection_id: int, stale: str | None) -> str:
    """Renew a person's token under a lock on their row."""
    with transaction() as session:
        connection = _living(session, connection_id, lock=True)
        kept = _good(open_sealed(connection.public_id, connection.secret)) if connection.secret else None
        if kept is not None and kept != stale:
            return kept
        assert connection.company_grant_id is not None
        grant = usable_grant(find_grant(session, connection.company_grant_id))
        token = COMPANY[grant.provider].fetch_token(open_grant(grant), connection.email or "", clock.now())
        keep_own(connection, token)
        return token.access_token


def _stored_for(connection_id: int) -> str | None:
    with transaction() as session:
        connection = _living(session, connection_id)
        return _good(open_sealed(connection.public_id, connection.secret)) if connection.secret else None


def _living(session: Session, connection_id: int, *, lock: bool = False) -> Connection:
    connection = find_connection(session, connection_id, lock=lock)
    if (
        connection is None
        or connection.state is not ConnectionState.ACTIVE
        or not connection.company_grant_id
    ):
        raise CalendarError("the account is not connected any more", code="forbidden", permanent=True)
    return connection


def _good(secret: dict[str, Any]) -> str | None:
    return str(secret["access_token"]) if is_fresh(secret) else None
