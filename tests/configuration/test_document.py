"""Each fault in a document is named by its exact path and a stable code."""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.configuration.document import read_document, read_item, write_document
from app.configuration.schema import json_schema
from app.configuration.text import read_yaml
from app.errors import Invalid
from tests.configuration.sample import sample_document


def faults_of(document: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_document(document)
    return {(error.field, error.code) for error in refused.value.errors}


def put(document: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    """A copy with one value replaced."""
    changed = copy.deepcopy(document)
    part: Any = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        (["color"], "red", "color", "unknown-field"),
        (["version"], "2", "version", "out-of-range"),
        (["company", "timezone"], "Europe/Atlantis", "company.timezone", "unknown-zone"),
        (["schedules", 0, "timezone"], "Europe", "schedules[0].timezone", "unknown-zone"),
        (["schedules", 0, "weekly", "mon"], ["9-17"], "schedules[0].weekly.mon", "invalid-hours"),
        (["schedules", 0, "weekly", "mon"], ["09:00-09:00"], "schedules[0].weekly.mon", "empty-hours"),
        (
            ["schedules", 0, "weekly", "mon"],
            ["09:00-12:00", "11:00-17:00"],
            "schedules[0].weekly.mon",
            "overlapping-hours",
        ),
        (["schedules", 0, "weekly", "funday"], ["09:00-17:00"], "schedules[0].weekly.funday", "unknown-value"),
        (["schedules", 1, "weekly"], {"mon": []}, "schedules[1]", "empty-hours"),
        (
            ["schedules", 2, "weekly"],
            {"sat": ["22:00-06:00"], "sun": ["05:00-07:00"]},
            "schedules[2]",
            "overlapping-hours",
        ),
        (["schedules", 0, "overrides", 0, "date"], "2026-02-30", "schedules[0].overrides[0].date", "impossible-date"),
        (["schedules", 0, "overrides", 0, "date"], "tomorrow", "schedules[0].overrides[0].date", "impossible-date"),
        (["schedules", 0, "overrides", 1, "date"], "2026-12-24", "schedules[0]", "duplicate"),
        (["schedules", 0, "holidays"], "ZZ", "schedules[0].holidays", "unknown-holidays"),
        (["schedules", 0, "holidays"], "US-ZZ", "schedules[0].holidays", "unknown-holidays"),
        (["territories", 0, "when", "op"], "resembles", "territories[0].when.op", "invalid-condition"),
        (["reps", 0, "email"], "remy", "reps[0].email", "invalid-email"),
        (["reps", 1, "email"], "Remy@acme.test", "reps[1].email", "duplicate"),
        (["reps", 0, "skills", "healthcare"], "9", "reps[0].skills.healthcare", "out-of-range"),
        (["reps", 0, "limits", "max_utilization"], "120%", "reps[0].limits.max_utilization", "out-of-range"),
        (["reps", 0, "limits", "per_day"], "20", "reps[0].limits", "out-of-range"),
        (["reps", 0, "time_off", 0, "to"], "2026-12-01", "reps[0].time_off[0]", "out-of-range"),
        (["reps", 0, "time_off", 0, "hours"], "09:00-12:00", "reps[0].time_off[0]", "invalid-hours"),
        (["reps", 0, "calendars", 0, "kind"], "google", "reps[0].calendars[0].kind", "unknown-value"),
        (["reps", 0, "calendars"], "some", "reps[0].calendars", "wrong-type"),
        (["reps", 0, "meeting_link"], "javascript:alert(1)", "reps[0].meeting_link", "invalid-link"),
        (["meeting_types", 0, "minutes"], "soon", "meeting_types[0].minutes", "wrong-type"),
        (["meeting_types", 0, "minimum_notice"], "a while", "meeting_types[0].minimum_notice", "invalid-duration"),
        (["meeting_types", 0, "booking_window"], "10 moons", "meeting_types[0].booking_window", "invalid-window"),
        (["meeting_types", 0, "slot_interval"], "7", "meeting_types[0]", "out-of-range"),
        (["meeting_types", 0, "slug"], "De mo", "meeting_types[0].slug", "invalid"),
        (["pools", 0, "members", 0, "weight"], "21", "pools[0].members[0].weight", "out-of-range"),
        (["pools", 0, "members", 0, "weight"], "0", "pools[0].members[0].weight", "out-of-range"),
        (["pools", 0, "members", 1, "rep"], "remy@acme.test", "pools[0].members", "duplicate"),
        (["pools", 0, "distribution"], "lottery", "pools[0].distribution", "unknown-value"),
        (["routers", 0, "rules", 0, "when", "op"], "resembles", "routers[0].rules[0].when.op", "unknown-operator"),
        (["routers", 0, "rules", 0, "action"], {}, "routers[0].rules[0].action", "invalid"),
        (["routers", 0, "catch_all"], [], "routers[0].catch_all", "missing"),
        (["routers", 0, "color"], "red", "routers[0].color", "unknown-field"),
        (["forms", 0, "origins", 0], "https://acme.test/demo", "forms[0].origins[0]", "invalid-origin"),
        (["forms", 0, "origins", 0], "*", "forms[0].origins[0]", "invalid-origin"),
        (["forms", 0, "fields", 0, "type"], "text", "forms[0].fields", "missing-email"),
        (["forms", 0, "fields", 1, "name"], "email", "forms[0].fields", "duplicate"),
        (["forms", 0, "fields", 2, "choices"], [], "forms[0].fields[2]", "missing"),
        (["forms", 0, "fields", 2, "choices", 0], "small", "forms[0].fields[2]", "invalid-range"),
        (["forms", 0, "fields", 0, "label"], {"english": "x"}, "forms[0].fields[0].label.english", "invalid"),
        (["forms", 0, "branding", "accent"], "red", "forms[0].branding.accent", "invalid"),
        (["enrichment", "prefer"], "cheapest", "enrichment.prefer", "unknown-value"),
        (["enrichment", "budget_ms"], "60000", "enrichment.budget_ms", "out-of-range"),
        (["enrichment", "providers", 0, "url"], "https://{email}/x", "enrichment.providers[0].url", "invalid-link"),
        (["enrichment", "providers", 0, "url"], "https://u:p@a.test/", "enrichment.providers[0].url", "invalid-link"),
        (["enrichment", "providers", 0, "url"], "https://a.test/{0.x}",
         "enrichment.providers[0].url", "unknown-placeholder"),
        (["enrichment", "providers", 0, "url"], "https://a.test/{", "enrichment.providers[0].url", "invalid"),
        (["enrichment", "providers", 0, "fields"], {"account.owner": "o"},
         "enrichment.providers[0].fields.account.owner", "reserved"),
        (["enrichment", "providers", 0, "headers"], {"Host": "a"}, "enrichment.providers[0].headers.Host", "reserved"),
        (["enrichment", "providers", 0, "name"], "crm", "enrichment.providers", "duplicate"),
        (["enrichment", "providers", 1, "fields"], {"crm.stage": "stage"}, "enrichment.providers[1]", "invalid"),
        (["enrichment", "providers", 1, "url"], "https://a.test/", "enrichment.providers[1]", "unknown-field"),
        (["queues", 0, "members"], "mia@acme.test", "queues[0].members", "wrong-type"),
        (["reps"], {}, "reps", "wrong-type"),
    ],
)  # fmt: skip
def test_every_fault_has_its_path_and_code(path: list[Any], value: Any, field: str, code: str) -> None:
    assert faults_of(put(sample_document(), path, value)) == {(field, code)}


