"""Experiments go by their names, so a name stands for one only, whichever router it is in."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.configuration.document import State
from app.configuration.patch import Places, below, place_of
from app.errors import FieldError


def errors_of(state: State, places: Places) -> Iterator[FieldError]:
    """Names that another router uses already."""
    first: dict[str, str] = {}
    for key, router in state["routers"].items():
        for path, name in _names_in(router, ""):
            if first.setdefault(name, key) != key:
                message = f"is already the name of an experiment in the router {first[name]}"
                yield FieldError(below(place_of(places, "routers", key), path), "duplicate", message)


def _names_in(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """The names of experiments, with their paths."""
    if isinstance(node, Mapping):
        if isinstance(split := node.get("split"), Mapping):
            yield f"{path}.split.name".removeprefix("."), str(split["name"])
        for key, child in node.items():
            yield from _names_in(child, f"{path}.{key}".removeprefix("."))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _names_in(child, f"{path}[{index}]")
