"""The database session and the one place where a transaction is opened and committed."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import DeclarativeBase, Session

__all__ = ["OUTAGES", "Base", "Session", "db", "reading", "transaction"]

OUTAGES = (OperationalError, InterfaceError, PoolExhausted)
"""The database cannot be reached, gives no lock in time, or has no connection left: trying again may help."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables. Constraints are named, so that the store can turn a violation into a domain error."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

_DEPTH = "transaction_depth"
_IS_READING = "is_reading"


def reading() -> Session:
    """The session, for a few reads that need no common snapshot: no transaction is begun and ended for them, which
    saves two round trips to the database. A `transaction()` that follows is an ordinary one."""
    session: Session = db.session()
    if not session.in_transaction():
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        session.info[_IS_READING] = True
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """Run a block in one transaction; commit at its end, roll back when it raises.

    Use cases call one another: an inner `transaction()` joins the outer one, and only the outermost commits.
    """
    session: Session = db.session()
    if session.info.pop(_IS_READING, False):
        session.rollback()  # gives the connection back; the next one is not in autocommit mode
    depth = session.info.get(_DEPTH, 0)
    session.info[_DEPTH] = depth + 1
    try:
        yield session
        if depth == 0:
            session.commit()
    except BaseException:
        if depth == 0:
            session.rollback()
        raise
    finally:
        session.info[_DEPTH] = depth
