"""Turns at calendar services: what is urgent goes first, and what fails is given a rest.

Every piece of work at a service is done within `calling`. Four things may send it away (`NotNow`), to come again:

- In one process, one service has at most six of eight places, and readings at most four: a service that hangs holds up
  neither the others nor what is to be written to itself.
- All processes together spend from one bucket a service, filled well below what it allows (Google: 10,000 queries a
  minute for a project; Microsoft counts by mailbox). Less urgent work leaves a reserve to more urgent work.
- An account that was asked to wait waits (`Retry-After`), and nobody else does.
- A service or an account that does not answer is left alone for a while, then tried by one call (a circuit breaker).

See ADR 0031.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from threading import BoundedSemaphore

from app import clock
from app.db import Session, transaction
from app.models import Provider, ProviderGate
from app.store.calendars import find_connection
from app.store.gates import ASKED, Bucket, claim_probe, list_gates, take_tokens
from app.usecases.note_calls import PROBE, NotNow, gate_names, note_answer, note_trouble
from app.usecases.open_calendar import note_failure, open_calendar
from calendars.providers.base import CalendarError, CalendarProvider


class Purpose(StrEnum):
    """What a call is for, the most urgent first."""

    WRITE = "write"
    CANCEL = "cancel"
    LIVE = "live"
    SYNC = "sync"
    BACKFILL = "backfill"


BUCKETS: Mapping[Provider, Bucket] = {
    Provider.GOOGLE: Bucket(size=3_000, a_second=100),
    Provider.MICROSOFT: Bucket(size=1_500, a_second=50),
}
"""No minute sees more than the bucket and what comes back in it: 9,000 queries for Google."""
COST = 2.0
"""A piece of work is one query or two."""
RESERVES: Mapping[Purpose, float] = {
    Purpose.WRITE: 0.0,
    Purpose.CANCEL: 0.1,
    Purpose.LIVE: 0.2,
    Purpose.SYNC: 0.4,
    Purpose.BACKFILL: 0.6,
}
"""The share of a full bucket that work of this kind leaves to what is more urgent."""
AT_A_TIME, READINGS_AT_A_TIME = 6, 4
"""Of the eight jobs that a worker runs at a time."""
READINGS_WAIT = 0.3
"""Seconds. A service that answers makes room sooner; sent away, a calendar would wait for the next minute's round, and
a storm of messages would take many. One that hangs costs the others' jobs no more than this at a time."""
_READINGS = {Purpose.SYNC, Purpose.BACKFILL}
_A_MOMENT = 2.0


def places(number: int) -> dict[Provider, BoundedSemaphore]:
    """So many places for each service, in this process."""
    return {provider: BoundedSemaphore(number) for provider in Provider}


_places, _reading_places = places(AT_A_TIME), places(READINGS_AT_A_TIME)


@contextmanager
def calling(connection_id: int, purpose: Purpose, *, insist: bool = False) -> Iterator[CalendarProvider]:
    """An account's calendars, for one piece of work; what comes of it is noted for those who come after.

    Raises NotNow, or CalendarError as the service does (a dead grant closes its rep). `insist`: somebody waits for
    it, so a service that rests is tried all the same.
    """
    provider = _provider_of(connection_id)
    if provider is None:
        yield open_calendar(connection_id)  # which says what is wrong with it
        return
    with _place(provider, purpose):
        _pass_gates(provider, connection_id, purpose, insist=insist)
        try:
            yield open_calendar(connection_id)
        except CalendarError as error:
            note_failure(connection_id, error)
            note_trouble(provider, connection_id, purpose.value, error)
            raise
        note_answer(provider, connection_id, purpose.value)


def _provider_of(connection_id: int) -> Provider | None:
    with transaction() as session:
        connection = find_connection(session, connection_id)
        return connection.provider if connection else None


@contextmanager
def _place(provider: Provider, purpose: Purpose) -> Iterator[None]:
    # a reading waits for its own kind of place, and not while it has one that more urgent work could use
    readings = [(_reading_places[provider], READINGS_WAIT)] if purpose in _READINGS else []
    taken: list[BoundedSemaphore] = []
    try:
        for place, seconds in [*readings, (_places[provider], 0.0)]:
            if not place.acquire(timeout=seconds):
                raise NotNow("its places are taken", _A_MOMENT)
            taken.append(place)
        yield
    finally:
        for place in taken:
            place.release()


def _pass_gates(provider: Provider, connection_id: int, purpose: Purpose, *, insist: bool) -> None:
    now = clock.now()
    names = gate_names(provider, connection_id, purpose.value)
    with transaction() as session:
        for gate in list_gates(session, names):
            if gate.shut_until is None:
                continue
            left = (gate.shut_until - now).total_seconds()
            if not _may_pass(session, gate, now, insist=insist):
                message = f"left alone for a while ({gate.reason}), nothing was asked"
                raise NotNow(message, max(left, _A_MOMENT), is_resting=True)
        bucket = BUCKETS.get(provider)
        if bucket is None:
            return
        reserve = RESERVES[purpose] * bucket.size
        if not take_tokens(session, provider.value, bucket, COST, reserve, now):
            raise NotNow("more urgent calls go first", _A_MOMENT)


def _may_pass(session: Session, gate: ProviderGate, now: datetime, *, insist: bool) -> bool:
    assert gate.shut_until is not None
    if gate.reason == ASKED:
        return gate.shut_until <= now
    # of those who come when the rest is over, one tries
    return insist or claim_probe(session, gate.name, now, now + PROBE)
