"""What keeps calls to calendar services in bounds, in one small table that all processes share.

A gate is a service (`google`), one account at it (`google/42`), its sign-in (`google/sign-in`), or one kind of call
(`google/write`). It is shut until an instant, for a reason; a service's gate also holds its bucket of tokens.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import ProviderGate

OUTAGE, MISCONFIGURED, QUOTA, ASKED = "outage", "misconfigured", "quota", "asked"
"""Why a gate is shut: no answer, the installation is refused, a quota is used up, or we were asked to wait."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """At most `size` tokens, `a_second` of which come back."""

    size: float
    a_second: float


def list_gates(session: Session, names: Collection[str]) -> list[ProviderGate]:
    """Those of these gates that have trouble, as they are now."""
    return list(
        session.scalars(
            select(ProviderGate)
            .where(ProviderGate.name.in_(names), ProviderGate.failures > 0)
            .order_by(ProviderGate.name)
            .execution_options(populate_existing=True)
        )
    )


def claim_probe(session: Session, name: str, at: datetime, until: datetime) -> bool:
    """Be the one that tries whether the trouble is over; nobody else is let through before `until`."""
    found = session.execute(
        update(ProviderGate)
        .where(ProviderGate.name == name, ProviderGate.failures > 0, ProviderGate.shut_until <= at)
        .values(shut_until=until)
        .returning(ProviderGate.name)
    )
    return found.first() is not None


def count_failure(session: Session, name: str, reason: str, at: datetime) -> int:
    """Count one more failure in a row; returns how many there are."""
    statement = insert(ProviderGate).values(name=name, failures=1, reason=reason, since=at)
    return session.execute(
        statement.on_conflict_do_update(
            index_elements=[ProviderGate.name],
            set_={
                "failures": ProviderGate.failures + 1,
                "reason": reason,
                "since": func.coalesce(ProviderGate.since, at),
            },
        ).returning(ProviderGate.failures)
    ).scalar_one()


def shut(session: Session, name: str, until: datetime) -> None:
    """Let nobody through before `until`, and never earlier than was said before."""
    session.execute(
        update(ProviderGate)
        .where(ProviderGate.name == name)
        .values(shut_until=func.greatest(func.coalesce(ProviderGate.shut_until, until), until))
    )


def clear_gate(session: Session, name: str) -> str | None:
    """The trouble is over; returns the reason there was."""
    gate = session.scalar(select(ProviderGate).where(ProviderGate.name == name).with_for_update())
    if gate is None or gate.failures == 0:
        return None
    reason = gate.reason
    gate.failures, gate.reason, gate.since, gate.shut_until = 0, None, None, None
    return reason


def clear_accounts(session: Session, service: str, reason: str) -> None:
    """Let every account of a service be tried again that was shut for this reason."""
    session.execute(
        update(ProviderGate)
        .where(ProviderGate.name.startswith(f"{service}/"), ProviderGate.reason == reason)
        .values(failures=0, reason=None, since=None, shut_until=None)
    )


def has_trouble(session: Session, service: str, reason: str) -> bool:
    """Whether any gate of a service has trouble of this kind."""
    query = select(ProviderGate.name).where(
        (ProviderGate.name == service) | ProviderGate.name.startswith(f"{service}/"),
        ProviderGate.reason == reason,
    )
    return session.scalar(query.limit(1)) is not None


def take_tokens(
    session: Session, service: str, bucket: Bucket, cost: float, reserve: float, at: datetime
) -> bool:
    """Take `cost` tokens if `reserve` are left afterwards: what is less urgent leaves more for what is more."""
    elapsed = func.greatest(func.extract("epoch", at - func.coalesce(ProviderGate.filled_at, at)), 0.0)
    now_in = func.least(
        bucket.size, func.coalesce(ProviderGate.tokens, bucket.size) + elapsed * bucket.a_second
    )
    if bucket.size - cost < reserve:
        return False
    statement = insert(ProviderGate).values(name=service, tokens=bucket.size - cost, filled_at=at)
    found = session.execute(
        statement.on_conflict_do_update(
            index_elements=[ProviderGate.name],
            set_={"tokens": now_in - cost, "filled_at": at},
            where=now_in - cost >= reserve,
        ).returning(ProviderGate.tokens)
    )
    return found.first() is not None


def drain(session: Session, service: str, at: datetime) -> None:
    """Empty a bucket: the service says that we are too fast. What is most urgent goes first again."""
    session.execute(update(ProviderGate).where(ProviderGate.name == service).values(tokens=0.0, filled_at=at))
