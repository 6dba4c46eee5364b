"""What only shows when a pool's members are looked at together: percentages, floors and caps that cannot all hold."""

from collections.abc import Iterator
from typing import NamedTuple

from app.configuration.document import Plain
from routing.pool import Distribution

BY_SHARE = frozenset({Distribution.ROUND_ROBIN, Distribution.EQUAL_CHANCES, Distribution.VALUE_BALANCED})
"""Distributions that look at shares."""

_SETS_A_SHARE = ("percent", "floor", "cap")


class ShareFault(NamedTuple):
    """A fault at a path inside the pool."""

    path: str
    code: str
    message: str


def share_faults(pool: Plain) -> Iterator[ShareFault]:
    """What is wrong with the shares of a pool, given as plain data."""
    yield from _without_effect(pool)
    yield from _percentages(pool["members"])
    yield from _bounds(pool["members"])


def _without_effect(pool: Plain) -> Iterator[ShareFault]:
    if pool["distribution"] in BY_SHARE:
        return
    message = f"has no effect: {pool['distribution']} does not look at shares"
    for index, member in enumerate(pool["members"]):
        for name in _SETS_A_SHARE:
            if member[name] is not None:
                yield ShareFault(f"members[{index}].{name}", "no-effect", message)
    if pool["performance"] is not None:
        yield ShareFault("performance", "no-effect", message)


def _percentages(members: list[Plain]) -> Iterator[ShareFault]:
    total = 0
    for index, member in enumerate(members):
        total += member["percent"] or 0
        if total > 100:
            message = f"brings the percentages to {total}%, and there are only 100%"
            yield ShareFault(f"members[{index}].percent", "out-of-range", message)
            return
    if total == 100:
        for index, member in enumerate(members):
            if member["percent"] is None:
                message = "is missing: the percentages of the others add up to 100%, so nothing is left"
                yield ShareFault(f"members[{index}].percent", "missing", message)


def _bounds(members: list[Plain]) -> Iterator[ShareFault]:
    total = 0
    for index, member in enumerate(members):
        total += member["floor"] or 0
        if total > 100:
            message = f"brings the floors to {total}%, and there are only 100%"
            yield ShareFault(f"members[{index}].floor", "out-of-range", message)
            return
    caps = [member["cap"] for member in members]
    if caps and None not in caps and sum(caps) < 100:
        message = f"all have caps, and those add up to {sum(caps)}%: it must be 100% or more"
        yield ShareFault("members", "out-of-range", message)
