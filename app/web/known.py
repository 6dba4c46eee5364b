"""What a page knows of a decision beside its record: when turns were taken, and what would have changed it."""

from app.db import Session
from app.models import AssignmentRecord
from app.store.ledger import turn_times
from app.web.why_lines import NOTHING_ELSE, Known
from routing.flips import Flip


def known_of(
    session: Session,
    assignment: AssignmentRecord | None,
    *,
    flips: tuple[Flip, ...] = (),
    you: str | None = None,
) -> Known:
    """For one decision; one query where a pool decided. `you` is the public id of the rep who reads."""
    if assignment is None:
        return Known(flips=flips, you=you) if flips or you else NOTHING_ELSE
    turns = {}
    if assignment.pool_id is not None:
        numbers = (ranked["numbers"].get("last_turn") for ranked in assignment.trace["ranking"])
        turns = turn_times(session, assignment.pool_id, (each for each in numbers if each is not None))
    return Known(flips, you, turns, assignment.created_at)
