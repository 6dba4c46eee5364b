"""The record of somebody who takes part because everybody in their role does: nobody chose, and it is no turn."""

from routing.assigned import Assignment, Ranked

REQUIRED = "required"


def require(rep: str, *, slot: tuple[int, int]) -> Assignment:
    """One of a panel at a slot (UTC minutes, half-open)."""
    return Assignment(
        pool=None,
        distribution=None,
        slot=slot,
        winner=rep,
        runner_up=None,
        ranking=(Ranked(rep, 1, {}),),
        refused=(),
        tie_break=None,
        reason=REQUIRED,
        entries=(),
    )
