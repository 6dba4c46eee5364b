"""Reads definitions of how leads are judged, finding every problem rather than the first."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from routing.action import Action, read_action
from routing.conditions import read_condition
from routing.definition import (
    Definition,
    InvalidDefinition,
    LeadType,
    Profile,
    Segment,
    Stage,
    StageLine,
    TypeLine,
    VerdictLine,
)
from routing.problems import Problems, join
from routing.route import Verdict

MOST_LINES = 200
_KEYS = frozenset(
    {"name", "version", "segments", "stages", "icp", "lead_types", "verdicts", "otherwise", "paths"}
)
T = TypeVar("T")


def parse_definition(document: Any) -> Definition:
    """The definition in a document (the keys are the fields of `Definition`); `InvalidDefinition` lists all problems
    with their paths."""
    problems = Problems()
    definition = _read(document, problems)
    if problems.found or definition is None:
        raise InvalidDefinition(tuple(problems.found))
    return definition


def _read(document: Any, problems: Problems) -> Definition | None:
    data = problems.mapping(document, "", _KEYS)
    if data is None:
        return None
    return Definition(
        name=problems.text(data.get("name"), "name") or "",
        version=problems.whole(data.get("version", 1), "version", 1, 10**9) or 1,
        segments=_segments(data, problems),
        stages=_known(_stage(*each, problems) for each in _lines(data, "stages", problems)),
        icp=_profile(data.get("icp"), problems),
        lead_types=_known(_lead_type(*each, problems) for each in _lines(data, "lead_types", problems)),
        verdicts=_known(_verdict_line(*each, problems) for each in _lines(data, "verdicts", problems)),
        otherwise=_verdict(data.get("otherwise", "qualified"), "otherwise", problems) or Verdict.QUALIFIED,
        paths=_paths(data.get("paths", {}), problems),
    )


def _lines(data: Mapping[str, Any], name: str, problems: Problems) -> list[tuple[Any, str]]:
    items = problems.items(data.get(name, []), name, MOST_LINES)
    return [(item, join(name, index)) for index, item in enumerate(items)]


def _known(found: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(each for each in found if each is not None)


def _one_of(kind: type[StrEnum], data: Any, path: str, problems: Problems) -> Any:
    if isinstance(data, str) and data in tuple(kind):
        return kind(data)
    problems.add(path, "invalid", f"must be one of {', '.join(kind)}")
    return None


def _segments(data: Mapping[str, Any], problems: Problems) -> tuple[Segment, ...]:
    found = [_segment(*each, problems) for each in _lines(data, "segments", problems)]
    for index, segment in enumerate(found):
        if segment is not None and any(other and other.name == segment.name for other in found[:index]):
            problems.add(join(join("segments", index), "name"), "duplicate", "is there twice")
    return _known(found)


def _segment(item: Any, path: str, problems: Problems) -> Segment | None:
    data = problems.mapping(item, path, frozenset({"name", "when"}))
    if data is None:
        return None
    name = problems.text(data.get("name"), join(path, "name"), 80)
    when = read_condition(data.get("when"), join(path, "when"), problems)
    return None if name is None or when is None else Segment(name, when)


def _stage(item: Any, path: str, problems: Problems) -> StageLine | None:
    data = problems.mapping(item, path, frozenset({"stage", "when"}))
    if data is None:
        return None
    stage = _one_of(Stage, data.get("stage"), join(path, "stage"), problems)
    when = read_condition(data.get("when"), join(path, "when"), problems)
    return None if stage is None or when is None else StageLine(stage, when)


def _lead_type(item: Any, path: str, problems: Problems) -> TypeLine | None:
    data = problems.mapping(item, path, frozenset({"lead_type", "when"}))
    if data is None:
        return None
    lead_type = _one_of(LeadType, data.get("lead_type"), join(path, "lead_type"), problems)
    when = read_condition(data.get("when"), join(path, "when"), problems)
    return None if lead_type is None or when is None else TypeLine(lead_type, when)


def _profile(item: Any, problems: Problems) -> Profile | None:
    if item is None:
        return None
    data = problems.mapping(item, "icp", frozenset({"version", "when"}))
    if data is None:
        return None
    version = problems.whole(data.get("version", 1), "icp.version", 1, 10**9)
    when = read_condition(data.get("when"), "icp.when", problems)
    return None if when is None or version is None else Profile(version, when)


def _verdict(data: Any, path: str, problems: Problems) -> Verdict | None:
    found: Verdict | None = _one_of(Verdict, data, path, problems)
    return found


def _verdict_line(item: Any, path: str, problems: Problems) -> VerdictLine | None:
    data = problems.mapping(item, path, frozenset({"name", "verdict", "when", "path"}))
    if data is None:
        return None
    name = problems.text(data.get("name"), join(path, "name"))
    verdict = _verdict(data.get("verdict"), join(path, "verdict"), problems)
    when = read_condition(data.get("when"), join(path, "when"), problems)
    goes = None if data.get("path") is None else read_action(data["path"], join(path, "path"), problems)
    return None if name is None or verdict is None or when is None else VerdictLine(name, verdict, when, goes)


def _paths(item: Any, problems: Problems) -> dict[Verdict, Action]:
    others = [verdict for verdict in Verdict if verdict is not Verdict.QUALIFIED]
    data = problems.mapping(item, "paths", frozenset(verdict.value for verdict in others)) or {}
    read = {
        v: read_action(data[v.value], join("paths", v.value), problems) for v in others if v.value in data
    }
    return {verdict: action for verdict, action in read.items() if action is not None}
