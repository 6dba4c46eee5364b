"""Take a company's key from an admin, and give it up again. A key is sealed at once and shown to nobody any more."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from app import clock
from app.actor import Actor
from app.db import Session, transaction
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.ids import new_id
from app.models import AlertKind, CompanyGrant, CompanyGrantState, Provider
from app.queue import defer
from app.services import services
from app.store.alerts import settle_alert
from app.store.company_grants import find_grant_of, list_by_grant
from app.store.records import add_audit
from app.usecases.close_connection import close_connection
from app.usecases.company_trouble import defer_company_round

_TENANT = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SHARED = {"common", "organizations", "consumers"}


@dataclass(frozen=True, slots=True)
class _Key:
    """What is kept: what an admin may read again, and the secret."""

    provider: Provider
    account: str
    client_id: str
    secret: dict[str, Any] = field(repr=False)
    tenant: str | None = None


def save_google_key(text: str, by: Actor) -> None:
    """Keep a service account's key, in place of the one before it. Raises Invalid, Conflict."""
    from calendars.providers.company import KeyRefused
    from calendars.providers.google_company import read_key

    try:
        account = read_key(text, services().settings.google_token_uri)
    except KeyRefused as refusal:
        raise Invalid([FieldError("key", "not-usable", str(refusal))]) from None
    _save(_Key(Provider.GOOGLE, account.client_email, account.client_id, asdict(account)), by)


def save_microsoft_app(tenant: str, client_id: str, client_secret: str, by: Actor) -> None:
    """Keep an application's secret, in place of the one before it. Raises Invalid, Conflict."""
    tenant, client_id, client_secret = tenant.strip(), client_id.strip(), client_secret.strip()
    faults = []
    if not _TENANT.fullmatch(tenant) or tenant.lower() in _SHARED:
        faults.append(FieldError("tenant", "invalid", "must be your tenant's id or domain"))
    if not _is_word(client_id, 100):
        faults.append(FieldError("client_id", "invalid", "must be the application (client) id"))
    if not _is_word(client_secret, 200):
        faults.append(FieldError("client_secret", "invalid", "must be the value of a client secret"))
    elif _GUID.fullmatch(client_secret):
        faults.append(FieldError("client_secret", "invalid", "is the secret's id; its value is needed"))
    if faults:
        raise Invalid(faults)
    secret = {"tenant": tenant, "client_id": client_id, "client_secret": client_secret}
    _save(_Key(Provider.MICROSOFT, client_id, client_id, secret, tenant), by)


def end_company_grant(provider: Provider, by: Actor) -> int:
    """Close every connection that hangs on the company's key at once, and have the key deleted; returns how many
    there were. Raises NotFound."""
    with transaction() as session:
        grant = find_grant_of(session, provider, lock=True)
        if grant is None or grant.state is CompanyGrantState.ENDING:
            raise NotFound("The company is not connected there.")
        rows = list_by_grant(session, grant)
        for row in rows:
            close_connection(session, row, by.name)
        grant.state, grant.error, grant.updated_at = CompanyGrantState.ENDING, None, clock.now()
        add_audit(
            session, by.name, "company_grant.ended", "company_grant", provider.value, connections=len(rows)
        )
        settle_alert(session, AlertKind.COMPANY_GRANT, provider.value, at=clock.now())
        defer(session, "finish_company_grant", provider=provider.value)
        return len(rows)


def _save(key: _Key, by: Actor) -> None:
    with transaction() as session:
        row = find_grant_of(session, key.provider, lock=True)
        if row is not None and row.state is CompanyGrantState.ENDING:
            raise Conflict("The connection before it is just being taken down; try again in a minute")
        if row is None:
            row = CompanyGrant(public_id=new_id("cgr"), provider=key.provider, state=CompanyGrantState.ACTIVE)
            session.add(row)
        _fill(row, key)
        session.flush()
        _record(session, row, by)
        defer_company_round(session, key.provider)


def _fill(row: CompanyGrant, key: _Key) -> None:
    """A grant that was broken stays so until somebody was reached with the new key: then what waited is done."""
    row.account, row.client_id, row.tenant = key.account, key.client_id, key.tenant
    row.secret, row.token = services().secrets.seal(row.public_id, key.secret), None
    row.error, row.updated_at = None, clock.now()


def _record(session: Session, row: CompanyGrant, by: Actor) -> None:
    add_audit(
        session,
        by.name,
        "company_grant.saved",
        "company_grant",
        row.provider.value,
        account=row.account,
        client_id=row.client_id,
    )


def _is_word(text: str, longest: int) -> bool:
    return 1 <= len(text) <= longest and text.isprintable() and " " not in text
