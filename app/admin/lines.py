"""From a path in a document (`rules[3].when.value`) to the line on which it stands."""

import re

import yaml

_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def line_of(text: str, path: str) -> int | None:
    """The line (from 1) of the deepest part of `path` that the document has; None when it cannot be read."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if node is None:
        return None
    line = node.start_mark.line
    for name, index in _PART.findall(path):
        found = _inside(node, name, int(index) if index else None)
        if found is None:
            break
        line, node = found
    return int(line) + 1


def _inside(node: yaml.Node, name: str, index: int | None) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and index is not None and index < len(node.value):
        item = node.value[index]
        return item.start_mark.line, item
    if isinstance(node, yaml.MappingNode) and index is None:
        for key, value in node.value:
            if key.value == name:
                return key.start_mark.line, value
    return None
