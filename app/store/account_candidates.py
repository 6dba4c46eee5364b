"""Accounts that may be a lead's, and those above them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, func, literal, or_, select
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
    up = _upward(parent_id)
    rows = session.execute(
        select(Account.domain, Rep.public_id)
        .join(up, up.c.id == Account.id)
        .outerjoin(Rep, Rep.id == Account.owner_rep_id)
        .order_by(up.c.height)
    )
    return [Ancestor(domain, owner) for domain, owner in rows]


def _upward(account_id: int) -> CTE:
    """An account and those above it, by their height over it."""
    up = (
        select(Account.id, Account.parent_id, literal(0).label("height"))
        .where(Account.id == account_id)
        .cte("up", recursive=True)
    )
    above = aliased(Account)
    return up.union_all(
        select(above.id, above.parent_id, up.c.height + 1).where(
            above.id == up.c.parent_id, up.c.height < _HIGHEST
        )
    )


def family_owner_of(session: Session, account_id: int) -> str | None:
    """Who owns most of the other accounts below the same top, of two the one of the older account; None when nobody
    owns any of them."""
    up = _upward(account_id)
    top = select(up.c.id).order_by(up.c.height.desc()).limit(1).scalar_subquery()
    down = (
        select(Account.id, literal(0).label("depth")).where(Account.id == top).cte("downward", recursive=True)
    )
    below = aliased(Account)
    down = down.union_all(
        select(below.id, down.c.depth + 1).where(below.parent_id == down.c.id, down.c.depth < _HIGHEST)
    )
    found: str | None = session.scalar(
        select(Rep.public_id)
        .join(Account, Account.owner_rep_id == Rep.id)
        .where(Account.id.in_(select(down.c.id)), Account.id != account_id)
        .group_by(Rep.public_id)
        .order_by(func.count(func.distinct(Account.id)).desc(), func.min(Account.id))
        .limit(1)
    )
    return found


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
