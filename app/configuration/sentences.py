"""What a change does, in sentences a person reviews before it is applied."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.configuration.document import COLLECTIONS, is_single
from app.configuration.patch import Change
from routing.condition_words import condition_phrase, listed
from routing.conditions import InvalidCondition, parse_condition
from routing.diff import diff_routers
from routing.router import parse_router

LONGEST = 90
_NAMES = ("rep", "name", "secret", "value", "date", "from")
"""The fields by which items of a list are told apart, the first that fits."""


def sentences_of(change: Change) -> list[str]:
    """`Pool dach-ae: members, remy@acme.test, weight: 1 becomes 2.` and the like."""
    noun = COLLECTIONS[change.collection].noun
    if change.before is None:
        return [f"Add the {noun}{_called(change)}."]
    if change.after is None:
        return [f"Archive the {noun}{_called(change)}."]
    head = f"{noun.capitalize()}{_called(change)}"
    if change.collection == "routers":
        changes = diff_routers(parse_router(change.before), parse_router(change.after))
        return [f"{head}: {each.sentence()}" for each in changes]
    return [f"{head}: {sentence}" for sentence in _compare((), change.before, change.after)]


def _called(change: Change) -> str:
    return "" if is_single(change.collection) else f" {change.key}"


def _compare(path: tuple[str, ...], old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if _condition(old) and _condition(new):
        yield f"{_words(path)}: {_condition(old)} becomes {_condition(new)}."
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _compare((*path, str(key)), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(path, old, new)
    else:
        yield f"{_words(path)}: {_show(old)} becomes {_show(new)}."


def _compare_lists(path: tuple[str, ...], old: list[Any], new: list[Any]) -> Iterator[str]:
    before, after = _by_name(old), _by_name(new)
    if before is None or after is None:
        yield f"{_words(path)}: {_show(old)} becomes {_show(new)}."
        return
    for name in after:
        if name not in before:
            yield f"{_words(path)}: adds {_show_item(name, after[name])}."
    for name in before:
        if name not in after:
            yield f"{_words(path)}: removes {_shorten(name)}."
        else:
            yield from _compare((*path, name), before[name], after.get(name, before[name]))
    common = [name for name in before if name in after]
    if common != [name for name in after if name in before]:
        yield f"{_words(path)}: the order becomes {_shorten(', '.join(after))}."


def _by_name(items: list[Any]) -> dict[str, Any] | None:
    """The items by what names them; None when they have no names or a name comes twice."""
    found = {_name(item): item for item in items}
    return found if None not in found and len(found) == len(items) else None  # type: ignore[return-value]


def _name(item: Any) -> str | None:
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        return next((str(item[field]) for field in _NAMES if field in item), None)
    return None


def _show_item(name: str, item: Any) -> str:
    return _shorten(name) if isinstance(item, str) else f"{_shorten(name)} {_show(_rest(item))}"


def _rest(item: dict[str, Any]) -> dict[str, Any]:
    named = next(field for field in _NAMES if field in item)
    return {key: value for key, value in item.items() if key != named and value not in (None, {}, [], "")}


def _words(path: tuple[str, ...]) -> str:
    return ", ".join(_shorten(part.replace("_", " ") if part.islower() else part) for part in path)


def _show(value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    return _shorten(_plain(value))


def _plain(value: Any) -> str:
    """A value without brackets and quotes: `yes`, `DE and AT`, `weight 2, tier 1`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return listed(map(_plain, value), "and")
    if isinstance(value, dict):
        said = (f"{key.replace('_', ' ')} {_plain(part)}" for key, part in value.items() if part is not None)
        return _condition(value) or ", ".join(said)
    return "nothing" if value is None else str(value)


def _condition(value: Any) -> str | None:
    """A condition in words; None when it is none."""
    if not isinstance(value, Mapping) or not value.keys() & {"op", "all", "any", "not"}:
        return None
    try:
        return condition_phrase(parse_condition(value))
    except InvalidCondition:
        return None


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
