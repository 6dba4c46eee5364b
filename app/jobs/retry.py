"""When a failed job runs again."""

import random
from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from app import clock
from app.crypto import SecretUnreadable
from app.jobs.pause import LOOK_AGAIN, Paused
from app.notifications.smtp import MailRefused
from app.queue import PARKED
from app.usecases.note_calls import NotNow
from calendars.providers.base import CalendarError

LEAST_SECONDS = 0.5
FIRST_SECONDS = 2.0
LONGEST_SECONDS = 3600.0
_HOPELESS = (MailRefused, SecretUnreadable)


class Backoff(BaseRetryStrategy):
    """Exponential with full jitter, at most `attempts` times again; what the provider asks for goes first, and what
    cannot be mended by trying is not tried."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run `job` again after `exception`; None gives up and leaves the job where people see it."""
        if isinstance(exception, Paused):
            return RetryDecision(retry_at=clock.now() + LOOK_AGAIN, queue=PARKED)
        if isinstance(exception, NotNow):
            return _after_the_rest(exception)
        if job.attempts >= self.attempts or _is_hopeless(exception):
            return None
        ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(job.attempts, 20))
        seconds = random.uniform(LEAST_SECONDS, ceiling)  # noqa: S311 - spreads load, guards nothing
        if isinstance(exception, CalendarError) and exception.retry_after:
            # on top of what is asked, so that those who were sent away together do not return together
            seconds = max(seconds, exception.retry_after + min(seconds, exception.retry_after / 10))
        return RetryDecision(retry_at=clock.now() + timedelta(seconds=seconds))


def _after_the_rest(refusal: NotNow) -> RetryDecision:
    """Come again when the rest is over, not all at once; it is no attempt, for nothing was tried."""
    seconds = (refusal.retry_after or 1.0) + random.uniform(0.0, 2.0)  # noqa: S311 - spreads load
    return RetryDecision(retry_at=clock.now() + timedelta(seconds=seconds))


def _is_hopeless(exception: BaseException) -> bool:
    if isinstance(exception, CalendarError):
        return exception.is_hopeless
    return isinstance(exception, _HOPELESS)
