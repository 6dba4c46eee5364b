"""Stages, the ideal customer profile, and verdicts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.facts import Facts
from routing.qualification import InvalidDefinition, Qualification, Stage, judge, parse_definition
from routing.route import Verdict


def check(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


DEFINITION: dict[str, Any] = {
    "name": "standard",
    "version": 2,
    "stages": [
        {"stage": "ready", "when": check("timeline", "eq", "this month")},
        {"stage": "deciding", "when": check("timeline", "exists")},
        {"stage": "researching", "when": check("source", "eq", "whitepaper")},
    ],
    "icp": {
        "version": 7,
        "when": {"all": [check("employees", "gte", 200), check("industry", "in", ["health"])]},
    },
    "verdicts": [
        {
            "name": "students",
            "verdict": "disqualified",
            "when": check("email_domain", "ends_with", ".edu"),
            "path": {"message": "students"},
        },
        {"name": "fits", "verdict": "qualified", "when": check("is_icp", "eq", True)},
        {
            "name": "early",
            "verdict": "nurture",
            "when": check("stage", "eq", "researching"),
            "path": {"queue": "nurture"},
        },
        {"name": "no budget", "verdict": "needs_review", "when": check("budget", "lt", 1000)},
    ],
    "otherwise": "qualified",
}


@pytest.mark.parametrize(
    ("facts", "verdict", "line", "stage", "is_icp"),
    [
        ({}, "qualified", None, None, False),
        (
            {"email_domain": "mit.edu", "employees": 500, "industry": "health"},
            "disqualified",
            "students",
            None,
            True,
        ),
        (
            {"employees": 500, "industry": "health", "source": "whitepaper"},
            "qualified",
            "fits",
            "researching",
            True,
        ),
        ({"employees": 500, "source": "whitepaper"}, "nurture", "early", "researching", False),
        ({"timeline": "this month", "source": "whitepaper"}, "qualified", None, "ready", False),
        ({"timeline": "next year"}, "qualified", None, "deciding", False),
        ({"budget": 500}, "needs_review", "no budget", None, False),
        ({"stage": "researching"}, "nurture", "early", None, False),
    ],
)
def test_the_first_line_that_holds_decides(
    facts: Any, verdict: str, line: Any, stage: Any, is_icp: bool
) -> None:
    found = judge(parse_definition(DEFINITION), Facts(facts))
    assert (found.verdict, found.line, found.stage, found.is_icp) == (verdict, line, stage, is_icp)
    assert (found.version, found.icp_version) == (2, 7)
    assert Qualification.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_verdict_says_why_and_where_it_leads() -> None:
    definition = parse_definition(DEFINITION)
    assert judge(definition, Facts({"email_domain": "mit.edu"})).sentence() == (
        "disqualified by 'students', because of email_domain ending with .edu; goes to message students"
    )
    assert judge(definition, Facts({"budget": 5})).sentence() == (
        "needs review by 'no budget', because of budget less than 1000"
    )
    assert judge(definition, Facts({})).sentence() == "qualified, as no line spoke of it"


def test_rules_may_ask_for_what_was_found() -> None:
    found = judge(parse_definition(DEFINITION), Facts({"timeline": "this month"}))
    assert found.as_facts() == {
        "qualification": "qualified",
        "stage": "ready",
        "is_icp": False,
        "icp_version": 7,
        "lead_type": "new",
    }
    bare = judge(parse_definition({"name": "bare"}), Facts({}))
    assert (bare.verdict, bare.is_icp, bare.icp_version) == (Verdict.QUALIFIED, None, None)


def test_a_definition_reads_back_as_it_was_written() -> None:
    definition = parse_definition(DEFINITION)
    assert parse_definition(json.loads(json.dumps(definition.to_json()))) == definition


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, "name"),
        ({"stages": [{"stage": "dreaming", "when": check("a", "exists")}]}, "stages[0].stage"),
        ({"stages": [{"stage": "ready", "when": check("a", "like")}]}, "stages[0].when.op"),
        ({"icp": {"when": {"all": []}}}, "icp.when.all"),
        ({"icp": 5}, "icp"),
        ({"otherwise": "maybe"}, "otherwise"),
        (
            {"verdicts": [{"name": "a", "verdict": "good", "when": check("a", "exists")}]},
            "verdicts[0].verdict",
        ),
        ({"verdicts": [{"verdict": "nurture", "when": check("a", "exists")}]}, "verdicts[0].name"),
        (
            {
                "verdicts": [
                    {
                        "name": "a",
                        "verdict": "nurture",
                        "when": check("a", "exists"),
                        "path": {"pool": "p", "x": 1},
                    }
                ]
            },
            "verdicts[0].path.x",
        ),
        ({"mood": 1}, "mood"),
    ],
)
def test_a_wrong_definition_is_refused_with_the_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDefinition) as refusal:
        parse_definition({**DEFINITION, **changes})
    assert [problem.path for problem in refusal.value.problems] == [path]


anything = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.lists(st.text(max_size=5), max_size=3)
)
names = ("timeline", "source", "employees", "industry", "email_domain", "budget", "stage", "is_icp")


@given(values=st.fixed_dictionaries(dict.fromkeys(names, anything)))
def test_no_answer_makes_judging_fail_and_nobody_is_without_a_verdict(values: dict[str, Any]) -> None:
    definition = parse_definition(DEFINITION)
    found = judge(definition, Facts(values))
    assert found.verdict in tuple(Verdict)
    assert found.stage is None or found.stage in tuple(Stage)
    assert judge(definition, Facts(values)) == found
