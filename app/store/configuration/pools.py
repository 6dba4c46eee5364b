"""Pools and their members."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from app.ids import new_id
from app.models import Pool, PoolMember, Queue, Rep
from app.store.configuration.writer import Writer
from app.store.credits import CREDIT_FOR, PER_MONTH
from routing.member import MEMBER_SETTINGS
from routing.pool import DEFAULT_MAX_AHEAD, WhenOut

SETTINGS: dict[str, Any] = {
    "max_credit": 10,
    "charge_owner": False,
    "max_utilization": None,
    "credit_for": list(CREDIT_FOR),
    "credits_per_month": PER_MONTH,
    "reset": "never",
    "max_ahead": DEFAULT_MAX_AHEAD,
    "when_everybody_is_out": WhenOut.FALLBACK.value,
    "performance": None,
}
"""What is kept in the settings column, with what holds when nothing was said."""


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By name, members in their order."""
    rows = session.scalars(
        select(Pool)
        .where(Pool.archived_at.is_(None))
        .options(joinedload(Pool.queue), selectinload(Pool.members).joinedload(PoolMember.rep))
        .order_by(Pool.id)
    )
    return {row.name: _item(row) for row in rows}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Members are matched by their rep; the ledger is brought along by the caller."""
    row = session.scalar(select(Pool).where(Pool.name == key))
    if row is None:
        row = Pool(public_id=new_id("pool"), name=key, settings={})
    row.offering, row.distribution = item["offering"], item["distribution"]
    row.queue = session.scalars(select(Queue).where(Queue.name == item["queue"])).one()
    row.settings = {**row.settings, **{name: item[name] for name in SETTINGS}}
    row.archived_at = None
    _write_members(session, row, item["members"])
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """Its history stays."""
    session.execute(update(Pool).where(Pool.name == key).values(archived_at=at))


def _item(row: Pool) -> dict[str, Any]:
    return {
        "name": row.name,
        "offering": row.offering,
        "distribution": row.distribution,
        "members": [_member(member) for member in row.members],
        "queue": row.queue.name,
        **{name: row.settings.get(name, default) for name, default in SETTINGS.items()},
    }


def _member(member: PoolMember) -> dict[str, Any]:
    return {"rep": member.rep.email} | {name: getattr(member, name) for name in MEMBER_SETTINGS}


def _write_members(session: Session, row: Pool, members: list[dict[str, Any]]) -> None:
    emails = {member["rep"] for member in members}
    reps = {rep.email: rep for rep in session.scalars(select(Rep).where(Rep.email.in_(emails)))}
    kept = {member.rep_id: member for member in row.members}
    found = []
    for position, data in enumerate(members):
        rep = reps[data["rep"]]
        member = kept.get(rep.id) or PoolMember(rep_id=rep.id)
        member.position = position
        for name in MEMBER_SETTINGS:
            setattr(member, name, data[name])
        found.append(member)
    row.members = found
