"""Where a pool's shares follow outcomes, weights are rows of its ledger with the numbers they came from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db
from app.models import AuditEntry, Booking, LedgerEntry, LedgerPosition, Outcome, Rep
from app.store.ledger import load_ledger, replay_ledger
from app.store.pages.pools import find_pool
from app.usecases.change_configuration import apply_document
from app.usecases.verify_decision import verify_decision
from app.usecases.weigh_pools import weigh_pools
from tests.fixtures.company import company_document
from tests.usecases.test_pool_rules import ask, book, company, starts


def weights() -> dict[str, int]:
    db.session.expire_all()
    rows = db.session.execute(
        select(Rep.email, LedgerPosition.weight).join(LedgerPosition, LedgerPosition.rep_id == Rep.id)
    )
    return {email.partition("@")[0]: weight for email, weight in rows}


def reasons() -> list[str | None]:
    rows = select(LedgerEntry.reason).where(LedgerEntry.kind == "reweighted").order_by(LedgerEntry.id)
    return list(db.session.scalars(rows))


def is_as_replayed() -> bool:
    pool = find_pool(db.session(), "everybody")
    assert pool is not None
    return load_ledger(db.session(), pool.id, pool.name) == replay_ledger(db.session(), pool.id, pool.name)


def past_meetings(number: int, outcome_of: dict[str, Outcome]) -> None:
    """So many meetings, which have begun, each with what its rep's came to."""
    for each in range(number):
        made = ask(f"p{each}@globex{each}.test")
        booked = book(made, starts(made)[each])
        name = db.session.get_one(Rep, booked.rep_id).email.partition("@")[0]
        booked.starts_at = datetime.now(UTC) - timedelta(days=2, minutes=30 * each)
        booked.ends_at = booked.starts_at + timedelta(minutes=30)
        booked.outcome = outcome_of[name]
        db.session.commit()


def follows_outcomes(**pool: Any) -> dict[str, Any]:
    return company_document(reps=2, performance="held", **pool)


def test_nightly_weighing_gives_more_to_whose_meetings_take_place_with_the_reason(
    fresh_database: str,
) -> None:
    with company(fresh_database, follows_outcomes()):
        assert weights() == {"rep1": 10, "rep2": 10}
        past_meetings(10, {"rep1": Outcome.HELD, "rep2": Outcome.NO_SHOW})
        [weighed] = weigh_pools()
        assert (weighed.pool, weighed.changed) == ("everybody", 2)
        assert weights() == {"rep1": 13, "rep2": 7}
        assert set(reasons()) == {"held 5 of 5, factor 1.3", "held 0 of 5, factor 0.7"}
        assert is_as_replayed()
        assert [each.changed for each in weigh_pools()] == [0], "again, nothing changes"
        assert (
            len(list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "ledger.reweighted"))))
            == 1
        )


def test_bookings_after_a_weighing_keep_its_weights_and_verify(fresh_database: str) -> None:
    with company(fresh_database, follows_outcomes()):
        past_meetings(4, {"rep1": Outcome.HELD, "rep2": Outcome.NO_SHOW})
        weigh_pools()
        before = weights()
        made = ask("priya@globex.test")
        book(made, starts(made)[0])
        assert weights() == before
        assert verify_decision(made["request"]["id"]).to_json() == {"route": "same", "assignment": "same"}


def test_a_pool_that_does_not_ask_for_it_is_left_alone(fresh_database: str) -> None:
    with company(fresh_database, company_document(reps=2)):
        past_meetings(2, {"rep1": Outcome.HELD, "rep2": Outcome.NO_SHOW})
        assert weigh_pools() == []
        assert weights() == {"rep1": 1, "rep2": 1}


def test_switching_it_off_gives_everybody_their_own_weight_again(fresh_database: str) -> None:
    with company(fresh_database, follows_outcomes()):
        past_meetings(4, {"rep1": Outcome.HELD, "rep2": Outcome.NO_SHOW})
        weigh_pools()
        apply_document(company_document(reps=2, performance=None), COMMAND_LINE, "test")
        assert weights() == {"rep1": 1, "rep2": 1}
        assert is_as_replayed()


def test_outcomes_move_a_set_share_between_its_floor_and_its_cap(fresh_database: str) -> None:
    document = follows_outcomes()
    document["pools"][0]["members"] = [
        {"rep": "rep1@acme.test", "percent": "50%", "cap": "55%"},
        {"rep": "rep2@acme.test", "percent": "50%", "floor": "40%"},
    ]
    with company(fresh_database, document):
        past_meetings(8, {"rep1": Outcome.HELD, "rep2": Outcome.NO_SHOW})
        weigh_pools()
        assert weights() == {"rep1": 11, "rep2": 9}


def test_meetings_whose_outcome_nobody_told_do_not_count(fresh_database: str) -> None:
    with company(fresh_database, follows_outcomes()):
        made = ask("priya@globex.test")
        book(made, starts(made)[0])
        [weighed] = weigh_pools()
        assert {record.total for record in weighed.weighing.records.values()} == {0}
        assert db.session.scalars(select(Booking)).one().outcome is None
