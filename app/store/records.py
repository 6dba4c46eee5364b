"""What is written beside every change: activities, audit rows, answered keys."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import IdempotencyMismatch
from app.models import Activity, AuditEntry, IdempotencyRecord


def add_activity(
    session: Session,
    kind: str,
    *,
    at: datetime,
    actor: str,
    lead_id: int | None = None,
    request_id: int | None = None,
    booking_id: int | None = None,
    rep_id: int | None = None,
    **data: Any,
) -> None:
    """Append one line of what happened. `data` holds ids, numbers and codes, never personal data."""
    session.add(
        Activity(
            kind=kind,
            lead_id=lead_id,
            request_id=request_id,
            booking_id=booking_id,
            rep_id=rep_id,
            actor=actor,
            data=data,
            at=at,
        )
    )


def was_done_since(session: Session, kind: str, request_id: int, since: datetime) -> bool:
    """Whether this happened to a request since an instant."""
    found = session.scalar(
        select(Activity.id)
        .where(Activity.request_id == request_id, Activity.kind == kind, Activity.at > since)
        .limit(1)
    )
    return found is not None


def add_audit(
    session: Session, actor: str, action: str, object_kind: str, object_id: str, **detail: Any
) -> None:
    """Append who changed what."""
    session.add(
        AuditEntry(actor=actor, action=action, object_kind=object_kind, object_id=object_id, detail=detail)
    )


def find_answer(session: Session, scope: str, key: str, body: Any) -> str | None:
    """The id of what this key made before. Raises IdempotencyMismatch when it came with another body."""
    record = session.scalar(
        select(IdempotencyRecord).where(IdempotencyRecord.scope == scope, IdempotencyRecord.key == key)
    )
    if record is None:
        return None
    if record.body_hash != _hash(body):
        raise IdempotencyMismatch
    return record.result


def keep_answer(session: Session, scope: str, key: str, body: Any, result: str) -> None:
    """Remember what this key made; a second writer of the same key fails on the primary key."""
    session.add(IdempotencyRecord(scope=scope, key=key, body_hash=_hash(body), result=result))
    session.flush()


def _hash(body: Any) -> bytes:
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).digest()
