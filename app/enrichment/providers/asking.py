"""Asking providers within a time budget: a lead never waits longer, whatever they do.

Each look-up runs in a thread of a small pool, so that a provider that hangs costs its own thread and not the lead's
time. Who did not answer in time, or may answer if asked again, is named, for a job to ask later.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from functools import lru_cache

from app.enrichment.providers.base import Answer, Prefer, ProviderError, Turn
from app.enrichment.reading import Fact
from app.log import get_logger

_THREADS = 16
log = get_logger(__name__)


@dataclass(slots=True)
class Outcome:
    """Answers in the order of asking; `late` names who is worth asking again, `failed` who is not."""

    answers: list[tuple[str, Answer]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def ask(turns: Sequence[Turn], facts: Mapping[str, Fact], prefer: Prefer, budget: float) -> Outcome:
    """Ask in order, for at most `budget` seconds in all.

    With `first`, one after the other, each only if what it is asked for is still missing; with `best`, all at once.
    """
    deadline = time.monotonic() + budget
    outcome = Outcome()
    if prefer is Prefer.BEST:
        running = [(turn, _start(turn, facts, budget)) for turn in turns if turn.is_wanted(facts)]
        began = time.monotonic()
        for turn, look_up in running:
            _collect(turn, look_up, min(deadline, began + turn.seconds), outcome)
        return outcome
    known = dict(facts)
    for turn in turns:
        if turn.is_wanted(known):
            left = deadline - time.monotonic()
            _take_turn(turn, known, left, outcome)
    return outcome


def _take_turn(turn: Turn, known: dict[str, Fact], left: float, outcome: Outcome) -> None:
    if left <= 0:
        outcome.late.append(turn.provider.name)
        return
    seconds = min(left, turn.seconds)
    answer = _collect(turn, _start(turn, known, seconds), time.monotonic() + seconds, outcome)
    for name, value in answer.values.items() if answer else ():
        if known.get(name) is None:
            known[name] = value


def _start(turn: Turn, facts: Mapping[str, Fact], seconds: float) -> Future[Answer]:
    return _threads().submit(turn.provider.look_up, dict(facts), min(seconds, turn.seconds))


def _collect(turn: Turn, look_up: Future[Answer], deadline: float, outcome: Outcome) -> Answer | None:
    name = turn.provider.name
    try:
        answer = look_up.result(max(0.0, deadline - time.monotonic()))
    except (TooLate, CancelledError):
        look_up.cancel()
        outcome.late.append(name)
        log.info("enrichment.late", provider=name)
        return None
    except ProviderError as error:
        (outcome.failed if error.is_permanent else outcome.late).append(name)
        log.warning("enrichment.failed", provider=name, permanent=error.is_permanent)
        return None
    except Exception:
        # Whatever a provider does, the lead goes on without it.
        outcome.failed.append(name)
        log.exception("enrichment.broken", provider=name)
        return None
    outcome.answers.append((name, answer))
    return answer


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="enrichment")
