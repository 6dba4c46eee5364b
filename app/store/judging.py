"""Standards that leads are judged by, and judgments as rows with everything that went in."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import JudgedFor, JudgmentRecord, StandardVersion
from routing.definition_document import parse_definition
from routing.judging import Judgment, Standards
from routing.scorecard import parse_scorecard
from routing.scoring import Behavior

IN_FORCE = "standards"
"""The key in the company's settings that says which versions are in force: kind → number."""


def standards_in_force(session: Session, settings: Mapping[str, Any]) -> Standards:
    """What the company's settings say leads are judged by."""
    return load_standards(session, settings.get(IN_FORCE, {}))


def load_standards(session: Session, versions: Mapping[str, int | None]) -> Standards:
    """The versions with these numbers, by kind; a kind without a number is not there."""
    scoring = _document(session, "scoring", versions)
    qualification = _document(session, "qualification", versions)
    return Standards(
        parse_scorecard(scoring) if scoring else None,
        parse_definition(qualification) if qualification else None,
    )


def _document(session: Session, kind: str, versions: Mapping[str, int | None]) -> dict[str, Any] | None:
    number = versions.get(kind)
    if not number:
        return None
    row = session.get_one(StandardVersion, (kind, number))
    known = {key: value for key, value in row.document.items() if value is not None}
    return {**known, "name": kind, "version": number}


def add_judgment(
    session: Session,
    request_id: int,
    judgment: Judgment,
    versions: Mapping[str, int],
    inputs: Mapping[str, Any],
    made_for: JudgedFor = JudgedFor.ROUTING,
) -> JudgmentRecord:
    """Keep a judgment with the versions and everything beside the request's facts that it was made of."""
    record = JudgmentRecord(
        request_id=request_id,
        made_for=made_for,
        scoring_version=versions.get("scoring"),
        qualification_version=versions.get("qualification"),
        inputs=dict(inputs),
        outcome=judgment.to_json(),
    )
    session.add(record)
    session.flush()
    return record


def newest_judgment(
    session: Session, request_id: int, made_for: JudgedFor | None = None
) -> JudgmentRecord | None:
    """The newest judgment of a request, or the newest that was made for this."""
    rows = select(JudgmentRecord).where(JudgmentRecord.request_id == request_id)
    if made_for is not None:
        rows = rows.where(JudgmentRecord.made_for == made_for)
    return session.scalar(rows.order_by(JudgmentRecord.id.desc()).limit(1))


def standards_of(session: Session, record: JudgmentRecord) -> Standards:
    """What a stored judgment was made by."""
    numbers = {"scoring": record.scoring_version, "qualification": record.qualification_version}
    return load_standards(session, numbers)


def behaviors_of(record: JudgmentRecord) -> list[Behavior]:
    """What a stored judgment knew that the lead had done, with its age at that time."""
    return [Behavior.from_json(each) for each in record.inputs["behaviors"]]
