"""Connect a rep's account at a calendar service: sign-in there, then its calendars and their first reading."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from app import clock
from app.db import Session, transaction
from app.errors import ApplicationError, Conflict, FieldError, Invalid, NotFound
from app.ids import new_id, new_secret
from app.models import Connection, OAuthState, Provider, ReadingCause
from app.queue import URGENT, hasten
from app.services import services
from app.store.availability import touch_reps
from app.store.calendars import (
    add_state,
    find_account,
    find_connection_by_id,
    list_connections,
    put_calendars,
    take_state,
)
from app.store.events import list_unsettled
from app.store.records import add_activity, add_audit
from app.usecases.announce import event_lock
from app.usecases.calendar_services import SIGN_IN, Flow
from app.usecases.check_calendars import defer_sync
from app.usecases.close_connection import close_connection, forget_places
from app.usecases.note_calls import note_connecting
from app.usecases.open_calendar import keep_grant, open_calendar, open_secret
from app.usecases.push_channels import close_channels_of
from calendars.providers.base import CalendarError, RemoteCalendar
from calendars.providers.grant import Grant, GrantError

STATE_LIVES = timedelta(minutes=10)


class SignInFailed(ApplicationError):
    """The person, or the calendar service, said no; the words tell what to do."""

    code = "sign-in-failed"
    status = 400
    title = "The calendar could not be connected"


def redirect_uri(provider: Provider) -> str:
    """Where the service sends people back to; one address a provider, from the settings alone."""
    return f"{services().settings.public_base_url}/oauth/{provider.value}/callback"


def start_connecting(provider: Provider, rep_id: int, session_id: int, login_hint: str | None) -> str:
    """Begin a sign-in; returns the address to send the rep to. Raises Invalid when the provider is not set up."""
    service = SIGN_IN.get(provider)
    if service is None or not service.is_configured(services().settings):
        raise Invalid([FieldError("provider", "not-configured", "An admin must set this provider up first")])
    state = new_secret()
    try:
        url, flow = service.start(redirect_uri(provider), state, login_hint)
    except CalendarError as error:
        raise SignInFailed(str(error)) from error
    now = clock.now()
    with transaction() as session:
        add_state(
            session,
            OAuthState(
                state_hash=_hash(state),
                provider=provider,
                rep_id=rep_id,
                session_id=session_id,
                secret=services().secrets.seal(_owner(state), flow),
                created_at=now,
                expires_at=now + STATE_LIVES,
            ),
        )
    return url


def finish_connecting(provider: Provider, session_id: int, answer: Mapping[str, str]) -> str:
    """Finish a sign-in that came back; returns the connection's public id.

    The state is good once, for ten minutes, in the browser session that began, at the provider it began with.
    Raises SignInFailed, Conflict when another rep has the account.
    """
    rep_id, flow = _take_flow(provider, session_id, answer.get("state", ""))
    try:
        grant = SIGN_IN[provider].finish(flow, answer, clock.now())
    except GrantError as error:
        note_connecting(provider, error)
        raise SignInFailed(_explain(error)) from error
    note_connecting(provider)
    connection_id, public_id = _keep(provider, rep_id, grant)
    try:
        found = open_calendar(connection_id).list_calendars()
    except CalendarError as error:
        raise SignInFailed("Connected, but the calendars could not be listed yet; try again") from error
    with transaction() as session:
        connection = find_connection_by_id(session, public_id)
        assert connection is not None
        take_calendars(session, connection, found)
    return public_id


def take_calendars(session: Session, connection: Connection, found: Sequence[RemoteCalendar]) -> None:
    """Keep an account's calendars as they were found, have those read that close time, and catch up on writing."""
    for calendar in put_calendars(session, connection, found):
        if calendar.checks_conflicts:
            defer_sync(session, calendar.public_id, ReadingCause.CONNECTED, URGENT)
    touch_reps(session, {connection.rep_id})
    _catch_up(session, connection.rep_id)


def _catch_up(session: Session, rep_id: int) -> None:
    """Have what could not be written while the grant was dead written now."""
    for booking in list_unsettled(session, rep_id, clock.now()):
        hasten(session, event_lock(booking))


