"""Which kinds of entries close time, asked of the database: as each calendar's owner chose, else as usual."""

from sqlalchemy import Boolean, ColumnElement, func

from app.models import BusyBlock, Calendar
from calendars.busy_table import USUAL

_USUALLY_OPEN = tuple(kind.value for kind, closes in USUAL.items() if not closes)


def closes_time() -> ColumnElement[bool]:
    """Whether a busy block closes its calendar's time; the query joins `BusyBlock` with its `Calendar`."""
    chosen = Calendar.busy_choices.op("->>")(BusyBlock.kind).cast(Boolean)
    return func.coalesce(chosen, BusyBlock.kind.not_in(_USUALLY_OPEN))
