"""Timing a piece of work in this process."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a call: the median, and the best, which says most on a machine that others use too."""

    median: float
    best: float


def time_calls(work: Callable[[], object], seconds: float, *, least: int = 5, inner: int = 1) -> Timing:
    """Call `work` for about so long; `inner` calls are timed together where one is too short to time."""
    work()
    gc.collect()
    samples: list[float] = []
    until = time.perf_counter() + seconds
    while len(samples) < least or time.perf_counter() < until:
        began = time.perf_counter()
        for _ in range(inner):
            work()
        samples.append((time.perf_counter() - began) / inner)
    return Timing(statistics.median(samples), min(samples))
