"""What calls at calendar services teach: who rests and for how long, and when all goes on."""

import random
from datetime import datetime, timedelta

from app import clock
from app.db import Session, transaction
from app.models import AlertKind, Provider
from app.queue import hasten, hasten_task
from app.store.alerts import raise_alert, settle_alert
from app.store.events import list_failed_at
from app.store.gates import (
    ASKED,
    MISCONFIGURED,
    OUTAGE,
    QUOTA,
    claim_probe,
    clear_accounts,
    clear_gate,
    count_failure,
    drain,
    has_trouble,
    list_gates,
    shut,
)
from app.store.readings import read_soon
from app.usecases.announce import event_lock
from calendars.providers.base import CalendarError
from calendars.providers.grant import GrantError

PROBE = timedelta(seconds=30)
"""As long as one call may take, and more: nobody else tries meanwhile."""
SERVICE_OPENS_AFTER, ACCOUNT_OPENS_AFTER = 5, 3
"""So many calls without an answer in a row, of all accounts or of one, and they are left alone."""
SHORTEST, LONGEST = 10.0, 300.0
"""Seconds of rest, doubled each time that the one call which tries fails too."""
REFUSED_REST = timedelta(minutes=5)
QUOTA_REST = 4 * 3600.0
CONNECTING = "connect"
"""What an alert's subject ends with that is only about connecting further accounts."""
_SHARED = {Provider.GOOGLE, Provider.MICROSOFT}
"""One service for all accounts. CalDAV and feeds are many servers: each account is by itself."""


class NotNow(CalendarError):
    """We do not ask now. `is_resting`: because a service or an account has trouble, and not for our own pace."""

    def __init__(self, message: str, retry_after: float, *, is_resting: bool = False) -> None:
        super().__init__(message, code="unavailable", permanent=False, retry_after=retry_after)
        self.is_resting = is_resting


def gate_names(provider: Provider, connection_id: int, purpose: str) -> list[str]:
    """The gates that a call passes."""
    service, account = provider.value, f"{provider.value}/{connection_id}"
    return [
        *([service] if provider in _SHARED else []),
        account,
        f"{service}/{purpose}",
        f"{account}/{purpose}",
    ]


def note_trouble(provider: Provider, connection_id: int, purpose: str, error: CalendarError) -> None:
    """Let those rest whom a failure concerns: the service, the account, or this kind of call."""
    if isinstance(error, NotNow | GrantError):
        return  # nothing was asked, or it was noted where the grant was to be renewed
    service, account, now = provider.value, f"{provider.value}/{connection_id}", clock.now()
    with transaction() as session:
        if error.code == "quota-exhausted":
            kind = f"{service}/{purpose}" if error.concerns_all else f"{account}/{purpose}"
            _rest(session, kind, QUOTA, now, error.retry_after or QUOTA_REST)
            _raise(session, AlertKind.QUOTA, service, error, now)
        elif error.code == "misconfigured" and error.concerns_all:
            _rest(session, service, MISCONFIGURED, now, REFUSED_REST.total_seconds())
            _raise(session, AlertKind.MISCONFIGURED, f"{service}/api", error, now)
        elif error.code == "rate-limited":
            _slow_down(session, provider, account, error, now)
        elif error.code == "unavailable":
            _count_silence(session, provider, account, error, now)


def note_answer(provider: Provider, connection_id: int, purpose: str) -> None:
    """The call was answered: what had trouble has it no longer, and what waited goes on, in order."""
    with transaction() as session:
        for gate in list_gates(session, gate_names(provider, connection_id, purpose)):
            reason = clear_gate(session, gate.name)
            if gate.name == provider.value:
                _resume(session, provider, clock.now())
            if reason == QUOTA and not has_trouble(session, provider.value, QUOTA):
                settle_alert(session, AlertKind.QUOTA, provider.value, at=clock.now())


def pass_sign_in(session: Session, provider: Provider) -> None:
    """Go on to renew a grant. Raises NotNow while the sign-in server is left alone."""
    now = clock.now()
    for gate in list_gates(session, [sign_in_gate(provider)]):
        if gate.shut_until is None or claim_probe(session, gate.name, now, now + PROBE):
            continue
        left = (gate.shut_until - now).total_seconds()
        raise NotNow(f"sign-in is left alone for a while ({gate.reason})", max(left, 2.0), is_resting=True)


