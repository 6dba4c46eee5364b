"""Keep a submission: from here on nothing can lose it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app import clock
from app.db import Session, transaction
from app.enrichment.answers import Question, Reading, read_answers
from app.enrichment.behaviors import read_behaviors
from app.enrichment.letters import storable
from app.models import Request
from app.store.behaviors import BehaviorView, add_behaviors
from app.store.company import FormView
from app.store.records import add_activity, find_answer, keep_answer
from app.store.requests import add_request, find_request, upsert_lead


@dataclass(frozen=True, slots=True)
class Submission:
    """What arrived from a form. `timezone` is a known IANA zone; `key` is the caller's Idempotency-Key; `behaviors`
    are what the page says the visitor did, as they came."""

    answers: Mapping[str, Any]
    timezone: str
    locale: str
    source: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    behaviors: Sequence[Any] = ()

    def body(self) -> dict[str, Any]:
        """What an idempotency key stands for."""
        body = {"answers": dict(self.answers), "timezone": self.timezone, "source": dict(self.source)}
        return {**body, "behaviors": list(self.behaviors)} if self.behaviors else body


def capture_lead(form: FormView, submission: Submission) -> tuple[str, bool]:
    """Store lead, request and answers, and commit. Returns the request's public id, and whether it is new.

    Raises Invalid when there is no usable e-mail address, IdempotencyMismatch when the key was used before with
    other answers.
    """
    reading = read_answers(questions_of(form), submission.answers)
    scope = f"form:{form.public_id}"
    with transaction() as session:
        if submission.key:
            answered = find_answer(session, scope, submission.key, submission.body())
            if answered and find_request(session, answered):
                return answered, False
        lead = upsert_lead(session, reading.email, _text(reading, "name"), _text(reading, "company"))
        request = add_request(
            session,
            lead,
            form.id,
            timezone=submission.timezone,
            locale=submission.locale,
            answers=storable(dict(submission.answers)),
            source=storable(dict(submission.source)),
            facts=_facts(form, reading, submission),
            flags=reading.flags,
        )
        _keep_behaviors(session, request, submission.behaviors)
        add_activity(
            session,
            "request.captured",
            at=clock.now(),
            actor="prospect",
            lead_id=lead.id,
            request_id=request.id,
            form=form.slug,
            flags=len(reading.flags),
        )
        if submission.key:
            keep_answer(session, scope, submission.key, submission.body(), request.public_id)
        return request.public_id, True


def _keep_behaviors(session: Session, request: Request, given: Sequence[Any]) -> None:
    """What the page says the visitor did; what cannot be read is flagged."""
    if not given or request.facts is None:
        return
    found, flags = read_behaviors(given, request.created_at)
    seen = [BehaviorView(each.kind, each.topic, each.at, each.url) for each in found]
    add_behaviors(session, request.lead_id, seen)
    request.facts.flags = [*request.facts.flags, *flags]


def questions_of(form: FormView) -> tuple[Question, ...]:
    """The form's questions as the reader of answers needs them."""
    return tuple(
        Question(f.name, f.type, f.required, tuple(str(choice["value"]) for choice in f.choices))
        for f in form.fields
    )


def _facts(form: FormView, reading: Reading, submission: Submission) -> dict[str, Any]:
    utm = submission.source.get("utm") or {}
    attribution = {
        "source": utm.get("source") or "website",
        "campaign": utm.get("campaign"),
        "medium": utm.get("medium"),
        "timezone": submission.timezone,
        "locale": submission.locale,
        "language": submission.locale.split("-")[0].lower(),
        "form": form.slug,
    }
    return {**{k: v for k, v in attribution.items() if v}, **reading.facts}


def _text(reading: Reading, name: str) -> str | None:
    value = reading.facts.get(name)
    return value if isinstance(value, str) else None
