"""Judge a request again when facts came too late for its decision: shown with the lead, moving nobody."""

from collections.abc import Iterable, Mapping
from typing import Any

from app import clock
from app.db import Session
from app.models import JudgedFor, Request
from app.store.judging import add_judgment, behaviors_of, newest_judgment, standards_of
from app.store.records import add_activity
from routing.facts import Facts
from routing.judging import Judgment, facts_before, judge_lead


def rescore_with(
    session: Session, request: Request, origins: Mapping[str, Any], fields: Iterable[str]
) -> bool:
    """Judge by the versions of the decision, with the late values of these fields; whether it came out otherwise.

    Nothing is kept when it comes out the same. What was decided stays.
    """
    record = newest_judgment(session, request.id, JudgedFor.ROUTING)
    late = {name: origins[name]["value"] for name in fields if origins[name].get("is_late")}
    if record is None or request.facts is None or not late:
        return False
    stood = Judgment.from_json(record.outcome)
    standards = standards_of(session, record)
    facts = Facts({**facts_before(Facts.from_json(request.facts.facts), stood).values, **late})
    again = judge_lead(standards, facts, behaviors_of(record))
    if again.facts == stood.facts:
        return False
    inputs = {**record.inputs, "late": late}
    add_judgment(session, request.id, again, standards.versions, inputs, JudgedFor.LATE)
    add_activity(
        session,
        "request.rescored",
        at=clock.now(),
        actor="system",
        lead_id=request.lead_id,
        request_id=request.id,
        score=again.score.total if again.score else None,
        before=stood.score.total if stood.score else None,
    )
    return True
