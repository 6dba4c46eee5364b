"""Pools' ledgers brought to their members, with the locks that bookings take too."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.models import Pool, PoolMember, Rep
from app.store.company_roster import routing_pool, routing_rep
from app.store.configuration.pools import OWN
from app.store.ledger import append_entries, load_ledger
from routing import roster as routing
from routing.ledger import sync_weights


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
        pool = pool_of_row(row, today)
        entries = sync_weights(ledger, pool.weights, max_credit=pool.max_credit)
        append_entries(session, row.id, ledger, entries)


def pool_of_row(row: Pool, today: date) -> routing.Pool:
    """A pool with its members as of a day; an archived one has none."""
    members = () if row.archived_at else tuple(_member(member, today) for member in row.members)
    return routing_pool(row, members)


def _member(row: PoolMember, today: date) -> routing.Member:
    own = {name: getattr(row, name) for name in OWN}
    return routing.Member(routing_rep(row.rep, today), **own)
