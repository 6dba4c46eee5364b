"""Calls counted per window in one small table that all processes share."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import RateCounter


def count_call(session: Session, bucket: str, seconds: int, at: datetime) -> int:
    """Count one call in the window of `seconds` that `at` lies in; returns the calls in it so far."""
    window = int(at.timestamp()) // seconds
    ends = datetime.fromtimestamp((window + 1) * seconds, UTC)
    statement = (
        insert(RateCounter)
        .values(bucket=bucket[:120], window=window, count=1, expires_at=ends + timedelta(seconds=seconds))
        .on_conflict_do_update(
            index_elements=[RateCounter.bucket, RateCounter.window], set_={"count": RateCounter.count + 1}
        )
        .returning(RateCounter.count)
    )
    return session.execute(statement).scalar_one()


def forget_calls(session: Session, bucket: str) -> None:
    """Start a bucket afresh, as after a successful sign-in."""
    session.execute(delete(RateCounter).where(RateCounter.bucket == bucket[:120]))


def remove_expired_counters(session: Session, at: datetime) -> None:
    """Drop counters of windows that are over."""
    session.execute(delete(RateCounter).where(RateCounter.expires_at < at))
