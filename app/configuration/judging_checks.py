"""What is wrong, or looks wrong, with the scorecard and the definition once the whole configuration is looked at."""

from collections.abc import Iterator
from typing import Any

from app.configuration.document import QUALIFICATION, SCORING, Plain, State
from app.configuration.lint import fields_supplied
from app.configuration.patch import Places, below, place_of
from app.errors import FieldError
from routing.computed import COMPUTED, STATED
from routing.conditions import parse_condition
from routing.lint import ALWAYS_KNOWN

_PLACES = {
    "pool": "pools",
    "queue": "queues",
    "rep": "reps",
    "router": "routers",
    "territory": "territories",
}
_IN_BEHAVIORS = frozenset({"kind", "topic", "url", "reported_by"})
"""What the conditions of engagement ask about: the behavior, not the lead."""


def errors_of(state: State, places: Places) -> Iterator[FieldError]:
    """Paths of verdicts that lead nowhere, and messages for which a form has no words."""
    for path, action in _actions(_item(state, QUALIFICATION)):
        place = below(place_of(places, QUALIFICATION, QUALIFICATION), path)
        for word, collection in _PLACES.items():
            if isinstance(action.get(word), str) and action[word] not in state[collection]:
                yield FieldError(
                    f"{place}.{word}", "unknown-reference", f"there is no {word} called {action[word]}"
                )
        if "message" in action:
            yield from _without_words(state, places, str(action["message"]))


def _without_words(state: State, places: Places, message: str) -> Iterator[FieldError]:
    for slug, form in state["forms"].items():
        if message not in form["messages"]:
            place = below(place_of(places, "forms", slug), "messages")
            words = f"qualification ends in the message {message}, which has no text here"
            yield FieldError(place, "unknown-message", words)


def warnings_of(state: State, places: Places) -> Iterator[FieldError]:
    """Conditions on fields that nobody supplies, and questions whose answers give way to what we work out."""
    supplied = ALWAYS_KNOWN | fields_supplied(state)
    for collection, path, when, is_of_behavior in _conditions(state):
        place = below(place_of(places, collection, collection), path)
        fields = {leaf.field for leaf in parse_condition(when).leaves()}
        for name in sorted(fields - (_IN_BEHAVIORS if is_of_behavior else supplied)):
            message = f"a behavior has no {name}" if is_of_behavior else f"no form supplies {name}"
            yield FieldError(place, "unsupplied-field", f"{message}, so this may never be known")
    if _item(state, SCORING) or _item(state, QUALIFICATION):
        yield from _hidden_answers(state, places)


def _hidden_answers(state: State, places: Places) -> Iterator[FieldError]:
    for slug, form in state["forms"].items():
        for index, field in enumerate(form["fields"]):
            if field["name"] in COMPUTED - STATED:
                place = below(place_of(places, "forms", slug), f"fields[{index}].name")
                yield FieldError(
                    place, "reserved", f"{field['name']} is worked out by us; the answer may give way"
                )


def _item(state: State, collection: str) -> Plain:
    return state.get(collection, {}).get(collection, {})


def _actions(definition: Plain) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, line in enumerate(definition.get("verdicts", ())):
        if line.get("path"):
            yield f"verdicts[{index}].path", line["path"]
    for verdict, action in definition.get("paths", {}).items():
        yield f"paths.{verdict}", action


def _conditions(state: State) -> Iterator[tuple[str, str, Any, bool]]:
    """Every condition: where it stands, and whether it asks about a behavior."""
    for index, item in enumerate(_item(state, SCORING).get("items", ())):
        yield SCORING, f"items[{index}].when", item["when"], item["kind"] == "engagement"
    definition = _item(state, QUALIFICATION)
    for name in ("segments", "stages", "lead_types", "verdicts"):
        for index, line in enumerate(definition.get(name, ())):
            yield QUALIFICATION, f"{name}[{index}].when", line["when"], False
    if definition.get("icp"):
        yield QUALIFICATION, "icp.when", definition["icp"]["when"], False
