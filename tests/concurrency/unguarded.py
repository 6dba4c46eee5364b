"""The application with the guards against double booking taken out; what the control test serves."""

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from app.factory import Surface, create_app
from app.ids import new_id
from app.models import Reservation
from app.usecases import choose_rep, take_people

DROP_GUARDS = "ALTER TABLE reservations DROP CONSTRAINT no_overlap; DROP INDEX uq_ledger_entries_sequence"


def create_unguarded_app() -> Flask:
    """No lock on the pool, none on the rep, and an insert that asks nobody."""
    for module, name in ((choose_rep, "lock_pools"), (take_people, "lock_reps")):
        setattr(module, name, lambda session, keys: None)
    setattr(take_people, "reserve", _just_insert)  # noqa: B010 - the module's own name, not one it exports
    return create_app(surface=Surface.PUBLIC)


def _just_insert(
    session: Session, *, start: datetime, end: datetime, pending_check: bool, **values: Any
) -> Reservation:
    taken = Reservation(public_id=new_id("hold"), during=Range(start, end), **values)
    session.add(taken)
    session.flush()
    return taken
