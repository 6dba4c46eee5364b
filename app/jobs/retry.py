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
from calendars.providers.base import CalendarError

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 3600.0
_HOPELESS = (MailRefused, SecretUnreadable)


class Backoff(BaseRetryStrategy):
    """Exponential with jitter, at most `attempts` times again; what the provider asks for goes first, and what
    cannot be mended by trying is not tried."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run `job` again after `exception`; None gives up and leaves the job where people see it."""
        if isinstance(exception, Paused):
            return RetryDecision(retry_at=clock.now() + LOOK_AGAIN, queue=PARKED)
        if job.attempts >= self.attempts or _is_hopeless(exception):
            return None
        ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(job.attempts, 20))
        seconds = random.uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads load, guards nothing
        if isinstance(exception, CalendarError) and exception.retry_after:
            # on top of what is asked, so that those who were sent away together do not return together
            seconds = max(seconds, exception.retry_after + min(seconds, exception.retry_after / 10))
        return RetryDecision(retry_at=clock.now() + timedelta(seconds=seconds))


def _is_hopeless(exception: BaseException) -> bool:
    if isinstance(exception, CalendarError):
        return exception.permanent
    return isinstance(exception, _HOPELESS)
