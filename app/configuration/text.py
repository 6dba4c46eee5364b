"""YAML whose scalars are text: the schema types them, so that Norway stays `NO` and `01234` keeps its zero.

Only an empty scalar, `~` and `null` mean "nothing". Keys that come twice, aliases (a page of them can stand for
gigabytes), tags and more than `LONGEST` characters are refused.
"""

import re
from typing import Any

import yaml

from app.errors import Malformed

LONGEST = 8_000_000
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = yaml.SafeDumper


class _TextLoader(_Base):  # type: ignore[misc]  # the C loader is there or it is not
    """Everything is text, a list or a mapping."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's way to say it
        first: [("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"))]
        for first in ["~", "n", "N", ""]
    }

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        if node in self.constructed_objects:
            raise yaml.constructor.ConstructorError(None, None, "aliases are not used here", node.start_mark)
        return super().construct_object(node, deep)


def _mapping(loader: Any, node: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, "keys must be text", key_node.start_mark)
        if key in found:
            problem = f"the key {key[:80]!r} comes twice"
            raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _refuse(loader: Any, node: Any) -> Any:
    raise yaml.constructor.ConstructorError(
        None, None, f"the tag {node.tag} is not used here", node.start_mark
    )


_TextLoader.yaml_constructors = {
    "tag:yaml.org,2002:null": _Base.construct_yaml_null,
    "tag:yaml.org,2002:str": _Base.construct_yaml_str,
    "tag:yaml.org,2002:seq": lambda loader, node: loader.construct_sequence(node, deep=True),
    "tag:yaml.org,2002:map": _mapping,
    None: _refuse,
}


class _Writer(_Dumper):  # type: ignore[misc]
    """Indents lists inside of mappings and quotes only what YAML itself would misread."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read_yaml(text: str) -> Any:
    """The document in `text` (YAML, and therefore JSON too). Raises Malformed with line and column."""
    if len(text) > LONGEST:
        raise Malformed(f"The document has {len(text)} characters; at most {LONGEST} are allowed")
    try:
        return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a safe loader with fewer types
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise Malformed(f"The document is not valid YAML: {error.problem}{where}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise Malformed(f"The document is not valid YAML: {str(error)[:200]}") from None
    except RecursionError:
        raise Malformed("The document is nested too deeply") from None


def write_yaml(document: Any) -> str:
    """The document as YAML that `read_yaml` reads back to the same values (numbers as text)."""
    return str(
        yaml.dump(
            document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
        )
    )
