"""Meetings with seats, and what they cannot be combined with."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.configuration.document import State
from app.configuration.patch import Places, below, place_of
from app.errors import FieldError


def errors_of(state: State, places: Places) -> Iterator[FieldError]:
    """Forms whose prospects would share a meeting at which several of us have to be."""
    for key, form in state["forms"].items():
        kind = state["meeting_types"].get(form["meeting_type"], {})
        if kind.get("seats", 1) < 2:
            continue
        for router in _reached(state, form["router"]):
            if _finds(state["routers"][router], "with"):
                message = (
                    f"prospects share the meetings of {form['meeting_type']}, which one rep gives;"
                    f" the router {router} asks for further people (with)"
                )
                yield FieldError(below(place_of(places, "forms", key), "meeting_type"), "shared", message)


def _reached(state: State, router: str) -> list[str]:
    """A router and all that it leads to, those that exist."""
    found, waiting = [], [router]
    while waiting:
        name = waiting.pop()
        if name in state["routers"] and name not in found:
            found.append(name)
            waiting += [each for each in _finds(state["routers"][name], "router") if isinstance(each, str)]
    return found


def _finds(node: Any, wanted: str) -> list[Any]:
    """Everything that stands under a key, however deep."""
    if isinstance(node, Mapping):
        here = [node[wanted]] if node.get(wanted) else []
        return here + [found for child in node.values() for found in _finds(child, wanted)]
    if isinstance(node, list):
        return [found for child in node for found in _finds(child, wanted)]
    return []
