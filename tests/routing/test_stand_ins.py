"""Who or what takes the place of somebody who is away, and that the record says so."""

from typing import Any

import pytest

from routing.assignment import Assignment, assign, assign_owner
from routing.explanation import explain
from routing.json_values import canonical
from routing.ledger import Ledger
from routing.pool import Pool, WhenOut
from routing.rep import Away, Rep
from routing.roster import Roster
from routing.route import DestinationKind, Route
from routing.router import parse_router, route
from tests.routing.cast import pool, priya

NAMES = {"remy": "Remy", "rosa": "Rosa", "ravi": "Ravi"}


def rep(name: str, cover: str | None = None, *, is_away: bool = False, is_active: bool = True) -> Rep:
    away = Away("time_off", "2026-12-28", cover) if is_away or cover else None
    return Rep(name, is_active=is_active, away=away, skills={"german": 2} if name == "remy" else {})


def asked(*people: Rep, to: dict[str, Any], pools: tuple[Pool, ...] = (), **facts: Any) -> Route:
    roster = Roster(
        reps={each.id: each for each in people},
        pools={each.name: each for each in pools},
        territories={},
        queues=frozenset({"managers", "night"}),
    )
    always = {"field": "email", "op": "exists"}
    document = {
        "name": "inbound",
        "rules": [{"name": "all", "when": always, "action": to, "fallback": [{"pool": "others"}]}],
        "catch_all": [{"queue": "night"}],
    }
    found = route(parse_router(document), 1, priya(**facts), roster)
    assert Route.from_json(found.to_json()) == found
    return found


OWNER = {"owner": True}


def test_an_absent_owner_is_covered_and_stays_the_owner() -> None:
    first = asked(rep("remy", cover="rosa"), rep("rosa"), to=OWNER, **{"account.owner": "remy"}).destinations[
        0
    ]
    assert (first.kind, first.name, first.candidates) == (DestinationKind.OWNER, "remy", ("rosa",))
    assert first.covered == "remy"
    assert [(each.rep, each.code, each.detail["cover"]) for each in first.refused] == [
        ("remy", "away", "rosa")
    ]


def test_a_rep_named_by_a_rule_is_covered_too() -> None:
    first = asked(rep("remy", cover="rosa"), rep("rosa"), to={"rep": "remy"}).destinations[0]
    assert (first.name, first.candidates) == ("remy", ("rosa",))


def test_control_an_owner_who_is_there_needs_no_cover() -> None:
    first = asked(rep("remy"), rep("rosa"), to=OWNER, **{"account.owner": "remy"}).destinations[0]
    assert (first.candidates, first.covered, first.refused) == (("remy",), None, ())


@pytest.mark.parametrize(
    ("people", "found"),
    [
        ((rep("remy", "rosa"), rep("rosa", "ravi"), rep("ravi")), "ravi"),
        ((rep("remy", "rosa"), rep("rosa", "remy")), None),
        ((rep("remy", "remy"),), None),
        ((rep("remy", "rosa"), rep("rosa", is_away=True)), None),
        ((rep("remy", "rosa"), rep("rosa", is_active=False)), None),
        ((rep("remy", "nobody"),), None),
    ],
    ids=["chain", "cycle", "themselves", "cover away", "cover inactive", "unknown"],
)
def test_covers_are_followed_to_somebody_who_is_there(people: tuple[Rep, ...], found: str | None) -> None:
    first = asked(*people, to={"rep": "remy"}).destinations[0]
    assert first.candidates == ((found,) if found else ())
    assert first.refused[0].code in {"away", "inactive"}


def test_the_explanation_says_for_whom() -> None:
    decided = asked(rep("remy", cover="rosa"), rep("rosa"), to={"rep": "remy"})
    done = assign_owner("rosa", slot=(0, 30), refused={}, covers=decided.destinations[0].covered)
    assert done.ranking[0].numbers == {"covers": "remy"}
    said = explain(decided, Assignment.from_json(done.to_json())).sentences(NAMES)
    assert "Rosa got it: they cover for Remy, whose lead it stays." in said[0]


