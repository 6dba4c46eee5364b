"""Why a rep did not get leads that somebody got: counts by cause, without any of the leads."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

TURN = "turn"
"""The cause of leads that a rep could have taken, when it was somebody else's turn."""

_COUNT = text(
    "SELECT cause, count(*) FROM (SELECT coalesce("
    " (SELECT row ->> 'code' FROM jsonb_array_elements(made.trace -> 'refused') AS listed(row)"
    "  WHERE jsonb_exists(row -> 'reps', :rep) LIMIT 1),"
    " (SELECT row ->> 'code' FROM jsonb_array_elements("
    "    routes.trace -> 'destinations' -> (made.inputs ->> 'destination')::int -> 'refused') AS listed(row)"
    "  WHERE jsonb_exists(row -> 'reps', :rep) LIMIT 1),"
    " CASE WHEN made.trace -> 'ranking' @> jsonb_build_array(jsonb_build_object('rep', cast(:rep AS text)))"
    "  THEN 'turn' END) AS cause"
    " FROM assignments AS made JOIN routes ON routes.id = made.route_id"
    " WHERE made.created_at >= :since AND made.trace ->> 'winner' IS DISTINCT FROM :rep) AS missed"
    " WHERE cause IS NOT NULL GROUP BY cause"
)
_GOT = text(
    "SELECT count(*) FROM assignments AS made"
    " WHERE made.created_at >= :since AND made.trace ->> 'winner' = :rep"
)


def count_missed(session: Session, rep: str, since: datetime) -> dict[str, int]:
    """By cause (a refusal's code, or `turn`), the leads given to others since then that a rep was looked at for."""
    rows = session.execute(_COUNT, {"rep": rep, "since": since})
    return {cause: count for cause, count in rows}  # noqa: C416 - rows are no pairs to mypy


def count_got(session: Session, rep: str, since: datetime) -> int:
    """How many meetings they were given since then."""
    return int(session.execute(_GOT, {"rep": rep, "since": since}).scalar_one())
