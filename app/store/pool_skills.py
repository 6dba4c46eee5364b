"""Who took the leads that asked for a skill."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from app.models import AssignmentRecord, Rep, RouteRecord

SKILL_PERIOD = timedelta(days=30)


def skills_taken(session: Session, now: datetime) -> dict[int, dict[str, dict[str, int]]]:
    """The assignments of the last thirty days by pool, by skill that a rule required, and by rep (public id)."""
    index = cast(AssignmentRecord.inputs["destination"].astext, Integer)
    asked = RouteRecord.trace["destinations"][index]["require_skills"]
    skill = func.jsonb_object_keys(asked).table_valued("name", name="asked").render_derived()
    rows = session.execute(
        select(AssignmentRecord.pool_id, skill.c.name, Rep.public_id, func.count())
        .select_from(AssignmentRecord)
        .join(RouteRecord, RouteRecord.id == AssignmentRecord.route_id)
        .join(Rep, Rep.id == AssignmentRecord.rep_id)
        .join(skill, func.jsonb_typeof(asked) == "object")
        .where(
            AssignmentRecord.pool_id.is_not(None),
            AssignmentRecord.beside_id.is_(None),
            AssignmentRecord.created_at > now - SKILL_PERIOD,
        )
        .group_by(AssignmentRecord.pool_id, skill.c.name, Rep.public_id)
    )
    found: dict[int, dict[str, dict[str, int]]] = {}
    for pool_id, name, rep, count in rows:
        found.setdefault(pool_id, {}).setdefault(name, {})[rep] = count
    return found