def note_sign_in_trouble(provider: Provider, error: CalendarError) -> None:
    """Grants cannot be renewed: because the installation is refused, or because nobody answers."""
    now, gate = clock.now(), sign_in_gate(provider)
    if isinstance(error, NotNow):
        return
    with transaction() as session:
        if error.code == "misconfigured":
            _rest(session, gate, MISCONFIGURED, now, REFUSED_REST.total_seconds())
            _raise(session, AlertKind.MISCONFIGURED, gate, error, now)
        elif error.code == "unavailable":
            failures = count_failure(session, gate, OUTAGE, now)
            if failures >= SERVICE_OPENS_AFTER:
                shut(session, gate, now + timedelta(seconds=_pause(failures - SERVICE_OPENS_AFTER)))
                _raise(session, AlertKind.OUTAGE, gate, error, now)


def note_sign_in(provider: Provider) -> None:
    """A grant was renewed."""
    with transaction() as session:
        gate, now = sign_in_gate(provider), clock.now()
        if list_gates(session, [gate]):
            clear_gate(session, gate)
            settle_alert(session, AlertKind.MISCONFIGURED, gate, at=now)
            settle_alert(session, AlertKind.OUTAGE, gate, at=now)
            _go_on(session, provider, now)


def note_connecting(provider: Provider, error: CalendarError | None = None) -> None:
    """Somebody connected an account; or our registration was refused then, which keeps nobody from renewing theirs."""
    subject, now = f"{provider.value}/{CONNECTING}", clock.now()
    with transaction() as session:
        if error is None:
            settle_alert(session, AlertKind.MISCONFIGURED, subject, at=now)
        elif error.code == "misconfigured":
            _raise(session, AlertKind.MISCONFIGURED, subject, error, now)


def sign_in_gate(provider: Provider) -> str:
    """The gate before a service's sign-in server."""
    return f"{provider.value}/sign-in"


def _slow_down(
    session: Session, provider: Provider, account: str, error: CalendarError, now: datetime
) -> None:
    """Whoever is meant waits as long as was asked, or, when nothing was said, longer each time."""
    failures = count_failure(session, account, ASKED, now)
    # full jitter: those who were sent away together do not return together
    wait = error.retry_after or random.uniform(1.0, min(60.0, 2.0**failures))  # noqa: S311 - spreads load
    shut(session, account, now + timedelta(seconds=wait))
    if error.concerns_all:
        drain(session, provider.value, now)


def _count_silence(
    session: Session, provider: Provider, account: str, error: CalendarError, now: datetime
) -> None:
    limits = {account: ACCOUNT_OPENS_AFTER}
    if provider in _SHARED:
        limits[provider.value] = SERVICE_OPENS_AFTER
    for name, limit in sorted(limits.items()):
        failures = count_failure(session, name, OUTAGE, now)
        if failures < limit:
            continue
        wait = max(_pause(failures - limit), min(error.retry_after or 0.0, 3600.0))
        shut(session, name, now + timedelta(seconds=wait))
        if name == provider.value:
            _raise(session, AlertKind.OUTAGE, name, error, now)


def _pause(tries: int) -> float:
    longest = min(LONGEST, SHORTEST * 2.0 ** min(tries, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, guards nothing


def _rest(session: Session, gate: str, reason: str, now: datetime, seconds: float) -> None:
    count_failure(session, gate, reason, now)
    shut(session, gate, now + timedelta(seconds=seconds))


def _raise(session: Session, kind: AlertKind, subject: str, error: CalendarError, now: datetime) -> None:
    raise_alert(session, kind, subject, at=now, reason=str(error), detail={"code": error.code})


def _resume(session: Session, provider: Provider, now: datetime) -> None:
    settle_alert(session, AlertKind.OUTAGE, provider.value, at=now)
    settle_alert(session, AlertKind.MISCONFIGURED, f"{provider.value}/api", at=now)
    clear_accounts(session, provider.value, OUTAGE)
    _go_on(session, provider, now)


def _go_on(session: Session, provider: Provider, now: datetime) -> None:
    """Have what waited for a service done now, in the order in which it was asked for, and its calendars read."""
    for booking in list_failed_at(session, provider, now):
        hasten(session, event_lock(booking))
    hasten_task(session, "write_event")
    read_soon(session, provider, now)
