"""Pools' ledgers brought to their members, with the locks that bookings take too."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.models import Pool, PoolMember, Rep
from app.store.company import routing_rep
from app.store.ledger import append_entries, load_ledger
from routing.ledger import sync_members
from routing.roster import Member


def lock_pools(session: Session, names: Collection[str]) -> None:
    """Lock pools in the order in which bookings lock them."""
    session.execute(select(Pool.id).where(Pool.name.in_(names)).order_by(Pool.id).with_for_update())


def sync_ledgers(session: Session, names: Collection[str], today: date) -> None:
    """Append the rows that bring each (locked) pool's ledger to its members; an archived pool has none."""
    rows = session.scalars(
        select(Pool)
        .where(Pool.name.in_(names))
        .order_by(Pool.id)
        .options(
            selectinload(Pool.members).joinedload(PoolMember.rep).selectinload(Rep.skills),
            selectinload(Pool.members).joinedload(PoolMember.rep).selectinload(Rep.time_off),
        )
        .execution_options(populate_existing=True)
    )
    for row in rows:
        ledger = load_ledger(session, row.id, row.name)
        members = [] if row.archived_at else [_member(member, today) for member in row.members]
        entries = sync_members(ledger, members, max_credit=row.settings.get("max_credit", 10))
        append_entries(session, row.id, ledger, entries)


def _member(row: PoolMember, today: date) -> Member:
    return Member(routing_rep(row.rep, today), row.weight, row.tier, row.per_day, row.per_week)
