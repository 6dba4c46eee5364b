"""Routers in layers as a part of the document."""

from typing import Any

from app.configuration.checks import actions_of
from app.configuration.document import read_item, write_item

RULE = {
    "name": "a",
    "when": {"field": "employees", "op": "gte", "value": 200},
    "action": {"pool": "p"},
    "fallback": [{"queue": "q"}],
}
CATCH_ALL = [{"queue": "q"}]


def read(**document: Any) -> dict[str, Any]:
    return read_item("routers", "r", {"catch_all": CATCH_ALL, **document}, "r")


def test_a_router_says_rules_or_layers_and_never_both() -> None:
    assert read(rules=[RULE]).keys() == {"name", "rules", "catch_all"}
    assert read(layers=[{"name": "one", "rules": [RULE]}]).keys() == {"name", "layers", "catch_all"}


def test_what_is_exported_is_read_back_the_same() -> None:
    for document in ({"rules": [RULE]}, {"layers": [{"name": "one", "notes": "why", "rules": [RULE]}]}):
        stored = read(**document)
        assert read_item("routers", "r", write_item("routers", stored), "r") == stored
        assert read_item("routers", "r", stored, "r") == stored


def test_every_action_in_layers_is_found_with_its_path() -> None:
    stored = read(layers=[{"name": "one", "rules": []}, {"name": "two", "rules": [RULE]}])
    assert [path for path, _ in actions_of(stored)] == [
        "layers[1].rules[0].action",
        "layers[1].rules[0].fallback[0]",
        "catch_all[0]",
    ]
