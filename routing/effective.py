"""From when until when something holds."""

from routing.conditions import AllOf, Condition, FieldCheck, parse_condition

TODAY = "today"
"""The fact that effective dates look at: an ISO date, given by the caller."""


def in_effect(when: Condition, starts: str | None, ends: str | None) -> Condition:
    """The condition with its dates in front: it holds while `starts <= today < ends` (ISO dates; None is open)."""
    dates = [_on(op, on) for op, on in (("gte", starts), ("lt", ends)) if on is not None]
    return AllOf((*dates, when)) if dates else when


def _on(op: str, date: str) -> FieldCheck:
    condition = parse_condition({"field": TODAY, "op": op, "value": date})
    assert isinstance(condition, FieldCheck)
    return condition
