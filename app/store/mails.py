"""Which mails of a booking went out: read from its activities, which hold no addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Activity

SENT, REFUSED = "mail.sent", "mail.refused"


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail that was handed over, or that the mail server refused for good.

    `audience` and `sequence` say which it was; `rep_id` who the meeting's rep was; `method` is REQUEST or CANCEL
    when it carried an invitation of our own, of this `generation` of the meeting. `meets` is what it said of time and
    people, in a form to compare; None in old records.
    """

    audience: str
    sequence: int
    rep_id: int | None
    method: str | None
    generation: int | None
    is_refused: bool
    meets: Mapping[str, Any] | None = None


def list_mails(session: Session, booking_id: int) -> list[MailRecord]:
    """Every mail of a booking, in order."""
    rows = session.scalars(
        select(Activity)
        .where(Activity.booking_id == booking_id, Activity.kind.in_([SENT, REFUSED]))
        .order_by(Activity.id)
    )
    return [
        MailRecord(
            row.data["audience"],
            row.data["sequence"],
            row.rep_id,
            row.data.get("method"),
            row.data.get("generation"),
            row.kind == REFUSED,
            row.data.get("meets"),
        )
        for row in rows
    ]