def _take_flow(provider: Provider, session_id: int, state: str) -> tuple[int, Flow]:
    with transaction() as session:
        row = take_state(session, _hash(state), clock.now())
        if row is None or row.provider is not provider or row.session_id != session_id:
            raise SignInFailed("This sign-in has expired or was begun elsewhere; begin again")
        return row.rep_id, services().secrets.open(_owner(state), row.secret)


def _keep(provider: Provider, rep_id: int, grant: Grant) -> tuple[int, str]:
    """The same account keeps its row; an account that another rep connected is refused."""
    with transaction() as session:
        connection = claim_account(session, provider, grant.account, rep_id)
        if connection.company_grant_id is not None:  # the rep's own word counts from now on
            forget_places(connection)
            connection.company_grant_id = None
        connection.email, connection.label = grant.email, grant.name
        keep_grant(connection, grant)
        record_connection(session, connection)
        return connection.id, connection.public_id


def claim_account(session: Session, provider: Provider, account: str, rep_id: int) -> Connection:
    """The rep's row for an account, a new one where it has none. Raises Conflict when another rep has the account."""
    connection = find_account(session, provider, account)
    if connection is not None and connection.rep_id != rep_id:
        raise Conflict("This account is connected for another rep; disconnect it there first")
    if connection is None:
        connection = Connection(public_id=new_id("conn"), rep_id=rep_id, provider=provider, account=account)
        session.add(connection)
    return connection


def record_connection(session: Session, connection: Connection) -> None:
    """Note that an account was connected, or connected again."""
    session.flush()
    add_activity(
        session,
        "connection.made",
        at=clock.now(),
        actor="rep",
        rep_id=connection.rep_id,
        provider=connection.provider.value,
    )
    add_audit(session, "rep", "connection.made", "connection", connection.public_id)


def disconnect(connection_id: str, rep_id: int) -> None:
    """Give the grant back at the service, then forget it. Times close at once where it was needed.

    Raises NotFound, and Conflict for an account that the company connected.
    """
    with transaction() as session:
        connection = _own(session, connection_id, rep_id)
        if connection.company_grant_id is not None:
            raise Conflict("Your company connected this account for everybody; ask an admin")
        provider, connection_key = connection.provider, connection.id
        secret = open_secret(connection) if connection.secret else None
    if secret is not None and provider in SIGN_IN:
        close_channels_of(connection_key)
        # a grant that is dead already, or a service that is down: ours is deleted all the same
        with suppress(CalendarError):
            SIGN_IN[provider].revoke(str(secret["secret"]))
    with transaction() as session:
        close_connection(session, _own(session, connection_id, rep_id), "rep")


def choose_calendars(rep_id: int, conflicts: set[str], destination: str | None) -> None:
    """Which of a rep's calendars close their time, and which one takes the meetings.

    Ids are calendars' public ids. Raises NotFound for calendars of others, Invalid for a destination that cannot
    be written to.
    """
    with transaction() as session:
        own = {c.public_id: c for conn in list_connections(session, rep_id) for c in conn.calendars}
        if not (conflicts | ({destination} if destination else set())) <= own.keys():
            raise NotFound
        if destination is not None and not own[destination].can_write:
            raise Invalid([FieldError("destination", "read-only", "Choose a calendar you may write to")])
        for calendar in own.values():
            calendar.is_destination = False
        session.flush()
        for public_id, calendar in own.items():
            calendar.is_destination = public_id == destination
            if public_id in conflicts and not calendar.checks_conflicts:
                defer_sync(session, public_id, ReadingCause.CONNECTED, URGENT)
            calendar.checks_conflicts = public_id in conflicts
        touch_reps(session, {rep_id})


def _own(session: Session, connection_id: str, rep_id: int) -> Connection:
    connection = find_connection_by_id(session, connection_id)
    if connection is None or connection.rep_id != rep_id:
        raise NotFound
    return connection


def _hash(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()


def _owner(state: str) -> str:
    return f"oauth:{_hash(state).hex()}"


def _explain(error: GrantError) -> str:
    words = {
        "declined": "Access was not allowed. Connect again and allow access to your calendars.",
        "needs-administrator": "Your company's administrator must allow this application first.",
        "missing-scope": "Some permissions were left out. Connect again and allow all of them.",
    }
    return words.get(error.code, "The calendar service did not accept the sign-in; begin again")
