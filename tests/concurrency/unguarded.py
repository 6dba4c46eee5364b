"""The application with the guards against double booking taken out; what the control test serves."""

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from app.factory import Surface, create_app
from app.ids import new_id
from app.models import Reservation
from app.usecases import choose_rep

DROP_GUARDS = "ALTER TABLE reservations DROP CONSTRAINT no_overlap; DROP INDEX uq_ledger_entries_sequence"


def create_unguarded_app() -> Flask:
    """No lock on the pool, none on the rep, and an insert that asks nobody."""
    for name in ("lock_pool", "lock_rep"):
        setattr(choose_rep, name, lambda session, key: None)
    choose_rep.reserve = _just_insert  # type: ignore[assignment]
    return create_app(surface=Surface.PUBLIC)


def _just_insert(
    session: Session, *, start: datetime, end: datetime, pending_check: bool, **values: Any
) -> Reservation:
    taken = Reservation(public_id=new_id("hold"), during=Range(start, end), **values)
    session.add(taken)
    session.flush()
    return taken
