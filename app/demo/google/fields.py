"""Partial responses: the `fields` parameter, such as `kind,items(id,start/dateTime)`."""

import re
from typing import Any

from app.demo.google.errors import Refused

Mask = dict[str, "Mask"]
_TOKEN = re.compile(r"[A-Za-z0-9_]+|\*|[(),/]")


def apply_fields(text: str | None, document: dict[str, Any]) -> dict[str, Any]:
    """Only the parts of `document` that were asked for; all of it when nothing was."""
    if not text:
        return document
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise Refused(400, "invalidParameter", f"Invalid field selection {text}", "fields")
    mask, rest = _selection(tokens)
    if rest:
        raise Refused(400, "invalidParameter", f"Invalid field selection {text}", "fields")
    picked: dict[str, Any] = _pick(document, mask)
    return picked


def _selection(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while tokens:
        name, tokens = tokens[0], tokens[1:]
        inner: Mask = {}
        if tokens[:1] == ["/"]:
            inner, tokens = _path(tokens[1:])
        elif tokens[:1] == ["("]:
            inner, tokens = _selection(tokens[1:])
            if tokens[:1] != [")"]:
                raise Refused(400, "invalidParameter", "Invalid field selection", "fields")
            tokens = tokens[1:]
        mask[name] = mask.get(name, {}) | inner
        if tokens[:1] != [","]:
            break
        tokens = tokens[1:]
    return mask, tokens


def _path(tokens: list[str]) -> tuple[Mask, list[str]]:
    name, tokens = tokens[0], tokens[1:]
    if tokens[:1] == ["/"]:
        inner, tokens = _path(tokens[1:])
        return {name: inner}, tokens
    return {name: {}}, tokens


def _pick(value: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [_pick(each, mask) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _pick(each, mask[key]) for key, each in value.items() if key in mask}
