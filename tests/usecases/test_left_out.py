"""Which jobs of a restored backup are taken for done."""

import pytest

from app.jobs.tasks import OUTWARD
from app.store.waiting_jobs import WaitingJob
from app.usecases.after_restore import _is_left_out


def left_out(*, send_mails: bool) -> set[str]:
    return {task for task in OUTWARD if _is_left_out(WaitingJob(1, task, None), send_mails=send_mails)}


def test_mails_and_entries_that_were_looked_for_are_left_out_and_everything_else_runs() -> None:
    mails = {task for task in OUTWARD if task.startswith(("mail_", "notify_"))}
    assert "mail_reconnect" in mails and left_out(send_mails=False) == {*mails, "write_event"}


@pytest.mark.parametrize("task", ["write_session", "close_channel", "fetch_join_link"])
def test_what_may_be_done_twice_is_done(task: str) -> None:
    assert task in OUTWARD and task not in left_out(send_mails=False)


def test_an_operator_who_wants_the_mails_sent_gets_them_sent() -> None:
    assert left_out(send_mails=True) == {"write_event"}
