"""Pools' ledgers brought to their members, with the locks that bookings take too."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Pool, PoolMember, Rep
from app.store.company_roster import routing_pool, routing_rep
from app.store.ledger import append_entries, load_ledger
from app.store.pool_outcomes import weigh
from routing import roster as routing
from routing.member import MEMBER_SETTINGS


def lock_pools(session: Session, names: Collection[str]) -> None:
    """Lock pools in the order in which bookings lock them."""
    session.execute(select(Pool.id).where(Pool.name.in_(names)).order_by(Pool.id).with_for_update())


def sync_ledgers(session: Session, names: Collection[str], today: date) -> None:
    """Append the rows that bring each (locked) pool's ledger to its members; an archived pool has none."""
    for row in session.scalars(_with_members().where(Pool.name.in_(names)).order_by(Pool.id)):
        ledger = load_ledger(session, row.id, row.name)
        pool = pool_of_row(row, today)
        entries, _ = weigh(session, row.id, pool, ledger, today)
        append_entries(session, row.id, ledger, entries)


def list_weighed_pools(session: Session) -> Sequence[Pool]:
    """The pools in use whose shares follow outcomes."""
    follows = Pool.settings["performance"].astext.is_not(None)
    return session.scalars(_with_members().where(follows, Pool.archived_at.is_(None)).order_by(Pool.id)).all()


def _with_members() -> Select[Pool]:
    return (
        select(Pool)
        .options(
            selectinload(Pool.members).joinedload(PoolMember.rep).selectinload(Rep.skills),
            selectinload(Pool.members).joinedload(PoolMember.rep).selectinload(Rep.time_off),
            joinedload(Pool.queue),
        )
        .execution_options(populate_existing=True)
    )


def pool_of_row(row: Pool, today: date) -> routing.Pool:
    """A pool with its members as of a day; an archived one has none."""
    members = () if row.archived_at else tuple(_member(member, today) for member in row.members)
    return routing_pool(row, members)


def _member(row: PoolMember, today: date) -> routing.Member:
    own = {name: getattr(row, name) for name in MEMBER_SETTINGS}
    return routing.Member(routing_rep(row.rep, today), **own)
