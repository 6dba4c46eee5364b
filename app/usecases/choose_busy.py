"""What counts as busy in one calendar: as its owner wishes, where that is not as usual."""

from app import clock
from app.db import transaction
from app.errors import FieldError, Invalid, NotFound
from app.store.availability import touch_reps
from app.store.calendars import find_calendar
from app.store.records import add_activity, add_audit
from calendars.busy_table import Choices, choices_to_store


def choose_busy(calendar_id: str, wanted: Choices, by: str, *, rep_id: int | None = None) -> bool:
    """Have these kinds of entries close time or not, and all others as usual; returns whether that is a change.

    It holds with this transaction, for what was read long ago as well: nothing is read anew, and no time is free for a
    moment that should not be. `rep_id` allows only that rep's own calendars. Raises NotFound, and Invalid for a kind
    that nobody decides about at this calendar's service.
    """
    with transaction() as session:
        calendar = find_calendar(session, calendar_id, lock=True)
        if calendar is None or (rep_id is not None and calendar.rep_id != rep_id):
            raise NotFound("There is no such calendar.")
        try:
            stored = choices_to_store(calendar.connection.provider.value, wanted)
        except ValueError as error:
            raise Invalid([FieldError("kind", "no-choice", str(error).capitalize())]) from error
        if stored == calendar.busy_choices:
            return False
        calendar.busy_choices = stored
        touch_reps(session, {calendar.rep_id})
        add_activity(
            session,
            "calendar.busy_chosen",
            at=clock.now(),
            actor=by,
            rep_id=calendar.rep_id,
            calendar=calendar.public_id,
            choices=stored,
        )
        add_audit(session, by, "calendar.busy_chosen", "calendar", calendar.public_id, choices=stored)
        return True
