"""Who had a request and gave it on."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Handover, HandoverKind, Rep


def add_handover(
    session: Session,
    *,
    request_id: int,
    booking_id: int,
    rep_id: int,
    kind: HandoverKind,
    reason: str,
    actor: str,
    taken_by: int | None = None,
) -> None:
    """Note that a rep no longer wants a request, or is no longer to have it; `taken_by`: who has it from now on."""
    session.add(
        Handover(
            request_id=request_id,
            booking_id=booking_id,
            rep_id=rep_id,
            kind=kind,
            reason=reason,
            actor=actor,
            taken_by=taken_by,
        )
    )
    session.flush()


def who_had_it(session: Session, request_id: int) -> set[str]:
    """Public ids of everybody who gave the request on."""
    rows = session.scalars(
        select(Rep.public_id)
        .join(Handover, Handover.rep_id == Rep.id)
        .where(Handover.request_id == request_id)
    )
    return set(rows)


def has_open_skip(session: Session, request_id: int, rep_id: int) -> bool:
    """Whether a rep skipped the request and still has it, because nobody has taken it yet."""
    found = session.scalar(
        select(Handover.id)
        .where(
            Handover.request_id == request_id,
            Handover.rep_id == rep_id,
            Handover.kind == HandoverKind.SKIPPED,
            Handover.taken_by.is_(None),
        )
        .limit(1)
    )
    return found is not None


def settle_handovers(session: Session, request_id: int, taken_by: int) -> None:
    """Somebody has it now: nobody waits for that any more."""
    session.execute(
        update(Handover)
        .where(Handover.request_id == request_id, Handover.taken_by.is_(None))
        .values(taken_by=taken_by)
    )


def forget_open_skips(session: Session, request_id: int, rep_id: int) -> None:
    """The rep keeps it after all."""
    rows = session.scalars(
        select(Handover).where(
            Handover.request_id == request_id, Handover.rep_id == rep_id, Handover.taken_by.is_(None)
        )
    )
    for row in rows:
        session.delete(row)
    session.flush()


def list_handovers(session: Session, request_ids: Sequence[int]) -> Sequence[Handover]:
    """What happened to these requests, the oldest first."""
    return session.scalars(
        select(Handover).where(Handover.request_id.in_(request_ids)).order_by(Handover.id)
    ).all()
