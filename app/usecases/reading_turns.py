"""How many calendars of one service are read at a time, and in a minute, so that reading never stands in the way.

Writing meetings and live checks take no turn: they are what prospects wait for. Readings do, twice over. In one
process they take at most half of its places for any one service, so that a service which hangs cannot hold up the
others, nor what is to be written. And all processes together read a service at most so often in a minute, well below
what it allows (Google: 10,000 queries a minute for a project; Microsoft counts by mailbox, four at a time), so that a
storm of messages cannot use up what bookings need.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore

from app import clock
from app.db import transaction
from app.models import Provider
from app.store.rate_counters import count_call

AT_A_TIME = 4
"""Half of the jobs that a worker runs at a time."""

A_MINUTE: Mapping[Provider, int] = {Provider.GOOGLE: 5_000, Provider.MICROSOFT: 3_000}
"""A reading is one query or two; Microsoft is asked for the mailbox's zone besides."""

_places = {provider: BoundedSemaphore(AT_A_TIME) for provider in Provider}


@contextmanager
def reading_turn(provider: Provider) -> Iterator[bool]:
    """Whether a calendar of this service may be read now; the place is kept for the length of the block."""
    place = _places[provider]
    if not place.acquire(blocking=False):
        yield False
        return
    try:
        yield _is_within_the_minute(provider)
    finally:
        place.release()


def _is_within_the_minute(provider: Provider) -> bool:
    most = A_MINUTE.get(provider)
    if most is None:
        return True
    with transaction() as session:
        return count_call(session, f"read:{provider.value}", 60, clock.now()) <= most
