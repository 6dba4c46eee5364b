"""What is said to have changed a decision does change it."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.flips import Flip, Inputs, find_flips, find_rule_flip
from routing.ledger import Ledger
from routing.load import Load
from routing.refusal import Refusal
from routing.roster import Distribution, Member, Pool
from routing.router import route
from routing.summary import flip_sentences, for_the_prospect, passed_over, why_them
from tests.routing.cast import RAVI, REMY, RENEE, ROSA, inbound, pool, priya, roster

NAMES = {"remy": "Remy", "rosa": "Rosa", "ravi": "Ravi", "renee": "Renee", "robin": "Robin", "ruth": "Ruth"}
PEOPLE = (REMY, ROSA, RAVI, RENEE)


def inputs(members: Pool, **values: Any) -> Inputs:
    known: dict[str, Any] = {
        "pool": members,
        "slot": (0, 30),
        "candidates": tuple(members.by_rep),
        "refused": {},
        "loads": {},
        "ledger": Ledger(members.name),
    }
    return Inputs(**{**known, **values})


def test_a_cap_of_one_more_is_named_when_that_was_what_kept_somebody() -> None:
    given_ = inputs(pool(Member(REMY, per_day=3), ROSA), loads={"remy": Load(on_day=3)})
    made = given_.run()
    flips = find_flips(given_, made)
    assert flips[0] == Flip("with_daily_cap", "remy", {"cap": 4, "field": "per_day"})
    assert passed_over(route(inbound(), 1, priya(), roster()), made, NAMES, flips) == (
        "Passed over: Remy has reached the cap for that day (3 a day) and would have got it with a cap of 4; "
        "Robin is away (parental leave) until 2026-12-01."
    )


def test_a_cap_that_another_cap_stands_behind_is_not_named() -> None:
    member = Member(REMY, per_day=3, per_week=3)
    given_ = inputs(pool(member, ROSA), loads={"remy": Load(on_day=3, in_week=3)})
    assert [flip.code for flip in find_flips(given_, given_.run())] == []


def test_who_would_have_got_it_without_the_winner_is_found_by_running_it_without_them() -> None:
    given_ = inputs(pool(REMY, ROSA, RAVI))
    flips = find_flips(given_, given_.run())
    winner = given_.run().winner
    assert [flip.code for flip in flips] == ["without_winner"]
    assert flips[0].rep != winner
    assert flip_sentences(flips, NAMES)[0].startswith(f"Had {NAMES[winner or '']} not been free")


def test_a_tier_that_decided_is_named_only_if_it_decided() -> None:
    given_ = inputs(pool(Member(REMY, tier=2), Member(ROSA, tier=1)))
    flips = find_flips(given_, given_.run())
    assert ("same_tier", "remy") in {(flip.code, flip.rep) for flip in flips}
    other = inputs(pool(Member(REMY, tier=1), Member(ROSA, tier=2)))
    assert "same_tier" not in {flip.code for flip in find_flips(other, other.run())}


def test_nothing_is_claimed_of_a_decision_that_the_inputs_do_not_give() -> None:
    given_ = inputs(pool(REMY, ROSA))
    assert find_flips(given_, replace(given_.run(), reason="favor")) == ()


@st.composite
def scenes(draw: Any) -> Inputs:
    members = [
        Member(
            rep,
            draw(st.integers(1, 3)),
            draw(st.integers(1, 2)),
            per_day=draw(st.none() | st.integers(1, 3)),
            per_week=draw(st.none() | st.integers(1, 5)),
        )
        for rep in PEOPLE
    ]
    known = replace(pool(*members), distribution=draw(st.sampled_from(list(Distribution))))
    loads = {
        rep.id: Load(on_day=draw(st.integers(0, 3)), in_week=draw(st.integers(0, 5)), working_minutes=100)
        for rep in PEOPLE
    }
    busy = draw(st.sets(st.sampled_from([rep.id for rep in PEOPLE]), max_size=3))
    refused = {rep: Refusal(rep, "busy") for rep in busy}
    ledger = Ledger(known.name)
    for _ in range(draw(st.integers(0, 4))):
        done = inputs(known, ledger=ledger).run()
        ledger = ledger.apply_all(done.entries)
    return inputs(known, loads=loads, refused=refused, ledger=ledger)


@settings(max_examples=150, deadline=None)
@given(scene=scenes())
def test_every_claim_holds_when_the_decision_is_made_again(scene: Inputs) -> None:
    made = scene.run()
    for flip in find_flips(scene, made):
        assert flip.rep != made.winner
        if flip.code in ("with_daily_cap", "with_weekly_cap"):
            again = scene.with_member(flip.rep or "", **{str(flip.params["field"]): flip.params["cap"]}).run()
            assert again.winner == flip.rep
            less = int(str(flip.params["cap"])) - 1
            same = scene.with_member(flip.rep or "", **{str(flip.params["field"]): less}).run()
            assert same.winner == made.winner
        if flip.code == "without_winner" and made.distribution is not Distribution.EQUAL_CHANCES:
            assert flip.rep == made.runner_up


def test_an_answer_that_would_have_led_elsewhere_is_one() -> None:
    facts, cast = priya(employees=100), roster()
    made = route(inbound(), 1, facts, cast)
    flip = find_rule_flip(inbound(), 1, facts, cast, made)
    assert flip is not None
    assert made.rule != flip.params["rule"]
    again = route(inbound(), 1, facts.having(**{str(flip.params["field"]): flip.params["value"]}), cast)
    assert again.rule == flip.params["rule"]
    assert f"rule {flip.params['rule']} would have applied" in flip_sentences((flip,), NAMES)[0]


def test_the_summary_speaks_to_the_winner_and_tells_the_prospect_nothing_of_others() -> None:
    found, given_ = (
        route(inbound(), 1, priya(), roster()),
        inputs(replace(pool(REMY, ROSA), distribution=Distribution.LONGEST_IDLE)),
    )
    made = given_.run()
    assert made.winner == "remy"
    assert why_them(found, made, NAMES, you="remy", since="2 d 4 h") == (
        "You: territory dach, the lead's language, healthcare at least 2, longest since your last lead (2 d 4 h)."
    )
    assert (why_them(found, made, NAMES, you="rosa") or "").startswith("Remy: territory dach")
    assert for_the_prospect(found, made) == ("territory", "language", "skill")
    assert for_the_prospect(found, replace(made, winner=None)) == ()
