"""Past requests under other rules: the same rules decide the same, and others say what they would change."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from app.actor import COMMAND_LINE
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotFound
from app.models import Booking, BookingState, Rep, ReplayState, Request, RequestFacts
from app.store import past_decisions
from app.store.replays import ReplayView, find_replay_view, read_rows
from app.usecases import run_replay as run_replay_module
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import change_configuration
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.replay_words import changes_csv
from app.usecases.run_replay import run_replay
from app.usecases.save_router_draft import save_router_draft
from app.usecases.start_replay import ReplayOrder, cancel_replay, start_replay
from app.usecases.submit_request import submit_request
from tests.fixtures.company import ZONE, application_over, company_document, first_starts
from tests.fixtures.meeting_of_several import SECONDARY, several_document

GERMANY = {"name": "germany", "when": {"field": "country", "op": "eq", "value": "DE"}}
EVERYBODY = [{"pool": "everybody"}, {"queue": "desk"}]


def rules(action: dict[str, Any]) -> dict[str, Any]:
    return {"rules": [{**GERMANY, "action": action}], "catch_all": EVERYBODY}


def two_pools() -> dict[str, Any]:
    document = company_document(reps=3)
    members = [{"rep": f"rep{number}@acme.test"} for number in (2, 3)]
    document["pools"].append({"name": "germans", "queue": "desk", "members": members})
    document["routers"] = [{"name": "inbound", **rules({"pool": "germans"})}]
    return document


@pytest.fixture
def past(fresh_database: str) -> Iterator[None]:
    """Twelve requests from three countries; nine met somebody, and two called it off."""
    with application_over(fresh_database, two_pools()):
        for number in range(12):
            country = ("Germany", "France", "Peru")[number % 3]
            made = submit_request(
                "demo",
                Submission({"email": f"p{number}@globex{number}.test", "country": country}, ZONE, "en"),
            )
            if number % 4 < 3:
                start = first_starts(made)[number]
                booking = book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(start)))
                if number in {1, 6}:
                    cancel_meeting(booking, by="prospect")
        yield


def replay(wanted: str = "published", **order: Any) -> ReplayView:
    made = start_replay(ReplayOrder("inbound", wanted, **order), COMMAND_LINE)
    run_replay(made)
    view = find_replay_view(db.session(), made)
    assert view is not None
    return view


def draft(action: dict[str, Any]) -> None:
    save_router_draft("inbound", rules(action), COMMAND_LINE)


def result_of(view: ReplayView) -> dict[str, Any]:
    assert view.state is ReplayState.DONE, view.problem
    return dict(view.result or {})


def rows_of(view: ReplayView) -> list[dict[str, Any]]:
    return list(read_rows(db.session(), view.key))


@pytest.mark.parametrize("portion", [2, 500])
def test_the_same_rules_decide_every_request_identically(
    past: None, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_decisions, "PORTION", portion)
    view = replay()
    result = result_of(view)
    assert result["changes"] == {"identical": 12, "same_place": 0, "moved": 0}
    assert result["turns"]["bases"] == {"identical": 9}
    assert result["turns"]["before"] == result["turns"]["after"]
    assert rows_of(view) == []


def test_it_stays_identical_when_pools_and_people_have_changed_since(past: None) -> None:
    change_configuration(
        {"pools": {"germans": {"queue": "desk", "members": [{"rep": "rep1@acme.test", "weight": 5}]}}},
        COMMAND_LINE,
        "test",
    )
    result = result_of(replay())
    assert result["changes"]["identical"] == 12
    assert result["turns"]["bases"] == {"identical": 9}


def test_meetings_that_were_given_on_come_out_identical_and_named_ones_stay(past: None) -> None:
    bookings = db.session.scalars(
        select(Booking).where(Booking.state == BookingState.CONFIRMED).order_by(Booking.id)
    ).all()
    names = [booking.public_id for booking in bookings]
    reps = [rep.public_id for rep in db.session.scalars(select(Rep).order_by(Rep.id))]
    reassign_meeting(names[1], "is ill", COMMAND_LINE)
    other = next(rep for rep in reps if rep != rep_of(names[3]))
    reassign_meeting(names[3], "knows them", COMMAND_LINE, rep=other)
    for number in range(20, 23):
        made = submit_request("demo", Submission({"email": f"p{number}@hooli{number}.test"}, ZONE, "en"))
        start = first_starts(made)[number]
        book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(start)))
    result = result_of(replay())
    assert result["turns"]["bases"] == {"identical": 13, "by_hand": 1}
    assert result["turns"]["other_rep"] == 0


def rep_of(booking: str) -> str:
    found = db.session.scalars(select(Booking).where(Booking.public_id == booking)).one()
    return found.rep.public_id


def test_other_rules_say_who_would_move_and_where(past: None) -> None:
    draft({"queue": "desk"})
    view = replay("draft")
    result = result_of(view)
    assert result["changes"] == {"identical": 8, "same_place": 0, "moved": 4}
    assert result["moves"] == [{"from": "pool:germans", "to": "queue:desk", "requests": 4}]
    assert result["turns"]["bases"]["no_meeting"] == 3
    assert {row["rule_before"] for row in rows_of(view)} == {"germany"}
    assert result["after"]["verdicts"]["needs_review"] == 4


def test_a_rule_that_only_changes_its_name_moves_nobody(past: None) -> None:
    document = rules({"pool": "germans"})
    document["rules"][0]["name"] = "DACH"
    save_router_draft("inbound", document, COMMAND_LINE)
    result = result_of(replay("draft"))
    assert result["changes"] == {"identical": 8, "same_place": 4, "moved": 0}
    assert result["turns"]["bases"] == {"identical": 9}


def test_turns_in_the_other_pool_follow_its_own_history(past: None) -> None:
    draft({"pool": "everybody"})
    result = result_of(replay("draft"))
    assert result["turns"]["bases"]["by_turn"] == 3
    after = result["turns"]["after"]
    assert sum(after.values()) == 9
    assert max(after.values()) - min(after.values()) <= 1, "nine turns among three, with no one free or busy"


def test_a_pool_that_did_not_exist_then_is_looked_at_as_it_is_today(past: None) -> None:
    new = {"queue": "desk", "members": [{"rep": "rep1@acme.test"}]}
    change_configuration({"pools": {"newcomers": new}}, COMMAND_LINE, "test")
    draft({"pool": "newcomers"})
    result = result_of(replay("draft"))
    assert result["lent"] == ["pool:newcomers"]
    assert result["after"]["places"]["pool:newcomers"] == 4


def test_erased_requests_are_counted_and_left_out(past: None) -> None:
    with transaction() as session:
        first = session.scalars(select(Request.id).order_by(Request.id).limit(3)).all()
        session.execute(delete(RequestFacts).where(RequestFacts.request_id.in_(first)))
    result = result_of(replay())
    assert result["skipped"] == {"erased": 3}
    assert result["changes"]["identical"] == 9
    assert set(result["turns"]["bases"]) == {"identical"}, "the turns they took stand as they were"


def test_uncovered_requests_are_counted_on_both_sides(past: None) -> None:
    save_router_draft("inbound", {"rules": [], "catch_all": EVERYBODY}, COMMAND_LINE)
    result = result_of(replay("draft"))
    assert result["before"]["reached"] == {"unmatched": 8, "action": 4}
    assert result["after"]["reached"] == {"unmatched": 12}
    germany = next(row for row in result["segments"]["country"] if row["value"] == "DE")
    assert (germany["uncovered_before"], germany["uncovered_after"]) == (0, 4)


def test_only_the_period_asked_for_is_replayed(past: None) -> None:
    with transaction() as session:
        session.execute(
            text("UPDATE requests SET created_at = created_at - interval '40 days' WHERE id <= 5")
        )
    assert result_of(replay(since="30d"))["requests"] == 7
    assert result_of(replay(since="60d"))["requests"] == 12


def test_a_long_past_is_cut_and_the_result_says_where(past: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_replay_module, "MOST_REQUESTS", 5)
    result = result_of(replay())
    assert result["requests"] == 5
    assert result["cut"]["by"] == "count"
    monkeypatch.setattr(run_replay_module, "LONGEST", timedelta(0))
    result = result_of(replay())
    assert (result["requests"], result["cut"]["by"]) == (0, "time")


def test_a_replay_that_was_cancelled_stays_so(past: None) -> None:
    made = start_replay(ReplayOrder("inbound", "published"), COMMAND_LINE)
    cancel_replay(made, COMMAND_LINE)
    run_replay(made)
    view = find_replay_view(db.session(), made)
    assert view is not None
    assert (view.state, view.result) == (ReplayState.CANCELLED, None)
    with pytest.raises(Conflict):
        cancel_replay(made, COMMAND_LINE)


def test_cancelling_stops_one_that_runs(past: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_decisions, "PORTION", 2)
    made = start_replay(ReplayOrder("inbound", "published"), COMMAND_LINE)
    seen: list[int] = []

    def stop(done: int, total: int) -> None:
        seen.append(done)
        if done == 4:
            cancel_replay(made, COMMAND_LINE)

    run_replay(made, stop)
    assert seen == [2, 4]


def test_running_it_again_after_a_crash_starts_over(past: None) -> None:
    draft({"queue": "desk"})
    made = start_replay(ReplayOrder("inbound", "draft"), COMMAND_LINE)
    with transaction() as session:
        session.execute(text("UPDATE replays SET state = 'running', done = 7"))
    run_replay(made)
    view = find_replay_view(db.session(), made)
    assert view is not None
    assert result_of(view)["changes"]["moved"] == 4
    assert len(rows_of(view)) == 4


def test_what_cannot_be_replayed_is_refused(past: None) -> None:
    for order, refusal in (
        (ReplayOrder("nowhere"), NotFound),
        (ReplayOrder("inbound", "draft"), NotFound),
        (ReplayOrder("inbound", "7"), NotFound),
        (ReplayOrder("inbound", "published", since="yesterday"), Invalid),
        (ReplayOrder("inbound", "published", since="2d", until="3d"), Invalid),
        (ReplayOrder("inbound", "published", since="9999d"), Invalid),
    ):
        with pytest.raises(refusal):
            start_replay(order, COMMAND_LINE)
    save_router_draft("inbound", rules({"pool": "nowhere"}), COMMAND_LINE)
    with pytest.raises(Invalid):
        start_replay(ReplayOrder("inbound", "draft"), COMMAND_LINE)


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    row = {"request": "req_1", "created_at": datetime.fromisoformat("2026-06-01T00:00:00+00:00")}
    places = {"from": "pool:a", "to": "message:x", "rule_before": "=1+1", "rule_after": "@cmd"}
    assert ",'=1+1,'@cmd," in changes_csv([{**row, **places}], {})


def test_nothing_of_a_replay_holds_what_a_lead_typed(past: None) -> None:
    draft({"queue": "desk"})
    view = replay("draft")
    assert db.session.scalars(select(Booking.id)).all()
    assert "globex" not in str(rows_of(view)) + str(view.result)


def test_meetings_of_several_people_come_out_identical(fresh_database: str) -> None:
    pair = {"seniors": ["remy", "rosa"], "juniors": ["jo", "jin"]}
    with application_over(fresh_database, several_document(pair, [SECONDARY])):
        for number in range(5):
            made = submit_request("demo", Submission({"email": f"p{number}@hooli{number}.test"}, ZONE, "en"))
            booking = book_meeting(
                made["request"]["id"], BookingOrder(datetime.fromisoformat(first_starts(made)[number * 2]))
            )
            if number == 2:
                cancel_meeting(booking, by="prospect")
        result = result_of(replay())
        assert result["turns"]["bases"] == {"identical": 5}
        assert result["changes"]["identical"] == 5
