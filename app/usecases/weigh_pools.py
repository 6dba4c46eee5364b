"""Let the shares of pools follow the outcomes of their meetings, where they are set to."""

from dataclasses import dataclass

from app import clock
from app.db import transaction
from app.store.company import load_company
from app.store.configuration.turns import list_weighed_pools, pool_of_row
from app.store.ledger import append_entries, load_ledger
from app.store.pool_outcomes import Weighing, weigh
from app.store.records import add_audit
from app.store.reservations import lock_pool
from calendars.zones import local_day, to_minutes
from routing.entries import EntryKind


@dataclass(frozen=True, slots=True)
class Weighed:
    """A pool that was weighed: what it was weighed by, and how many members have a new weight."""

    pool: str
    weighing: Weighing
    changed: int


def weigh_pools() -> list[Weighed]:
    """Work the weights out anew in every pool whose shares follow outcomes; again at once, nothing changes.

    Each new weight is a row of the ledger with its reason, and what is owed stays owed.
    """
    now = clock.now()
    done = []
    with transaction() as session:
        today = local_day(load_company(session, now.date()).timezone, to_minutes(now))
        for row in list_weighed_pools(session):
            lock_pool(session, row.id)
            ledger = load_ledger(session, row.id, row.name)
            entries, weighing = weigh(session, row.id, pool_of_row(row, today), ledger, today)
            append_entries(session, row.id, ledger, entries)
            changed = sum(entry.kind is EntryKind.REWEIGHTED for entry in entries)
            if changed:
                add_audit(session, "system", "ledger.reweighted", "pool", row.public_id, changed=changed)
            if weighing is not None:
                done.append(Weighed(row.name, weighing, changed))
    return done
