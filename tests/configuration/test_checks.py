"""References are checked over the whole configuration, and every change can be said in sentences."""

import copy
from typing import Any

import pytest

from app.configuration.checks import Checker
from app.configuration.document import State, read_document
from app.configuration.patch import Change, difference, inverse_of, merge, patch_of, patch_of_document
from app.configuration.sentences import sentences_of
from tests.configuration.sample import sample_document


@pytest.fixture
def state() -> State:
    return read_document(sample_document()).state


def faults_of(state: State) -> set[tuple[str, str]]:
    return {(error.field, error.code) for error in Checker(state, {}).errors()}


def test_the_sample_refers_to_nothing_that_is_missing(state: State) -> None:
    assert faults_of(state) == set()


@pytest.mark.parametrize(
    ("collection", "key", "fields"),
    [
        ("schedules", "ny-office", {"reps[ravi@acme.test].schedule", "reps[ruth@acme.test].schedule"}),
        ("territories", "dach", {"reps[remy@acme.test].territories[0]"}),
        ("queues", "managers", {
            "pools[dach-ae].queue",
            "pools[general].queue",
            "routers[inbound].catch_all[1].queue",
            "qualification.paths.needs_review.queue",
        }),
        ("pools", "dach-ae", {"routers[inbound].rules[0].fallback[0].pool", "routers[inbound].rules[1].action.pool"}),
        (
            "reps",
            "rosa@acme.test",
            {"pools[dach-ae].members[1].rep", "pools[general].members[1].rep", "routers[inbound].rules[2].action.rep"},
        ),
        ("routers", "inbound", {"forms[demo].router"}),
        ("meeting_types", "demo", {"forms[demo].meeting_type"}),
    ],
)  # fmt: skip
def test_what_is_referred_to_cannot_go(state: State, collection: str, key: str, fields: set[str]) -> None:
    del state[collection][key]
    assert faults_of(state) == {(field, "unknown-reference") for field in fields}


def test_a_message_without_text_is_a_fault_of_the_form(state: State) -> None:
    state["forms"]["demo"]["messages"] = {}
    assert faults_of(state) == {("forms[demo].messages", "unknown-message")}


def test_without_a_company_nothing_can_be_configured(state: State) -> None:
    del state["company"]["company"]
    assert faults_of(state) == {("company", "missing")}


def test_places_of_a_document_are_used_in_paths() -> None:
    document = sample_document()
    document["pools"][1]["queue"] = "nowhere"
    read = read_document(document)
    assert [error.field for error in Checker(read.state, read.places).errors()] == ["pools[1].queue"]


def test_a_pool_without_anybody_and_a_rep_without_hours_are_warned_of(state: State) -> None:
    for member in state["pools"]["dach-ae"]["members"]:
        state["reps"][member["rep"]]["active"] = False
    state["reps"]["ravi@acme.test"]["schedule"] = None
    found = {(w.field, w.code) for w in Checker(state, {}).warnings({"mia@acme.test"})}
    assert found == {
        ("pools[dach-ae].members", "empty-pool"),
        ("reps[ravi@acme.test].schedule", "no-hours"),
        ("reps[remy@acme.test].time_off[1].cover", "no-cover"),
    }


def test_nobody_covers_for_themselves(state: State) -> None:
    state["reps"]["remy@acme.test"]["time_off"][1]["cover"] = "remy@acme.test"
    found = [(w.field, w.code) for w in Checker(state, {}).warnings({"mia@acme.test"})]
    assert ("reps[remy@acme.test].time_off[1].cover", "no-cover") in found


def test_the_inverse_takes_every_kind_of_change_back(state: State) -> None:
    after = copy.deepcopy(state)
    after["company"]["company"]["name"] = "Other"
    del after["meeting_types"]["deep-dive"]
    after["queues"]["new"] = {"name": "new", "members": []}
    changes = difference(state, after)
    assert merge(state, patch_of(changes)) == {**after}
    assert merge(after, inverse_of(changes)) == state
    assert {change.action for change in changes} == {"added", "changed", "archived"}


def test_pruning_touches_only_collections_that_the_document_names(state: State) -> None:
    document = read_document({"queues": []})
    assert patch_of_document(document, state, prune=True) == {"queues": {"managers": None}}
    assert patch_of_document(document, state, prune=False) == {"queues": {}}


def sentences(collection: str, key: str, before: Any, after: Any) -> list[str]:
    return sentences_of(Change(collection, key, before, after))


def test_changes_read_as_sentences(state: State) -> None:
    rep = state["reps"]["remy@acme.test"]
    changed = {
        **rep,
        "languages": ["en", "fr"],
        "limits": {**rep["limits"], "per_day": None},
        "skills": {"healthcare": 4, "finance": 2},
    }
    assert sentences("reps", "remy@acme.test", rep, changed) == [
        "Rep remy@acme.test: languages: adds fr.",
        "Rep remy@acme.test: languages: removes de.",
        "Rep remy@acme.test: skills, healthcare: 3 becomes 4.",
        "Rep remy@acme.test: skills, finance: nothing becomes 2.",
        "Rep remy@acme.test: limits, per day: 4 becomes nothing.",
    ]
    assert sentences("pools", "p", None, {"name": "p"}) == ["Add the pool p."]
    assert sentences("meeting_types", "m", {"slug": "m"}, None) == ["Archive the meeting type m."]


def test_reordered_rules_are_said_to_be_reordered(state: State) -> None:
    router = state["routers"]["inbound"]
    turned = {**router, "rules": router["rules"][::-1]}
    assert sentences("routers", "inbound", router, turned) == [
        "Router inbound: Rule 'students' moved before 'leading zero'.",
        "Router inbound: Rule 'leading zero' moved before 'DACH mid-market'.",
        "Router inbound: Rule 'DACH mid-market' moved before 'known accounts'.",
    ]


def test_conditions_and_lists_are_told_in_words_not_as_json(state: State) -> None:
    dach = state["territories"]["dach"]
    wider = {**dach, "when": {"field": "country", "op": "in", "value": ["DE", "AT", "CH", "LI"]}}
    assert sentences("territories", "dach", dach, wider) == [
        "Territory dach: when: country DE, AT or CH becomes country DE, AT, CH or LI."
    ]
