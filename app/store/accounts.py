"""Accounts by their domains, as an import reads and writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import Account, Rep

_LOCK = 0x6163636F756E74  # "account"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """One account with its references by natural key: the parent's domain, the owner's e-mail address."""

    domain: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    owner: str | None = None
    attributes: Mapping[str, Any] | None = None


def lock_accounts(session: Session) -> None:
    """Have this transaction be the only one that imports."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def read_accounts(session: Session) -> dict[str, StoredAccount]:
    """Every account by its domain."""
    rows = session.execute(
        select(Account.id, Account.domain, Account.name, Account.aliases, Account.attributes)
        .add_columns(Account.parent_id, Rep.email)
        .outerjoin(Rep, Rep.id == Account.owner_rep_id)
        .order_by(Account.id)
    ).all()
    domains = {row.id: row.domain for row in rows}
    return {
        row.domain: StoredAccount(
            row.domain,
            row.name,
            tuple(row.aliases),
            domains.get(row.parent_id),
            row.email,
            row.attributes,
        )
        for row in rows
    }


def rep_emails(session: Session) -> set[str]:
    """Who may own an account."""
    return set(session.scalars(select(Rep.email).where(Rep.archived_at.is_(None))))


def write_accounts(session: Session, accounts: Iterable[StoredAccount], at: datetime) -> None:
    """Add or bring up to date; parents are tied once every account is there."""
    accounts = tuple(accounts)
    owners = {email: key for key, email in session.execute(select(Rep.id, Rep.email))}
    for start in range(0, len(accounts), _BATCH):
        batch = accounts[start : start + _BATCH]
        domains = [account.domain for account in batch]
        rows = {
            row.domain: row for row in session.scalars(select(Account).where(Account.domain.in_(domains)))
        }
        for account in batch:
            row = rows.get(account.domain) or Account(public_id=new_id("acc"), domain=account.domain)
            row.name, row.aliases = account.name, list(account.aliases)
            row.attributes, row.updated_at = dict(account.attributes or {}), at
            row.owner_rep_id = owners[account.owner] if account.owner else None
            session.add(row)
        session.flush()
    _tie_parents(session, accounts)


def _tie_parents(session: Session, accounts: Iterable[StoredAccount]) -> None:
    keys = {domain: key for key, domain in session.execute(select(Account.id, Account.domain))}
    rows = [
        {"id": keys[account.domain], "parent_id": keys[account.parent] if account.parent else None}
        for account in accounts
    ]
    if rows:
        session.execute(update(Account), rows)
