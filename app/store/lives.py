"""Whether this database is the one that worked last, or a copy of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import Booking, BusyBlock, Calendar, CalendarState, Connection, ConnectionState, Life, Rep

IDENTITY = (
    "SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),"
    " (SELECT oid FROM pg_database WHERE datname = current_database()), CAST('lives'::regclass::oid AS bigint))"
)
"""Server, database and table, by the numbers PostgreSQL gave them. A loaded dump has a table of its own and a copied
database a number of its own, even on the same server."""


class UnknownEntry(NamedTuple):
    """An entry with our mark whose meeting this database does not have."""

    rep: str
    starts_at: datetime
    ends_at: datetime
    booking: str


def read_identity(session: Session) -> str:
    """What names this very database."""
    return str(session.execute(text(IDENTITY)).scalar_one())


def find_life(session: Session, *, lock: bool = False) -> Life | None:
    """The present life; None before the first one began."""
    query = select(Life).order_by(Life.id.desc()).limit(1)
    return session.scalar(query.with_for_update() if lock else query)


def is_paused(session: Session) -> bool:
    """Whether nothing may go out, because this database may be a copy or an older state of the one that worked."""
    life = find_life(session)
    return life is not None and (life.doubt is not None or life.identity != read_identity(session))


def begin_life(session: Session, by: str) -> Life:
    """From here on this very database is the one that works."""
    life = Life(identity=read_identity(session), begun_by=by, beats=0)
    session.add(life)
    session.flush()
    return life


def list_unread(session: Session, since: datetime) -> list[tuple[str, str]]:
    """Rep and name of every calendar that could be read and was not since an instant."""
    rows = session.execute(
        select(Rep.email, Calendar.name)
        .join(Calendar, Calendar.rep_id == Rep.id)
        .join(Connection, Connection.id == Calendar.connection_id)
        .where(
            Calendar.checks_conflicts,
            Connection.state == ConnectionState.ACTIVE,
            (Calendar.state != CalendarState.OK)
            | Calendar.synced_at.is_(None)
            | (Calendar.synced_at < since),
        )
        .order_by(Rep.email, Calendar.name)
    )
    return [(email, name) for email, name in rows]


def list_unknown_entries(session: Session, now: datetime) -> list[UnknownEntry]:
    """Entries to come that carry our mark and stand for no meeting we have, by rep and time."""
    is_known = select(Booking.id).where(Booking.public_id == BusyBlock.booking).exists()
    rows = session.execute(
        select(Rep.email, BusyBlock.starts_at, BusyBlock.ends_at, BusyBlock.booking)
        .join(Calendar, Calendar.id == BusyBlock.calendar_id)
        .join(Rep, Rep.id == Calendar.rep_id)
        .where(BusyBlock.booking.is_not(None), BusyBlock.ends_at > now, ~is_known)
        .order_by(Rep.email, BusyBlock.starts_at)
        .distinct()
    )
    return [UnknownEntry(rep, starts_at, ends_at, booking or "") for rep, starts_at, ends_at, booking in rows]