def test_all_faults_are_found_at_once() -> None:
    document = put(sample_document(), ["company", "timezone"], "Nowhere")
    document = put(document, ["pools", 0, "members", 0, "weight"], "99")
    assert len(faults_of(document)) == 2


def test_a_document_that_is_none_is_refused() -> None:
    for nonsense in ("", "just words", "[1, 2]", "12"):
        assert faults_of(read_yaml(nonsense))


def test_control_characters_are_refused() -> None:
    assert faults_of({"company": {"name": "A\x00cme", "timezone": "UTC"}}) == {("company.name", "invalid")}
    assert faults_of({"company": {"name": "A\ud800", "timezone": "UTC"}}) == {("company.name", "invalid")}


def test_numbers_of_json_and_texts_of_yaml_say_the_same() -> None:
    rule = {"name": "r", "when": {"field": "employees", "op": "gte", "value": 200}, "action": {"owner": True}}
    as_json = read_item("routers", "r", {"rules": [rule], "catch_all": [{"queue": "q"}]}, "r")
    as_text = read_item(
        "routers",
        "r",
        read_yaml(
            "{rules: [{name: r, when: {field: employees, op: gte, value: 200}, action: {owner: true}}],"
            " catch_all: [{queue: q}]}"
        ),
        "r",
    )
    assert as_json == as_text


def test_the_name_of_an_item_may_be_left_out_but_not_be_another() -> None:
    assert read_item("queues", "managers", {"members": []}, "q")["name"] == "managers"
    with pytest.raises(Invalid) as refused:
        read_item("queues", "managers", {"name": "others", "members": []}, "q")
    assert refused.value.errors[0].field == "q.name"


def test_defaults_suit_daily_life() -> None:
    item = read_item("meeting_types", "demo", {"name": "Demo", "minutes": "30"}, "m")
    assert item["minimum_notice"] == 60
    assert item["booking_window"] == "10 business days"
    assert item["slot_interval"] == 15
    assert item["buffers"] == {"before": 0, "after": 10}
    assert item["location"] == "video"


def test_durations_and_percentages_are_words_in_the_export() -> None:
    document = write_document(read_document(sample_document()).state, 3)
    deep_dive = document["meeting_types"][1]
    assert deep_dive["minimum_notice"] == "2d"
    assert deep_dive["buffers"] == {"before": "5m", "after": "15m"}
    assert document["pools"][1]["max_utilization"] == "90%"
    assert document["forms"][0]["fields"][2]["choices"] == ["1-50", "51-200", "201-500", "501+"]


def test_the_sample_and_its_export_fit_the_json_schema() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    document = write_document(read_document(sample_document()).state, 3)
    assert read_document(document).state == read_document(sample_document()).state
    errors = [error.json_path for error in Draft202012Validator(schema).iter_errors(document)]
    assert errors == []
