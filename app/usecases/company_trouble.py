"""What a company's key that no longer works means: one trouble of the operator's, and never a mail to each rep."""

from app import clock
from app.db import Session, transaction
from app.models import AlertKind, CompanyGrant, CompanyGrantState, Connection, Provider, Rep
from app.queue import NORMAL, URGENT, defer, hasten
from app.store.alerts import raise_alert, settle_alert
from app.store.availability import touch_reps
from app.store.calendars import find_connection
from app.store.company_grants import find_grant, list_by_grant, put_reach, reaches_nobody
from app.store.events import list_unsettled
from app.store.records import add_activity
from app.usecases.announce import event_lock
from calendars.providers.base import CalendarError

UNAVAILABLE = "unavailable"
_BY_CODE = {"unknown-user": "unknown_user", "not-delegated": "not_delegated", "not-found": "unknown_user"}


def reach_code(provider: Provider, error: CalendarError, *, is_known: bool = True) -> str | None:
    """Why a rep is not reached, as a code; None when the company's key itself is at fault.

    `is_known`: the account was found, so what follows is said of its mailbox.
    """
    if not error.permanent:
        return UNAVAILABLE
    if error.code == "misconfigured":
        # Graph has one word for a mailbox that is none, Google one for a project without the calendar's API
        return "no_mailbox" if provider is Provider.MICROSOFT and is_known else None
    if error.code == "forbidden":
        return "not_in_group" if provider is Provider.MICROSOFT else "no_mailbox"
    return _BY_CODE.get(error.code, "refused")


def note_company_trouble(connection_id: int, error: CalendarError) -> None:
    """A failure met with a token of the company's: of its key, or of this one rep. Nobody is asked to sign in."""
    with transaction() as session:
        connection = find_connection(session, connection_id)
        if connection is None or connection.company_grant_id is None or not error.permanent:
            return
        grant = find_grant(session, connection.company_grant_id, lock=True)
        if grant is None or grant.state is not CompanyGrantState.ACTIVE:
            return
        _note(session, grant, connection, error)


def _note(session: Session, grant: CompanyGrant, connection: Connection, error: CalendarError) -> None:
    if error.code in {"unknown-user", "not-delegated"}:
        rep = session.get_one(Rep, connection.rep_id)
        put_reach(session, grant.id, rep, _BY_CODE[error.code], at=clock.now(), detail=str(error))
        break_if_nobody_is_reached(session, grant, error)
    elif error.code == "misconfigured":
        break_grant(session, grant, error)


def break_grant(session: Session, grant: CompanyGrant, error: CalendarError) -> None:
    """Note that the company's key is dead. Nothing is asked with it until it is tried again."""
    name, now = grant.provider.value, clock.now()
    raise_alert(session, AlertKind.COMPANY_GRANT, name, at=now, reason=str(error))
    if grant.state is not CompanyGrantState.ACTIVE:
        grant.error = str(error)
        return
    grant.state, grant.error, grant.token = CompanyGrantState.BROKEN, str(error), None
    grant.updated_at = clock.now()
    touch_reps(session, {each.rep_id for each in list_by_grant(session, grant)})
    add_activity(session, "company_grant.broken", at=now, actor="system", provider=name, code=error.code)


def break_if_nobody_is_reached(session: Session, grant: CompanyGrant, error: CalendarError) -> None:
    """Somebody outside the domain is their own trouble; when it is everybody, it is the grant's."""
    if error.code == "not-delegated" and reaches_nobody(session, grant):
        break_grant(session, grant, error)


def mend_grant(session: Session, grant: CompanyGrant) -> None:
    """Note that the company's key works (again), and have done what had to wait for it."""
    if grant.state is not CompanyGrantState.BROKEN:
        return
    grant.state, grant.error, grant.updated_at = CompanyGrantState.ACTIVE, None, clock.now()
    rows = list_by_grant(session, grant)
    touch_reps(session, {each.rep_id for each in rows})
    name, now = grant.provider.value, clock.now()
    settle_alert(session, AlertKind.COMPANY_GRANT, name, at=now)
    add_activity(session, "company_grant.mended", at=now, actor="system", provider=name)
    defer_company_round(session, grant.provider)
    for connection in rows:
        for calendar in connection.calendars:
            calendar.next_sync_at = clock.now()
        for booking in list_unsettled(session, connection.rep_id, clock.now()):
            hasten(session, event_lock(booking))


def defer_company_rep(session: Session, provider: Provider, rep_id: int, priority: int = NORMAL) -> bool:
    """Have one rep connected by the company's key after this transaction; one waits at a time."""
    return defer(
        session,
        "connect_company_rep",
        once=f"company:{provider.value}:{rep_id}",
        priority=priority,
        provider=provider.value,
        rep=rep_id,
    )


def defer_company_round(session: Session, provider: Provider) -> None:
    """Have everybody tried whom the company's key does not reach, after this transaction."""
    name = provider.value
    defer(session, "try_company_reps", once=f"company:{name}", priority=URGENT, provider=name)
