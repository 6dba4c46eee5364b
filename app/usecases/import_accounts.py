"""Bring accounts and their owners in from a CSV file: upsert by domain, all rows or none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.actor import Actor
from app.clock import now
from app.db import transaction
from app.enrichment.account_file import ATTRIBUTES, AccountFile, AccountRow, read_account_file
from app.errors import FieldError
from app.store.accounts import (
    StoredAccount,
    lock_accounts,
    read_accounts,
    rep_emails,
    write_accounts,
)
from app.store.records import add_audit

_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or (`is_applied` false: a dry run, or errors) would do. Errors are named by their line."""

    added: int
    changed: int
    unchanged: int
    errors: tuple[FieldError, ...]
    is_applied: bool

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "errors": [error.to_json() for error in self.errors],
            "is_applied": self.is_applied,
        }


def import_accounts(data: bytes, by: Actor, *, dry_run: bool = False) -> ImportReport:
    """Upsert accounts by domain. A blank cell leaves a value as it is, `-` takes it away.

    Rows with errors keep the whole file out; the report names each. Raises Invalid when the file as a whole cannot
    be read. Importing the same file twice changes nothing the second time.
    """
    file = read_account_file(data)
    with transaction() as session:
        lock_accounts(session)
        before = read_accounts(session)
        wanted = {row.domain: _merged(before.get(row.domain), row) for row in file.rows}
        _check(file, before, wanted, rep_emails(session))
        changed = [account for domain, account in wanted.items() if account != before.get(domain)]
        added = sum(account.domain not in before for account in changed)
        is_applied = not file.errors and not dry_run
        if is_applied and changed:
            write_accounts(session, changed, now())
            counts = {"added": added, "changed": len(changed) - added}
            add_audit(session, by.name, "accounts.imported", "accounts", "file", **counts)
        return ImportReport(
            added, len(changed) - added, len(wanted) - len(changed), tuple(file.errors), is_applied
        )


def _merged(known: StoredAccount | None, row: AccountRow) -> StoredAccount:
    account = known or StoredAccount(row.domain, row.domain, attributes={})
    attributes = {**(account.attributes or {})}
    for name in ATTRIBUTES:
        if name in row.values:
            attributes[name] = row.values[name]
    own = {name: row.values[name] for name in ("name", "parent", "owner", "aliases") if name in row.values}
    kept = {name: value for name, value in attributes.items() if value is not None}
    return replace(account, **own, attributes=kept)


def _check(
    file: AccountFile,
    before: Mapping[str, StoredAccount],
    wanted: Mapping[str, StoredAccount],
    reps: set[str],
) -> None:
    after = {**before, **wanted}
    owners = _owners_of_names(after)
    for row in file.rows:
        account = wanted[row.domain]
        if account.owner is not None and account.owner not in reps and "owner" in row.values:
            file.fault(row.line, "owner", "unknown-owner", f"there is no rep {account.owner}")
        for name in (account.domain, *account.aliases):
            others = owners[name] - {account.domain}
            if others:
                column = "domain" if name == account.domain else "aliases"
                message = f"{name} belongs to {min(others)} already"
                file.fault(row.line, column, "alias-taken", message)
        _check_parents(file, row, account, after)


def _owners_of_names(accounts: Mapping[str, StoredAccount]) -> dict[str, set[str]]:
    """Each domain and alias with the accounts that claim it."""
    found: dict[str, set[str]] = {}
    for account in accounts.values():
        for name in {account.domain, *account.aliases}:
            found.setdefault(name, set()).add(account.domain)
    return found


def _check_parents(
    file: AccountFile, row: AccountRow, account: StoredAccount, after: Mapping[str, StoredAccount]
) -> None:
    seen = [account.domain]
    parent = account.parent
    while parent is not None:
        if parent not in after:
            file.fault(row.line, "parent", "unknown-parent", f"there is no account {parent}")
            return
        if parent in seen or len(seen) > _DEEPEST:
            file.fault(row.line, "parent", "parent-cycle", " → ".join([*seen[:5], parent]))
            return
        seen.append(parent)
        parent = after[parent].parent