def test_what_a_cover_takes_goes_to_the_account_of_the_absent_one() -> None:
    members = pool(rep("remy"), rep("rosa"), charge_owner=True)
    ledger = Ledger("dach-ae")
    ledger = ledger.apply_all(
        assign(members, slot=(0, 30), candidates=members.by_rep, refused={}, loads={}, ledger=ledger).entries[
            :2
        ]
    )
    done = assign_owner("rosa", slot=(0, 30), refused={}, pool=members, ledger=ledger, covers="remy")
    assert [(row.kind.value, row.rep) for row in done.entries] == [("owner_routed", "remy")]
    assert done.entries[0].amount > 0


def out(policy: WhenOut, *people: Rep, **action: Any) -> Route:
    chosen = people or (rep("remy", is_away=True), rep("rosa", is_away=True))
    mine = pool(*chosen, name="europe", when_everybody_is_out=policy)
    others = pool(rep("ravi"), name="others")
    return asked(*chosen, rep("ravi"), to={"pool": "europe", **action}, pools=(mine, others))


def test_when_everybody_is_out_the_next_destination_is_tried() -> None:
    found = out(WhenOut.FALLBACK).destinations
    assert [(each.name, each.candidates, each.everybody_out) for each in found] == [
        ("europe", (), None),
        ("others", ("ravi",), None),
        ("night", (), None),
    ]


def test_when_everybody_is_out_the_queue_takes_it() -> None:
    found = out(WhenOut.QUEUE)
    assert [(each.kind.value, each.name, each.everybody_out) for each in found.destinations] == [
        ("queue", "managers", "europe")
    ]
    assert "everybody of pool europe who could take it is away" in explain(found, None).sentences()[0]


def test_when_everybody_is_out_the_times_from_their_return_are_offered() -> None:
    found = out(WhenOut.NEXT_DAY_BACK)
    assert found.destinations[0].candidates == ("remy", "rosa")
    assert found.destinations[0].everybody_out == "europe"
    assert "from their return" in explain(found, None).sentences()[0]


def test_everybody_means_all_who_have_what_the_rule_asks_for() -> None:
    people = rep("remy", is_away=True), rep("rosa")
    assert out(WhenOut.QUEUE, *people).destinations[0].candidates == ("rosa",)
    german = out(WhenOut.QUEUE, *people, require_skills={"german": 2})
    assert german.destinations[0].kind is DestinationKind.QUEUE
    assert german.destinations[0].refused[0].code == "away"


def test_nobody_who_has_it_is_not_everybody_out() -> None:
    found = out(WhenOut.QUEUE, require_skills={"welsh": 1}).destinations
    assert found[0].kind is DestinationKind.POOL and found[0].everybody_out is None


def test_inactive_reps_do_not_come_back() -> None:
    people = rep("remy", is_active=False), rep("rosa", is_away=True)
    assert out(WhenOut.NEXT_DAY_BACK, *people).destinations[0].candidates == ("rosa",)


def test_those_who_will_be_back_take_turns_and_leave_the_rotation_again() -> None:
    members = pool(
        rep("remy", is_away=True), rep("rosa", is_away=True), when_everybody_is_out=WhenOut.NEXT_DAY_BACK
    )
    ledger, winners = Ledger("dach-ae"), []
    for _ in range(4):
        done = assign(members, slot=(0, 30), candidates=members.by_rep, refused={}, loads={}, ledger=ledger)
        ledger = ledger.apply_all(done.entries)
        winners.append(done.winner)
    assert winners == ["remy", "rosa"] * 2
    with_ravi = pool(*members.members, rep("ravi"), when_everybody_is_out=WhenOut.NEXT_DAY_BACK)
    done = assign(with_ravi, slot=(0, 30), candidates=with_ravi.by_rep, refused={}, loads={}, ledger=ledger)
    assert done.winner == "ravi"
    assert {row.rep for row in done.entries if row.kind.value == "left"} == {"remy", "rosa"}
    assert {refusal.code for refusal in done.refused} == {"away"}


def test_a_stored_roster_says_nothing_of_covers_that_are_not_there() -> None:
    assert canonical(Away("time_off", "2026-12-28").to_json()) == '{"reason":"time_off","until":"2026-12-28"}'
    assert Away.from_json(Away("time_off", None, "rosa").to_json()).cover == "rosa"
