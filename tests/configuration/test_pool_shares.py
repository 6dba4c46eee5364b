"""Shares that cannot all hold are refused, each at its own place."""

from typing import Any

import pytest

from app.configuration.checks import Checker
from app.configuration.document import State
from app.configuration.patch import read_patch
from app.errors import Invalid
from tests.configuration.test_checks import state

__all__ = ["state"]

POOL = {"name": "shared", "queue": "managers"}
REMY, ROSA = {"rep": "remy@acme.test"}, {"rep": "rosa@acme.test"}


def read(*members: dict[str, Any], **pool: Any) -> dict[str, Any]:
    """The pool as the document reads it."""
    return dict(
        read_patch({"pools": {"shared": {**POOL, "members": list(members), **pool}}}, {})["pools"]["shared"]
    )


def faults(state: State, *members: dict[str, Any], **pool: Any) -> list[tuple[str, str]]:
    state["pools"]["shared"] = read(*members, **pool)
    errors = Checker(state, {}).errors()
    return [(error.field.removeprefix("pools[shared]."), error.code) for error in errors]


@pytest.mark.parametrize(
    ("members", "pool", "found"),
    [
        (({**REMY, "percent": "60%"}, {**ROSA, "percent": "40%"}), {}, []),
        (({**REMY, "percent": "60%"}, ROSA), {}, []),
        (({**REMY, "percent": 60}, {**ROSA, "percent": 41}), {}, [("members[1].percent", "out-of-range")]),
        (({**REMY, "percent": 100}, ROSA), {}, [("members[1].percent", "missing")]),
        (({**REMY, "floor": 60}, {**ROSA, "floor": 41}), {}, [("members[1].floor", "out-of-range")]),
        (({**REMY, "cap": 50}, {**ROSA, "cap": 49}), {}, [("members", "out-of-range")]),
        (({**REMY, "cap": 50}, ROSA), {}, []),
        (
            ({**REMY, "percent": 60}, ROSA),
            {"distribution": "longest_idle"},
            [("members[0].percent", "no-effect")],
        ),
        ((REMY,), {"distribution": "most_skilled", "performance": "held"}, [("performance", "no-effect")]),
        ((REMY,), {"distribution": "equal_chances", "performance": "held"}, []),
    ],
)
def test_shares_that_cannot_all_hold_are_told_where_they_stand(
    state: State, members: tuple[dict[str, Any], ...], pool: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert faults(state, *members, **pool) == found


@pytest.mark.parametrize(
    "member",
    [
        {"percent": "0%"},
        {"percent": 101},
        {"percent": 30, "floor": 40},
        {"percent": 30, "cap": 20},
        {"floor": 50, "cap": 40},
        {"new_per_day": 9, "new_per_week": 3},
        {"new_per_day": 0},
        {"new_per_day": "many"},
        {"percent": [1]},
    ],
)
def test_a_members_own_settings_are_checked_with_their_path(member: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        read({**REMY, **member})
    assert refused.value.errors[0].field.startswith("pools[shared].members[0]")


@pytest.mark.parametrize(
    "setting",
    [
        {"max_ahead": 0},
        {"max_ahead": 101},
        {"when_everybody_is_out": "panic"},
        {"performance": "luck"},
        {"offering": "fair"},
    ],
)
def test_a_pools_own_settings_are_checked_with_their_path(setting: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        read(REMY, **setting)
    assert refused.value.errors[0].field == f"pools[shared].{next(iter(setting))}"
