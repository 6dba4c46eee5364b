"""Make all stored decisions again, and say which do not come out as they were stored."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from app.db import db
from app.store.decisions import assignments_after, count_decisions, routes_after
from app.usecases.verify_decision import PastInputs, Verification, check_assignment, check_route

PORTION = 200
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Verified:
    """One stored record. `what` is `route` or `assignment`. `problem`: why it could not be made again at all; such a
    record counts as different."""

    request: str
    what: str
    verification: Verification
    problem: str | None = None


def how_many_decisions() -> int:
    """How many records there are to make again: of each request the route that counts, and every assignment."""
    return count_decisions(db.session())


def verify_decisions() -> Iterator[Verified]:
    """Every route that counts, then every assignment, the oldest first, in portions."""
    past = PastInputs(db.session())
    for record, request in _all(routes_after):
        yield _verified(request, "route", partial(check_route, past, record))
    for assignment, request in _all(assignments_after):
        yield _verified(request, "assignment", partial(check_assignment, past, assignment))


def _all(read: Callable[[Any, int, int], Sequence[tuple[R, str]]]) -> Iterator[tuple[R, str]]:
    session, key = db.session(), 0
    while rows := read(session, key, PORTION):
        yield from rows
        key = rows[-1][0].id  # type: ignore[attr-defined]
        session.expunge_all()


def _verified(request: str, what: str, check: Callable[[], Verification]) -> Verified:
    try:
        return Verified(request, what, check())
    except Exception as error:
        return Verified(request, what, Verification.DIFFERENT, f"{type(error).__name__}: {error}"[:200])
