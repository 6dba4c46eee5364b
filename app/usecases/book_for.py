"""Book a meeting for somebody whose request one has taken from a queue."""

from datetime import datetime
from typing import Any

from app.db import transaction
from app.errors import Forbidden, NotFound
from app.models import QueueState, Request
from app.store.claims import find_entry
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.people import Person


def times_for(entry_id: str, person: Person, timezone: str) -> dict[str, Any] | None:
    """The times on offer to the request of an entry that this person has, as the public API shows them; None for a
    request that leads to no calendar. Raises NotFound, Forbidden."""
    try:
        return offer_slots(open_request(_request_of(entry_id, person)), SlotQuery(timezone))
    except NotFound:
        return None


def book_for(entry_id: str, start: datetime, person: Person) -> str:
    """Book a time; returns the booking's id. The meeting is whoever's the engine says: theirs, if they are a rep
    with times. Raises Forbidden, and what a booking raises."""
    return book_meeting(_request_of(entry_id, person), BookingOrder(start, by=person.name))


def _request_of(entry_id: str, person: Person) -> str:
    with transaction() as session:
        entry = find_entry(session, entry_id)
        if entry is None:
            raise NotFound("There is no such lead in a queue.")
        if entry.state is not QueueState.CLAIMED or entry.claimed_by != person.user_id:
            raise Forbidden("Take the lead first.")
        return session.get_one(Request, entry.request_id).public_id
