"""The ledgers that take part in one booking."""

from collections.abc import Mapping, Sequence

from app.db import Session
from app.store.company import CompanyView
from app.store.ledger import load_ledger
from routing.assignment import Assignment
from routing.ledger import Ledger


class Ledgers:
    """The ledgers of the pools that take part; later choices of one pool see the turns of earlier ones."""

    def __init__(self, read: Mapping[str, Ledger]) -> None:
        self._now = dict(read)

    @classmethod
    def read(cls, session: Session, company: CompanyView, pools: Sequence[str]) -> "Ledgers":
        """As they stand; the pools are locked."""
        return cls({pool: load_ledger(session, company.pools[pool], pool) for pool in pools})

    def copy(self) -> "Ledgers":
        """For another try."""
        return Ledgers(self._now)

    def of(self, pool: str | None) -> Ledger | None:
        """The ledger of a pool."""
        return self._now.get(pool) if pool else None

    def charge(self, assignment: Assignment, pool: str | None) -> None:
        """Let the choices that follow see this one's turn."""
        if pool in self._now:
            self._now[pool] = self._now[pool].apply_all(assignment.entries)
