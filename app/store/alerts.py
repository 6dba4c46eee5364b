"""Alerts: what needs an operator's eye, one row for each trouble, however often it is seen.

Whoever notices a trouble calls `raise_alert` in any transaction, as often as it likes, and `settle_alert` when it sees
that the trouble is over. The rest follows by itself: one mail, the banners, `scheduler doctor`, the metrics.

    raise_alert(session, AlertKind.COMPANY_GRANT, "google", at=clock.now(), reason=str(error))
    settle_alert(session, AlertKind.COMPANY_GRANT, "google", at=clock.now())

A kind needs its value in `AlertKind` (and the migration's check), and its words in `app.usecases.describe_alert`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import Alert, AlertKind

SAME_TROUBLE = timedelta(hours=1)
"""What comes back within this after it seemed over is the same trouble, which people were told of."""
KEEP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble of a kind that is found by looking: its subject, what it is about, and the latest error."""

    subject: str
    reason: str = ""
    rep_id: int | None = None
    calendar_id: int | None = None
    booking_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def raise_alert(
    session: Session,
    kind: AlertKind,
    subject: str,
    *,
    at: datetime,
    reason: str = "",
    **about: Any,
) -> None:
    """Note a trouble, or that it is still there. `subject` tells troubles of one kind apart: a service, a calendar's
    public id, a booking's. `reason` is an error's words, which must hold nothing secret. `about`: `rep_id`,
    `calendar_id`, `booking_id`, `detail` (codes and numbers)."""
    put_trouble(session, kind, Trouble(subject, reason[:500], **about), at, seen=1)


def put_trouble(session: Session, kind: AlertKind, trouble: Trouble, at: datetime, *, seen: int = 0) -> None:
    """Keep a trouble that was seen `seen` more times; one that was over for long begins afresh."""
    values = {
        "reason": trouble.reason,
        "detail": trouble.detail,
        "rep_id": trouble.rep_id,
        "calendar_id": trouble.calendar_id,
        "booking_id": trouble.booking_id,
        "last_seen_at": at,
    }
    is_same = or_(Alert.settled_at.is_(None), Alert.settled_at > at - SAME_TROUBLE)
    statement = insert(Alert).values(
        public_id=new_id("alr"), kind=kind, subject=trouble.subject[:200], first_seen_at=at, **values
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Alert.kind, Alert.subject],
            set_={
                **values,
                "settled_at": None,
                "count": case((is_same, Alert.count + seen), else_=1),
                "first_seen_at": case((is_same, Alert.first_seen_at), else_=at),
                "mailed_at": case((is_same, Alert.mailed_at), else_=null()),
                "acknowledged_at": case((is_same, Alert.acknowledged_at), else_=null()),
                "acknowledged_by": case((is_same, Alert.acknowledged_by), else_=null()),
            },
        )
    )


def settle_alert(session: Session, kind: AlertKind, subject: str, *, at: datetime) -> bool:
    """Note that a trouble is over; whether there was one."""
    found = session.execute(
        update(Alert)
        .where(Alert.kind == kind, Alert.subject == subject, Alert.settled_at.is_(None))
        .values(settled_at=at)
        .returning(Alert.id)
    )
    return found.first() is not None


def keep_only(session: Session, kind: AlertKind, troubles: Collection[Trouble], at: datetime) -> None:
    """Bring a kind that is found by looking to what was found: these are there, all others are over."""
    for trouble in troubles:
        put_trouble(session, kind, trouble, at)
    there = [trouble.subject[:200] for trouble in troubles]
    session.execute(
        update(Alert)
        .where(Alert.kind == kind, Alert.settled_at.is_(None), Alert.subject.not_in(there))
        .values(settled_at=at)
    )


def list_open_alerts(session: Session, limit: int = 200) -> Sequence[Alert]:
    """Troubles that are not over: those that nobody has acknowledged first, then the oldest."""
    return session.scalars(
        select(Alert)
        .where(Alert.settled_at.is_(None))
        .order_by(Alert.acknowledged_at.is_not(None), Alert.first_seen_at, Alert.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()


def list_settled_alerts(session: Session, limit: int = 50) -> Sequence[Alert]:
    """Troubles that are over, the latest first."""
    return session.scalars(
        select(Alert).where(Alert.settled_at.is_not(None)).order_by(Alert.settled_at.desc()).limit(limit)
    ).all()


def is_open(session: Session, kind: AlertKind, subject: str) -> bool:
    """Whether this trouble is there now."""
    query = select(Alert.id).where(Alert.kind == kind, Alert.subject == subject, Alert.settled_at.is_(None))
    return session.scalar(query) is not None


def find_alert(session: Session, public_id: str) -> Alert | None:
    """One alert."""
    return session.scalar(select(Alert).where(Alert.public_id == public_id).with_for_update())


def take_unmailed(session: Session, patience: dict[AlertKind, timedelta], at: datetime) -> Sequence[Alert]:
    """Troubles that last longer than their kind is given to pass, and that nobody was told of; each once."""
    lasted = or_(
        *(and_(Alert.kind == kind, Alert.first_seen_at <= at - wait) for kind, wait in patience.items())
    )
    rows = session.scalars(
        select(Alert)
        .where(Alert.settled_at.is_(None), Alert.mailed_at.is_(None), Alert.acknowledged_at.is_(None), lasted)
        .order_by(Alert.first_seen_at, Alert.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.mailed_at = at
    session.flush()
    return rows


def list_alerts_by_key(session: Session, keys: Collection[int]) -> Sequence[Alert]:
    """Those of these that are not over, the oldest first."""
    return session.scalars(
        select(Alert)
        .where(Alert.id.in_(keys), Alert.settled_at.is_(None))
        .order_by(Alert.first_seen_at, Alert.id)
    ).all()


def count_open_alerts(session: Session) -> dict[str, int]:
    """How many troubles of each kind there are."""
    rows = session.execute(
        select(Alert.kind, func.count()).where(Alert.settled_at.is_(None)).group_by(Alert.kind)
    )
    return {kind.value: count for kind, count in rows}


def drop_old_alerts(session: Session, at: datetime) -> None:
    """Forget troubles that were over a month ago."""
    session.execute(delete(Alert).where(Alert.settled_at < at - KEEP))
