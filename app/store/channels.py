"""Push channels as rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Calendar,
    CalendarState,
    ChannelState,
    Connection,
    ConnectionState,
    Provider,
    PushChannel,
)

CAN_TELL = (Provider.GOOGLE, Provider.MICROSOFT)
LIVES = timedelta(minutes=10_000)
"""A little under the week that both services allow: clocks differ."""
HALF_LIFE = LIVES / 2
"""Somebody is told when a channel has less than this left."""
RENEW_BEFORE = timedelta(days=4)
"""Half a day before that, so that a service that is down for a night alarms nobody."""
KEEP_FAILED = timedelta(days=1)
TRY_AGAIN_AFTER = timedelta(minutes=30)


def find_channel(session: Session, public_id: str) -> PushChannel | None:
    """A channel by our own id, with its calendar."""
    return session.scalar(_with_calendar().where(PushChannel.public_id == public_id))


def find_channels_by_remote(session: Session, remote_ids: Iterable[str]) -> dict[str, PushChannel]:
    """Open channels by the service's ids, with their calendars; one query."""
    rows = session.scalars(
        _with_calendar().where(
            PushChannel.remote_id.in_(list(remote_ids)), PushChannel.state == ChannelState.OPEN
        )
    )
    return {row.remote_id: row for row in rows if row.remote_id is not None}


def open_channels_of(session: Session, calendar_id: int) -> Sequence[PushChannel]:
    """A calendar's open channels, the newest first; there are two while one takes over from another."""
    return session.scalars(
        select(PushChannel)
        .where(PushChannel.calendar_id == calendar_id, PushChannel.state == ChannelState.OPEN)
        .order_by(PushChannel.id.desc())
    ).all()


def list_unwatched(session: Session, now: datetime, limit: int = 200) -> list[str]:
    """Public ids of calendars that should have a channel and have none that lasts, unless that was tried lately."""
    lasting = (
        select(PushChannel.id)
        .where(
            PushChannel.calendar_id == Calendar.id,
            or_(
                (PushChannel.state == ChannelState.OPEN) & (PushChannel.expires_at > now + RENEW_BEFORE),
                (PushChannel.state != ChannelState.OPEN) & (PushChannel.created_at > now - TRY_AGAIN_AFTER),
            ),
        )
        .exists()
    )
    rows = session.scalars(
        select(Calendar.public_id)
        .join(Connection)
        .where(
            Calendar.checks_conflicts,
            Calendar.state != CalendarState.GONE,
            Connection.state == ConnectionState.ACTIVE,
            Connection.provider.in_(CAN_TELL),
            ~lasting,
        )
        .order_by(Calendar.id)
        .limit(limit)
    )
    return list(rows)


def list_needless(session: Session, limit: int = 200) -> Sequence[PushChannel]:
    """Open channels of calendars that nobody reads any longer."""
    return session.scalars(
        _with_calendar()
        .join(Calendar, Calendar.id == PushChannel.calendar_id)
        .join(Connection, Connection.id == Calendar.connection_id)
        .where(
            PushChannel.state == ChannelState.OPEN,
            or_(~Calendar.checks_conflicts, Connection.state == ConnectionState.DISCONNECTED),
        )
        .limit(limit)
    ).all()


def channels_of_connection(session: Session, connection_id: int) -> Sequence[PushChannel]:
    """All open channels of an account's calendars."""
    return session.scalars(
        _with_calendar()
        .join(Calendar, Calendar.id == PushChannel.calendar_id)
        .where(Calendar.connection_id == connection_id, PushChannel.state == ChannelState.OPEN)
    ).all()


def channels_by_grant(session: Session, grant_id: int) -> list[tuple[str, str, str, str]]:
    """Open channels of accounts that a company's key opened: our id, the service's, the account and its address."""
    rows = session.execute(
        select(PushChannel.public_id, PushChannel.remote_id, Connection.account, Connection.email)
        .join(Calendar, Calendar.id == PushChannel.calendar_id)
        .join(Connection, Connection.id == Calendar.connection_id)
        .where(Connection.company_grant_id == grant_id, PushChannel.state == ChannelState.OPEN)
    )
    return [(key, remote or "", account, email or "") for key, remote, account, email in rows]


def drop_channel(session: Session, public_id: str) -> None:
    """Forget a channel."""
    session.execute(delete(PushChannel).where(PushChannel.public_id == public_id))


def drop_dead_channels(session: Session, now: datetime) -> None:
    """Forget channels that ended, and attempts that are no longer of interest."""
    session.execute(
        delete(PushChannel).where(
            or_(
                PushChannel.expires_at < now,
                (PushChannel.state != ChannelState.OPEN) & (PushChannel.created_at < now - KEEP_FAILED),
            )
        )
    )


def _with_calendar() -> Select[PushChannel]:
    return select(PushChannel).options(joinedload(PushChannel.calendar, innerjoin=True))
