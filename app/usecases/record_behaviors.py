"""Keep what another system says that a lead did. It counts for the requests that come after it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app import clock
from app.db import Session, transaction
from app.enrichment.addresses import read_email
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import Lead, ReportedBy
from app.store.behaviors import BehaviorView, add_behaviors
from app.store.erasures import was_erased
from app.store.records import add_activity
from app.store.requests import find_lead, find_lead_by_email, upsert_lead
from app.usecases.erase_person import hash_of

MOST = 100
_AHEAD = timedelta(minutes=5)
"""Clocks differ; what is said to happen later than this is no behavior."""


def record_behaviors_of(lead_id: str, behaviors: Sequence[BehaviorView], by: str) -> int:
    """Keep behaviors of a lead by public id; returns how many were new. Raises NotFound and Invalid."""
    with transaction() as session:
        lead = find_lead(session, lead_id)
        if lead is None or lead.erased_at is not None:
            raise NotFound("There is no such lead")
        return _record(session, lead, behaviors, by)


def record_behaviors(email: str, behaviors: Sequence[BehaviorView], by: str) -> tuple[str, int]:
    """The same by address, for a lead that need not be known yet; returns the lead's public id, too. Raises Conflict
    for somebody who was erased and has not come back by themselves."""
    address = read_email(email)
    if address is None:
        raise Invalid([FieldError("email", "email", "is no e-mail address")])
    with transaction() as session:
        if was_erased(session, hash_of(address)) and find_lead_by_email(session, address) is None:
            raise Conflict(
                "This person was erased; nothing is kept about them unless they ask for a meeting again."
            )
        lead = upsert_lead(session, address, None, None)
        return lead.public_id, _record(session, lead, behaviors, by)


def _record(session: Session, lead: Lead, behaviors: Sequence[BehaviorView], by: str) -> int:
    now = clock.now()
    late = [index for index, each in enumerate(behaviors) if each.at > now + _AHEAD]
    if late:
        raise Invalid(
            [FieldError(f"behaviors[{index}].at", "in-future", "lies in the future") for index in late]
        )
    seen = [replace(each, at=min(each.at, now), reported_by=ReportedBy.API) for each in behaviors]
    added = add_behaviors(session, lead.id, seen)
    if added:
        kinds = dict(Counter(each.kind for each in behaviors))
        add_activity(session, "lead.behaviors", at=now, actor=by, lead_id=lead.id, added=added, kinds=kinds)
    return added
