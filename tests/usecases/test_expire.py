"""What time has overtaken is tidied up, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.models import (
    Activity,
    OAuthState,
    Provider,
    RateCounter,
    Reservation,
    ReservationState,
    UserSession,
)
from app.queue import defer
from app.usecases.expire import expire
from app.usecases.hold_slot import hold_slot
from tests.fixtures.outside import ROBIN, Outside, jobs, rep_of, sign_in

pytestmark = pytest.mark.parametrize("reps", [(ROBIN,)], indirect=True)


def states() -> list[ReservationState]:
    db.session.rollback()
    return list(db.session.scalars(select(Reservation.state).order_by(Reservation.id)))


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_holds_end_and_are_forgotten_a_day_later_while_meetings_stay(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.book()
    request, starts = outside.ask("other@globex.test")
    hold_slot(request, datetime.fromisoformat(starts[9]))
    version = rep_of(ROBIN).time_version
    expire()
    assert states() == [ReservationState.CONFIRMED, ReservationState.HELD]
    now = datetime.now(UTC)
    monkeypatch.setattr(clock, "_replacement", lambda: now + timedelta(minutes=11))
    expire()
    assert states() == [ReservationState.CONFIRMED, ReservationState.RELEASED]
    assert rep_of(ROBIN).time_version > version, "their times are computed anew"
    monkeypatch.setattr(clock, "_replacement", lambda: now + timedelta(days=2))
    expire()
    assert states() == [ReservationState.CONFIRMED]


def test_sessions_states_counters_and_done_jobs_go_when_their_time_is_over(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, now = sign_in(ROBIN), datetime.now(UTC)
    with transaction() as session:
        soon = now + timedelta(minutes=5)
        session.add(RateCounter(bucket="b", window=1, count=1, expires_at=soon))
        session.add(
            OAuthState(
                state_hash=b"s",
                provider=Provider.GOOGLE,
                rep_id=rep_of(ROBIN).id,
                session_id=session_id,
                secret=b"x",
                created_at=now,
                expires_at=soon,
            )
        )
        defer(session, "expire", timestamp=0)
    outside.work()
    expire()
    assert [count(model) for model in (RateCounter, OAuthState, UserSession)] == [1, 1, 1]
    assert any(job["status"] == "succeeded" for job in jobs())
    monkeypatch.setattr(clock, "_replacement", lambda: now + timedelta(days=3))
    expire()
    assert [count(model) for model in (RateCounter, OAuthState, UserSession)] == [0, 0, 0]
    assert not any(job["status"] == "succeeded" for job in jobs())


def test_a_request_that_took_no_time_is_noted_as_abandoned_once(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.ask("gone@globex.test")
    outside.book("booked@globex.test")
    now = datetime.now(UTC)
    monkeypatch.setattr(clock, "_replacement", lambda: now + timedelta(hours=3))
    expire()
    expire()
    db.session.rollback()
    noted = select(Activity.kind).where(Activity.kind == "request.abandoned")
    assert db.session.scalars(noted).all() == ["request.abandoned"]
