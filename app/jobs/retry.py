"""When a failed job runs again."""

import random
from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from app import clock
from calendars.providers.base import CalendarError

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 3600.0


class Backoff(BaseRetryStrategy):
    """Exponential with full jitter, bounded in number; what the provider asks for goes first, and what cannot be
    mended by trying is not tried."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run `job` again after `exception`; None gives up and leaves the job where people see it."""
        if job.attempts >= self.attempts:
            return None
        asked = 0.0
        if isinstance(exception, CalendarError):
            if exception.permanent:
                return None
            asked = exception.retry_after or 0.0
        ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0**job.attempts)
        seconds = max(asked, random.uniform(ceiling / 2, ceiling))  # noqa: S311 - spreads load, guards nothing
        return RetryDecision(retry_at=clock.now() + timedelta(seconds=seconds))
