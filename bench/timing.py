"""Timing a piece of work in this process."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a call: the median of the processor's time, which is what is judged, for others may use the machine;
    and by the clock, the median and the best."""

    cpu: float
    median: float
    best: float


def time_calls(work: Callable[[], object], seconds: float, *, least: int = 5, inner: int = 1) -> Timing:
    """Call `work` for about so long; `inner` calls are timed together where one is too short to time."""
    work()
    gc.collect()
    by_clock: list[float] = []
    by_processor: list[float] = []
    until = time.perf_counter() + seconds
    while len(by_clock) < least or time.perf_counter() < until:
        began, spent = time.perf_counter(), time.process_time()
        for _ in range(inner):
            work()
        by_processor.append((time.process_time() - spent) / inner)
        by_clock.append((time.perf_counter() - began) / inner)
    return Timing(statistics.median(by_processor), statistics.median(by_clock), min(by_clock))
