"""Have a request wait for a person, with the time by which somebody should have it."""

from datetime import datetime, timedelta

from app.db import Session
from app.store.company import CompanyView
from app.store.queues import put_in_queue
from app.usecases.route_request import QUEUE_HOURS


def wait_in_queue(
    session: Session, company: CompanyView, request_id: int, queue: str, reason: str, now: datetime
) -> None:
    """Put a request in a queue in use."""
    hours = int(company.settings.get("queue_due_hours", QUEUE_HOURS))
    put_in_queue(session, company.queues[queue], request_id, reason, now + timedelta(hours=hours))
