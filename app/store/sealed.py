"""Every column that holds something sealed, for commands that go over all of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Calendar, CompanyGrant, Connection, OAuthState

_PORTION = 200


class SealedColumn(NamedTuple):
    """A kind of secret: what people call it, and the columns of its row's key and of the secret itself."""

    name: str
    key: InstrumentedAttribute[Any]
    column: InstrumentedAttribute[Any]


SEALED: tuple[SealedColumn, ...] = (
    SealedColumn("grants, passwords and addresses of calendars", Connection.id, Connection.secret),
    SealedColumn("the company's keys", CompanyGrant.id, CompanyGrant.secret),
    SealedColumn("the company's access tokens", CompanyGrant.id, CompanyGrant.token),
    SealedColumn("places in the changes of calendars", Calendar.id, Calendar.token),
    SealedColumn("sign-ins under way", OAuthState.id, OAuthState.secret),
)


def count_sealed(session: Session, kind: SealedColumn) -> int:
    """How many rows hold such a secret."""
    return session.execute(select(func.count()).where(kind.column.is_not(None))).scalar_one()


def sealed_keys(session: Session, kind: SealedColumn) -> Iterator[list[int]]:
    """The keys of the rows that hold such a secret, in portions and in order."""
    last = 0
    while True:
        keys = list(
            session.scalars(
                select(kind.key)
                .where(kind.column.is_not(None), kind.key > last)
                .order_by(kind.key)
                .limit(_PORTION)
            )
        )
        if not keys:
            return
        yield keys
        last = keys[-1]


def lock_sealed(session: Session, kind: SealedColumn, keys: list[int]) -> dict[int, bytes]:
    """The secrets of some rows, which nobody changes until the transaction ends."""
    rows = session.execute(
        select(kind.key, kind.column)
        .where(kind.key.in_(keys), kind.column.is_not(None))
        .order_by(kind.key)
        .with_for_update()
    )
    return {key: bytes(sealed) for key, sealed in rows}


def put_sealed(session: Session, kind: SealedColumn, key: int, sealed: bytes) -> None:
    """Put a secret in the place of the one that is there."""
    row = session.get_one(kind.key.class_, key, populate_existing=True)
    setattr(row, kind.column.key, sealed)
