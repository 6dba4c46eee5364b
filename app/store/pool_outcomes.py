"""What became of the meetings a pool gave its members, and the weights that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models import AssignmentRecord, Booking, BookingState, Outcome, Rep
from routing.ledger import Entry, Ledger, sync_weights
from routing.performance import Record, factors, reason
from routing.roster import Pool

OUTCOME_PERIOD = timedelta(days=90)
_GOOD = (Outcome.HELD, Outcome.DONE)


@dataclass(frozen=True, slots=True)
class Weighing:
    """What each member's meetings came to, and the factor (in tenths) that follows; by rep, the present members."""

    records: Mapping[str, Record]
    tenths: Mapping[str, int]

    @classmethod
    def of(cls, session: Session, pool_id: int, pool: Pool, today: date) -> "Weighing":
        """Looks at ninety days back from a day."""
        found = records_of(session, pool_id, today)
        records = {rep.id: found.get(rep.id, Record()) for rep in pool.present}
        return cls(records, factors(records))


def records_of(session: Session, pool_id: int, today: date) -> dict[str, Record]:
    """By rep: the meetings this pool gave them that began in the last ninety days and have an outcome. Good are those
    that took place or were settled in another way."""
    since = datetime.combine(today - OUTCOME_PERIOD, time(), UTC)
    rows = session.execute(
        select(Rep.public_id, func.sum(case((Booking.outcome.in_(_GOOD), 1), else_=0)), func.count())
        .join(Booking, Booking.rep_id == Rep.id)
        .join(AssignmentRecord, AssignmentRecord.id == Booking.assignment_id)
        .where(
            AssignmentRecord.pool_id == pool_id,
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at >= since,
            Booking.outcome.is_not(None),
        )
        .group_by(Rep.public_id)
    )
    return {rep: Record(int(good), total) for rep, good, total in rows}


def weigh(
    session: Session, pool_id: int, pool: Pool, ledger: Ledger, today: date
) -> tuple[tuple[Entry, ...], Weighing | None]:
    """The rows that bring a pool's ledger to its members, with the weights that outcomes give them where the pool's
    shares follow those."""
    if pool.performance is None:
        return sync_weights(ledger, pool.weights, max_credit=pool.max_credit), None
    weighing = Weighing.of(session, pool_id, pool, today)
    weights = pool.weights_of(weighing.records, weighing.tenths)
    reasons = {rep: reason(record, weighing.tenths[rep]) for rep, record in weighing.records.items()}
    return sync_weights(ledger, weights, max_credit=pool.max_credit, reasons=reasons), weighing
