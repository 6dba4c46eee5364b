"""An explanation says who got it, why, and what would have changed it, and what it says is so."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.assignment import Assignment, Load, assign, assign_owner
from routing.explanation import Explanation, explain
from routing.ledger import Ledger
from routing.ranking import REASONS
from routing.refusal import CODES, Refusal
from routing.roster import Distribution, Member
from routing.route import Route
from routing.router import route
from routing.wording import DETAILS, REFUSALS, SENTENCES, refusal_phrase
from tests.routing.cast import RAVI, REMY, RENEE, ROSA, inbound, pool, priya, roster

SLOT = (0, 30)
NAMES = {"remy": "Remy", "rosa": "Rosa", "ravi": "Ravi", "renee": "Renee", "robin": "Robin", "ruth": "Ruth"}


def asked(**facts: Any) -> Route:
    return route(inbound(), 1, priya(**facts), roster())


def given_to(members: Any, **values: Any) -> Assignment:
    known: dict[str, Any] = {
        "candidates": members.by_rep,
        "refused": {},
        "loads": {},
        "ledger": Ledger("dach-ae"),
    }
    return assign(members, slot=SLOT, **{**known, **values})


def told(found: Route, done: Assignment | None) -> Explanation:
    """The explanation, which the stored records alone must give again."""
    explanation = explain(found, done)
    stored = json.loads(
        json.dumps([found.to_json(), done.to_json() if done else None, explanation.to_json()])
    )
    again = explain(Route.from_json(stored[0]), Assignment.from_json(stored[1]) if stored[1] else None)
    assert again == explanation == Explanation.from_json(stored[2])
    return explanation


def test_it_says_who_got_it_why_and_who_was_next() -> None:
    done = given_to(pool(Member(REMY, 2), ROSA))
    assert told(asked(), done).sentences(NAMES) == (
        "Remy got it, from pool dach-ae. It was their turn: level with their share, and due first.",
        "Had Remy not been free, Rosa would have got it.",
        "Next in line was Rosa.",
    )


def test_it_says_that_a_cap_was_what_kept_somebody() -> None:
    done = given_to(pool(Member(REMY, per_day=3), ROSA), loads={"remy": Load(on_day=3)})
    lines = told(asked(), done).sentences(NAMES)
    assert lines[0].startswith("Rosa got it")
    assert lines[1] == "Remy would have got it, but has reached the cap for that day (3 a day)."


def test_it_says_how_a_tie_was_broken() -> None:
    assert told(asked(), given_to(pool(REMY, ROSA))).sentences(NAMES)[2] == (
        "Rosa was level in everything; the order of ids decided."
    )


def test_it_says_that_the_owner_got_it() -> None:
    found = asked(**{"account.owner": "rosa"})
    explanation = told(found, assign_owner("rosa", slot=SLOT, refused={}))
    assert explanation.sentences(NAMES)[0] == (
        "Rosa got it as the owner of the account. Leads of an owned account go to its owner."
    )


def test_it_says_when_nobody_could() -> None:
    done = given_to(pool(REMY), refused={"remy": Refusal("remy", "busy")})
    explanation = told(asked(), done)
    assert explanation.sentences(NAMES)[:2] == (
        "Nobody of pool dach-ae could take this time. Everybody was passed over; each with a reason below.",
        "Remy would have got it, but is busy then.",
    )


def test_without_an_assignment_it_says_where_it_may_go() -> None:
    explanation = told(asked(), None)
    assert (
        explanation.sentences()[0]
        == "It may go to pool dach-ae; 2 could take it. Rule DACH mid-market matched."
    )
    assert explanation.otherwise.code == "earlier_rule"
    assert explanation.otherwise.params["rule"] == "known accounts"


@pytest.mark.parametrize(
    ("destination", "code"),
    [
        ({"queue": "managers"}, "is_queued"),
        ({"message": "students"}, "is_answered"),
        ({"redirect": "https://acme.test/docs"}, "is_redirected"),
    ],
)
def test_it_says_what_happens_to_a_request_without_a_rep(destination: Any, code: str) -> None:
    found = route(inbound(rules=[], catch_all=[destination]), 1, priya(), roster())
    assert told(found, None).who.code == code
    assert told(found, None).because.code == "no_rule_matched"


def test_the_path_shows_every_rule_tried_and_every_destination() -> None:
    assert [line.sentence() for line in told(asked(), None).path] == [
        "Rule known accounts did not match: it asks for a known account owner.",
        "Rule DACH mid-market matched.",
        "Its action is pool dach-ae: 2 could take it, 1 could not.",
        "The fallback is pool general: 4 could take it, 2 could not.",
        "The catch-all is queue managers: 0 could take it, 0 could not.",
    ]


def test_every_candidate_has_a_row_with_a_rank_or_a_reason() -> None:
    done = given_to(pool(REMY, ROSA), refused={"rosa": Refusal("rosa", "busy")})
    rows = told(asked(), done).candidates
    assert [(row.rep, row.outcome, row.position, row.code) for row in rows] == [
        ("remy", "winner", 1, None),
        ("robin", "refused", None, "away"),
        ("rosa", "refused", None, "busy"),
    ]
    assert [row.reason() for row in rows] == ["", "is away (parental leave) until 2026-12-01", "is busy then"]


def test_no_explanation_shows_what_the_prospect_answered() -> None:
    words = json.dumps(told(asked(), given_to(pool(REMY, ROSA))).to_json())
    assert "201-500" not in words
    assert "priya" not in words


def test_every_code_has_words() -> None:
    reasons = set(REASONS.values()) | {
        "only_candidate",
        "higher_tier",
        "preferred_skill",
        "smallest_virtual_time",
        "owner",
        "nobody",
    }
    assert reasons <= SENTENCES.keys()
    assert REFUSALS.keys() == CODES
    assert DETAILS.keys() <= CODES
    assert refusal_phrase("at_daily_cap", {}) == "has reached the cap for that day"


@settings(max_examples=60, deadline=None)
@given(
    distribution=st.sampled_from(Distribution),
    weights=st.tuples(*[st.integers(1, 5)] * 4),
    values=st.tuples(*[st.integers(0, 3)] * 4),
    turns=st.integers(0, 5),
    busy=st.sets(st.sampled_from(["remy", "rosa", "ravi", "renee"])),
)
def test_what_is_said_to_have_changed_it_changes_it(
    distribution: Distribution, weights: Any, values: Any, turns: int, busy: set[str]
) -> None:
    members = pool(*map(Member, (REMY, ROSA, RAVI, RENEE), weights), distribution=distribution)
    loads = {
        rep: Load(0, value * 10, 100, value=value) for rep, value in zip(members.by_rep, values, strict=True)
    }
    ledger = Ledger("dach-ae")
    for _ in range(turns):
        ledger = ledger.apply_all(given_to(members, loads=loads, ledger=ledger).entries)
    refused = {rep: Refusal(rep, "busy") for rep in busy}
    done = given_to(members, loads=loads, ledger=ledger, refused=refused)
    line = told(replace(asked(), steps=()), done).otherwise
    if line.code == "without_winner":
        lost = frozenset({str(done.winner)})
        again = given_to(members, loads=loads, ledger=ledger, refused=refused, lost=lost)
        assert again.winner == line.params["runner_up"]
    elif line.code == "would_have_won":
        fewer = {rep: refusal for rep, refusal in refused.items() if rep != line.params["rep"]}
        assert given_to(members, loads=loads, ledger=ledger, refused=fewer).winner == line.params["rep"]
    else:
        assert line.code == "nothing_close"
