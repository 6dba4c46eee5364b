"""The record of a prospect who takes a seat at a session that has begun to fill: whose turn it is was decided when it
was opened, so nobody is charged again."""

from collections.abc import Mapping

from routing.assigned import Assignment, Ranked

JOINED = "joined_session"


def join(
    sessions: Mapping[str, int], seats: int, *, slot: tuple[int, int], pool: str | None = None
) -> Assignment:
    """A seat at the fullest session of a slot (UTC minutes, half-open), so that groups form; of equally full ones the
    reps' ids decide.

    `sessions` are the reps who have one with a seat left, and how many of its `seats` are taken or held; `pool` is the
    one that led here, where one did.
    """
    order = sorted(sessions, key=lambda rep: (-sessions[rep], rep))
    ranking = tuple(
        Ranked(rep, position, {"taken": sessions[rep], "seats": seats})
        for position, rep in enumerate(order, start=1)
    )
    runner_up = order[1] if len(order) > 1 else None
    is_level = runner_up is not None and sessions[runner_up] == sessions[order[0]]
    return Assignment(
        pool=pool,
        distribution=None,
        slot=slot,
        winner=order[0],
        runner_up=runner_up,
        ranking=ranking,
        refused=(),
        tie_break="stable_key" if is_level else None,
        reason=JOINED,
        entries=(),
    )
