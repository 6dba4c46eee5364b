"""Further people of an action: read with the path of whatever is wrong, routed by the same demands, kept in JSON."""

from collections.abc import Mapping
from typing import Any

import pytest

from routing.diff import diff_routers
from routing.facts import Facts
from routing.lint import lint
from routing.party import MOST_PARTIES, MOST_PICKED
from routing.roster import Away, Distribution, Member, Offering, Pool, Rep, Roster
from routing.route import Route
from routing.router import InvalidRouter, parse_router, route

REPS = {
    "remy": Rep("remy"),
    "jo": Rep("jo", languages=frozenset({"de"}), skills={"healthcare": 2}),
    "jin": Rep("jin", languages=frozenset({"en"})),
    "ann": Rep("ann", away=Away("leave", "2027-01-01")),
    "off": Rep("off", is_active=False),
}


def pool(name: str, *members: str) -> Pool:
    people = tuple(Member(REPS[member]) for member in members)
    return Pool(name, people, Distribution.ROUND_ROBIN, Offering.FLEXIBLE, "desk")


POOLS = {
    "seniors": pool("seniors", "remy"),
    "juniors": pool("juniors", "jo", "jin", "ann"),
    "board": pool("board", "remy", "ann", "off"),
}
ROSTER = Roster(REPS, POOLS, {}, frozenset({"desk"}), {"jo@acme.test": "jo"})


def document(*parties: Any, **action: Any) -> dict[str, Any]:
    first = {**(action or {"pool": "seniors"}), "with": list(parties)}
    return {"name": "inbound", "rules": [], "catch_all": [first, {"queue": "desk"}]}


def routed(*parties: Mapping[str, Any], **facts: Any) -> Route:
    return route(parse_router(document(*parties)), 1, Facts(facts), ROSTER)


def test_a_party_asks_of_its_people_what_an_action_may_ask() -> None:
    party = {
        "role": "secondary",
        "pool": "juniors",
        "match": ["language"],
        "require_skills": {"healthcare": 2},
    }
    (found,) = routed(party, language="de").destinations[0].parties
    assert found.who.candidates == ("jo",)
    codes = {refusal.rep: refusal.code for refusal in found.who.refused}
    assert codes == {"jin": "missing_language", "ann": "away"}


def test_everybody_of_a_panel_is_needed_even_if_away_but_not_who_takes_no_meetings() -> None:
    (found,) = routed({"role": "board", "pool": "board", "all": True}).destinations[0].parties
    assert found.is_all
    assert found.who.candidates == ("ann", "remy")
    assert [refusal.code for refusal in found.who.refused] == ["inactive"]


def test_a_named_rep_and_the_accounts_owner_can_be_parties() -> None:
    parties = ({"role": "expert", "rep": "jo@acme.test"}, {"role": "account manager", "owner": True})
    found = routed(*parties, **{"account.owner": "jin"}).destinations[0].parties
    assert [party.who.candidates for party in found] == [("jo",), ("jin",)]


def test_documents_and_routes_survive_a_round_trip() -> None:
    parties = (
        {"role": "secondary", "pool": "juniors", "prefer_skills": {"healthcare": 1}},
        {"role": "specialist", "pool": "juniors", "pick": 2},
        {"role": "board", "pool": "board", "all": True},
    )
    made = parse_router(document(*parties))
    assert parse_router(made.to_json()) == made
    assert made.to_json()["catch_all"][0] == {"pool": "seniors", "with": list(parties)}  # type: ignore[index, call-overload]
    decided = route(made, 1, Facts({}), ROSTER)
    assert Route.from_json(decided.to_json()) == decided


def test_an_action_without_parties_reads_and_writes_as_it_always_did() -> None:
    plain = {"name": "inbound", "rules": [], "catch_all": [{"pool": "seniors"}]}
    made = parse_router(plain)
    assert made.to_json()["catch_all"] == [{"pool": "seniors"}]
    assert "parties" not in route(made, 1, Facts({}), ROSTER).destinations[0].to_json()


