"""When a failed job runs again: each decision."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.jobs import Job

from app import clock
from app.crypto import SecretUnreadable
from app.jobs.retry import FIRST_SECONDS, LEAST_SECONDS, LONGEST_SECONDS, Backoff
from app.notifications.smtp import MailRefused
from app.usecases.note_calls import NotNow
from calendars.providers.base import CalendarError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_replacement", lambda: NOW)


def wait(error: Exception, attempts: int = 0, most: int = 12) -> timedelta | None:
    """How long until the job runs again; None when it does not."""
    job = Job(
        id=1, queue="default", lock=None, queueing_lock=None, task_name="t", attempts=attempts, task_kwargs={}
    )
    decision = Backoff(most).get_retry_decision(exception=error, job=job)
    if decision is None:
        return None
    assert decision.retry_at is not None
    return decision.retry_at - NOW


def trouble(*, permanent: bool = False, retry_after: float | None = None) -> CalendarError:
    return CalendarError("trouble", code="unavailable", permanent=permanent, retry_after=retry_after)


@pytest.mark.parametrize(
    "error", [trouble(), OSError("no route"), smtplib.SMTPServerDisconnected(), KeyError("x")]
)
def test_trouble_that_may_pass_is_tried_again(error: Exception) -> None:
    assert wait(error) is not None


@pytest.mark.parametrize("error", [trouble(permanent=True), MailRefused("550"), SecretUnreadable("no key")])
def test_trouble_that_trying_does_not_mend_is_not(error: Exception) -> None:
    assert wait(error) is None


def test_a_task_is_tried_as_often_as_it_says_and_no_more() -> None:
    assert wait(trouble(), attempts=2, most=3) is not None
    assert wait(trouble(), attempts=3, most=3) is None
    assert wait(trouble(), attempts=0, most=0) is None


@pytest.mark.parametrize("attempts", [0, 1, 5, 30, 500])
def test_waits_double_up_to_an_hour_and_differ(attempts: int) -> None:
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts, 20))
    waits = [wait(trouble(), attempts, most=1000) for _ in range(40)]
    seconds = [each.total_seconds() for each in waits if each is not None]
    assert all(LEAST_SECONDS <= each <= ceiling for each in seconds)
    assert len(set(seconds)) > 30, "those who failed together must not come back together"


def test_what_a_provider_asks_for_is_never_undercut_and_hardly_exceeded() -> None:
    waits = {wait(trouble(retry_after=7200.0)) for _ in range(20)}
    assert all(each is not None and 7200 <= each.total_seconds() <= 7210 for each in waits)
    assert len(waits) > 10
    late = [wait(trouble(retry_after=1.0), attempts=8) for _ in range(40)]
    longest = max(each.total_seconds() for each in late if each is not None)
    assert longest > 200, "our own patience is longer than theirs"


def test_a_job_that_was_sent_away_untried_comes_again_however_often_that_happens() -> None:
    refusal = NotNow("resting", 60.0, is_resting=True)
    waited = wait(refusal, attempts=500, most=3)
    assert waited is not None and 60 <= waited.total_seconds() <= 62
    assert wait(trouble(), attempts=500, most=3) is None, "one that was tried does not"


def test_what_only_the_operator_mends_is_tried_again_and_what_concerns_one_account_is_not() -> None:
    everybody = CalendarError("secret", code="misconfigured", permanent=True, concerns_all=True)
    one = CalendarError("no mailbox", code="misconfigured", permanent=True)
    assert wait(everybody) is not None and wait(one) is None
