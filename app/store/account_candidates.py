"""Accounts that may be a lead's, and those above them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Account, Rep

_MOST = 500
_HIGHEST = 20


@dataclass(frozen=True, slots=True)
class AccountCandidate:
    """An account as matching sees it. `owner` is a rep's public id."""

    id: int
    name: str
    domain: str
    aliases: Sequence[str]
    attributes: Mapping[str, Any]
    owner: str | None
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Ancestor:
    """An account above another, and its owner's public id."""

    domain: str
    owner: str | None


def candidates_by_domain(session: Session, domains: Sequence[str]) -> list[AccountCandidate]:
    """Accounts with one of these domains, or with one of them as an alias."""
    return _candidates(session, or_(Account.domain.in_(domains), Account.aliases.overlap(domains)))


def candidates_by_name(session: Session, start: str) -> list[AccountCandidate]:
    """Accounts whose names begin so (lower case), at most 500 of them."""
    return _candidates(session, func.lower(Account.name).startswith(start, autoescape=True))


def ancestors_of(session: Session, parent_id: int | None) -> list[Ancestor]:
    """The account with this key and those above it, the nearest first."""
    if parent_id is None:
        return []
    up = (
        select(Account.id, Account.parent_id, literal(1).label("height"))
        .where(Account.id == parent_id)
        .cte("up", recursive=True)
    )
    above = aliased(Account)
    up = up.union_all(
        select(above.id, above.parent_id, up.c.height + 1).where(
            above.id == up.c.parent_id, up.c.height < _HIGHEST
        )
    )
    rows = session.execute(
        select(Account.domain, Rep.public_id)
        .join(up, up.c.id == Account.id)
        .outerjoin(Rep, Rep.id == Account.owner_rep_id)
        .order_by(up.c.height)
    )
    return [Ancestor(domain, owner) for domain, owner in rows]


def _candidates(session: Session, where: ColumnElement[bool]) -> list[AccountCandidate]:
    rows = session.execute(
        select(Account.id, Account.name, Account.domain, Account.aliases, Account.attributes)
        .add_columns(Rep.public_id, Account.parent_id)
        .outerjoin(Rep, Rep.id == Account.owner_rep_id)
        .where(where)
        .order_by(Account.id)
        .limit(_MOST)
    )
    return [AccountCandidate(*row) for row in rows]