PLAIN = {"role": "secondary", "pool": "juniors"}
WRONG = [
    ("no mapping", "junior", "catch_all[0].with[0]", "wrong-type"),
    ("no role", {"pool": "juniors"}, "catch_all[0].with[0].role", "missing"),
    ("a role with capitals", {**PLAIN, "role": "Second!"}, "catch_all[0].with[0].role", "invalid"),
    ("the primary's role", {**PLAIN, "role": "primary"}, "catch_all[0].with[0].role", "invalid"),
    ("nobody to fill it", {"role": "second"}, "catch_all[0].with[0]", "invalid"),
    ("two who fill it", {**PLAIN, "owner": True}, "catch_all[0].with[0]", "invalid"),
    ("a queue", {"role": "second", "queue": "desk"}, "catch_all[0].with[0]", "invalid"),
    ("parties of a party", {**PLAIN, "with": [PLAIN]}, "catch_all[0].with[0]", "invalid"),
    ("an unknown key", {**PLAIN, "weight": 2}, "catch_all[0].with[0].weight", "unknown-field"),
    ("a wrong demand", {**PLAIN, "match": ["age"]}, "catch_all[0].with[0].match[0]", "invalid"),
    ("too many", {**PLAIN, "pick": MOST_PICKED + 1}, "catch_all[0].with[0].pick", "out-of-range"),
    ("none", {**PLAIN, "pick": 0}, "catch_all[0].with[0].pick", "out-of-range"),
    ("some and all", {**PLAIN, "pick": 2, "all": True}, "catch_all[0].with[0].pick", "invalid"),
    ("all, said oddly", {**PLAIN, "all": "perhaps"}, "catch_all[0].with[0].all", "wrong-type"),
    (
        "two of one rep",
        {"role": "x", "rep": "jo@acme.test", "pick": 2},
        "catch_all[0].with[0]",
        "invalid",
    ),
]


@pytest.mark.parametrize(("party", "path", "code"), [case[1:] for case in WRONG], ids=[c[0] for c in WRONG])
def test_what_is_wrong_is_named_with_its_path(party: Any, path: str, code: str) -> None:
    with pytest.raises(InvalidRouter) as caught:
        parse_router(document(party))
    assert (path, code) in {(problem.path, problem.code) for problem in caught.value.problems}


def test_a_role_is_given_once_and_parties_are_few() -> None:
    many = [{"role": f"role {n}", "pool": "juniors"} for n in range(MOST_PARTIES + 1)]
    for parties, code in (([PLAIN, PLAIN], "duplicate"), (many, "too-many")):
        with pytest.raises(InvalidRouter) as caught:
            parse_router(document(*parties))
        assert code in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize("action", [{"queue": "desk"}, {"message": "hello"}, {"redirect": "/later"}])
def test_only_what_leads_to_a_calendar_can_have_parties(action: dict[str, Any]) -> None:
    with pytest.raises(InvalidRouter):
        parse_router(document(PLAIN, **action))


def test_pools_and_people_of_parties_are_looked_over_like_those_of_actions() -> None:
    made = parse_router(
        document({"role": "second", "pool": "nobody knows"}, {"role": "third", "pool": "empty"})
    )
    empty = Roster(REPS, {**POOLS, "empty": pool("empty")}, {}, frozenset({"desk"}))
    found = {(finding.code, finding.path) for finding in lint(made, empty, ())}
    assert ("unknown-pool", "catch_all[0].with[0]") in found
    assert ("empty-pool", "pools.empty") in found


def test_a_change_of_who_takes_part_reads_as_a_sentence() -> None:
    rule = {"name": "large", "when": {"field": "employees", "op": "gte", "value": 1000}}
    before, after = (
        parse_router(
            {"name": "inbound", "rules": [{**rule, "action": action}], "catch_all": [{"queue": "desk"}]}
        )
        for action in (
            {"pool": "seniors"},
            {"pool": "seniors", "with": [{"role": "specialist", "pool": "juniors", "pick": 2}]},
        )
    )
    (change,) = diff_routers(before, after)
    assert "together with 2 from pool juniors as specialist" in change.sentence()
