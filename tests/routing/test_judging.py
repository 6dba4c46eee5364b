"""Everything that is worked out about a lead, in its order; and that priority goes before turns."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.computed import COMPUTED
from routing.definition_document import parse_definition
from routing.facts import Facts
from routing.gate import decide, gate_of
from routing.judging import Judgment, Standards, behavior_facts, facts_before, judge_lead
from routing.roster import Distribution, Member, Offering, Pool, Rep, Roster
from routing.router import parse_router
from routing.scorecard import parse_scorecard
from routing.scoring import Behavior

HIGH = {"field": "priority", "op": "eq", "value": "high"}
SCORECARD = parse_scorecard(
    {
        "name": "scoring",
        "items": [
            {"name": "large", "when": {"field": "employees", "op": "gte", "value": 200}, "points": 30},
            {"name": "vip", "when": {"field": "segments", "op": "contains", "value": "vip"}, "points": 5},
            {
                "name": "webinar",
                "kind": "engagement",
                "when": {"field": "kind", "op": "eq", "value": "webinar"},
                "points": 20,
                "half_life": 30,
                "most": 3,
            },
        ],
        "priorities": [{"name": "high", "at_least": 40}],
        "deal_value": "employees * 10",
    }
)
DEFINITION = parse_definition(
    {
        "name": "qualification",
        "segments": [{"name": "vip", "when": {"field": "email_domain", "op": "eq", "value": "vip.test"}}],
        "stages": [{"stage": "ready", "when": HIGH}],
        "icp": {"version": 4, "when": {"field": "deal_value", "op": "gte", "value": 1000}},
        "lead_types": [{"lead_type": "returning", "when": {"field": "stage", "op": "eq", "value": "ready"}}],
        "verdicts": [
            {"name": "small", "verdict": "nurture", "when": {"field": "is_icp", "op": "eq", "value": False}}
        ],
        "paths": {"nurture": {"queue": "nurture"}},
    }
)
STANDARDS = Standards(SCORECARD, DEFINITION)
WEBINAR = Behavior(Facts({"kind": "webinar", "topic": "Security"}), 30)


def test_each_part_may_ask_for_what_comes_before_it() -> None:
    made = judge_lead(STANDARDS, Facts({"employees": 200, "email_domain": "vip.test"}), [WEBINAR])
    assert made.facts == {
        "behaviors": ("webinar:Security",),
        "webinar_topic": ("Security",),
        "segments": ("vip",),
        "score": 45,
        "fit_score": 35,
        "engagement_score": 10,
        "priority": "high",
        "deal_value": 2000,
        "stage": "ready",
        "is_icp": True,
        "icp_version": 4,
        "lead_type": "returning",
        "qualification": "qualified",
    }
    assert set(made.facts) <= COMPUTED
    assert Judgment.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_without_standards_there_is_only_the_type_of_the_lead() -> None:
    assert judge_lead(Standards(), Facts({})).facts == {"lead_type": "new"}


@pytest.mark.parametrize(
    ("facts", "lead_type"),
    [
        ({}, "new"),
        ({"earlier_requests": 2}, "returning"),
        ({"earlier_requests": 2, "priority": "high"}, "hot"),
        ({"account.type": "Customer", "priority": "high"}, "customer"),
        ({"lead_type": "partner", "account.type": "customer"}, "partner"),
    ],
)
def test_the_type_of_a_lead_by_history_account_and_score(facts: dict[str, Any], lead_type: str) -> None:
    assert judge_lead(Standards(), Facts(facts)).facts["lead_type"] == lead_type


def test_behaviors_are_named_once_by_kind_and_topic() -> None:
    did = [
        Behavior(Facts({"kind": kind, "topic": topic}))
        for kind, topic in (("page", "a"), ("page", "a"), ("x", None))
    ]
    assert behavior_facts(did) == {"behaviors": ("page:a", "x"), "page_topic": ("a",)}
    assert behavior_facts([]) == {}


values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.lists(st.text(max_size=4), max_size=3)
)
names = st.sampled_from(
    ["employees", "email_domain", "stage", "lead_type", "priority", "score", "segments", "deal_value"]
)
did = st.lists(st.builds(Behavior, st.just(WEBINAR.facts), st.integers(0, 400)), max_size=6)


@settings(max_examples=200)
@given(facts=st.dictionaries(names, values), behaviors=did)
def test_a_judgment_comes_out_the_same_from_the_facts_it_led_to(
    facts: dict[str, Any], behaviors: list[Behavior]
) -> None:
    before = Facts(facts)
    made = judge_lead(STANDARDS, before, behaviors)
    after = Facts.from_json(json.loads(json.dumps(before.having(**made.facts).to_json())))
    stored = Judgment.from_json(json.loads(json.dumps(made.to_json())))
    assert judge_lead(STANDARDS, facts_before(after, stored), behaviors) == made == stored


SENIOR, JUNIOR = (tuple(Member(Rep(f"{kind}{n}")) for n in range(3)) for kind in ("senior", "junior"))
REPS = {member.rep.id: member.rep for member in (*SENIOR, *JUNIOR)}


def pool(name: str, members: tuple[Member, ...]) -> Pool:
    return Pool(name, members, Distribution.ROUND_ROBIN, Offering.FLEXIBLE, "desk")


def roster(away: frozenset[str]) -> Roster:
    """The seniors and juniors, of whom some take no leads."""
    reps = {name: Rep(name, is_active=name not in away) for name in REPS}
    teams = {
        name: pool(name, tuple(Member(reps[m.rep.id]) for m in members))
        for name, members in (("senior", SENIOR), ("junior", JUNIOR))
    }
    return Roster(reps, teams, {}, frozenset({"desk", "urgent", "nurture"}), {name: name for name in reps})


URGENT = {"name": "urgent", "when": HIGH, "action": {"pool": "senior"}, "fallback": [{"queue": "urgent"}]}
OTHERS = [
    {"name": "small", "when": {"field": "employees", "op": "lt", "value": 50}, "action": {"pool": "junior"}},
    {"name": "known", "when": {"field": "email_domain", "op": "exists"}, "action": {"pool": "junior"}},
]
CATCH_ALL = [{"pool": "junior"}, {"queue": "desk"}]


@settings(max_examples=200)
@given(
    facts=st.fixed_dictionaries(
        {"employees": st.integers(0, 1000), "email_domain": st.sampled_from(["vip.test", "a.test", None])}
    ),
    behaviors=did,
    away=st.frozensets(st.sampled_from(sorted(REPS)), max_size=6),
    order=st.permutations(OTHERS),
)
def test_a_lead_of_high_priority_never_goes_to_a_junior(
    facts: dict[str, Any], behaviors: list[Behavior], away: frozenset[str], order: list[dict[str, Any]]
) -> None:
    router = parse_router({"name": "inbound", "rules": [URGENT, *order], "catch_all": CATCH_ALL})
    made = judge_lead(STANDARDS, Facts(facts), behaviors)
    assert made.qualification is not None
    known = Facts(facts).having(**made.facts)
    route = decide(router, 1, known, roster(away), gate_of(made.qualification))
    reached = {rep for each in route.destinations for rep in each.candidates}
    if made.facts["priority"] == "high" and route.gate is not None and route.gate.path is None:
        assert not {rep for rep in reached if rep.startswith("junior")}
        assert [each.name for each in route.destinations] == ["senior", "urgent"]


def test_behind_other_rules_the_same_lead_would_go_to_a_junior() -> None:
    router = parse_router({"name": "inbound", "rules": [*OTHERS, URGENT], "catch_all": CATCH_ALL})
    facts = Facts({"employees": 1000, "email_domain": "vip.test"})
    made = judge_lead(STANDARDS, facts, [WEBINAR])
    assert made.facts["priority"] == "high"
    route = decide(router, 1, facts.having(**made.facts), roster(frozenset()), None)
    assert route.destinations[0].name == "junior", "the control: what is asked first decides"
