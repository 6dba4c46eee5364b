"""The tasks by name. A task only calls a use case: what it does, and that doing it twice is doing it once, is
said there. Names are what waiting jobs refer to; they are never changed while jobs wait."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.models import Provider, ReadingCause
from app.usecases.check_calendars import defer_due_calendars
from app.usecases.company_round import company_round, connect_company_reps
from app.usecases.connect_company import connect_company_rep
from app.usecases.enrich_lead import enrich_late
from app.usecases.erase_person import finish_erasure
from app.usecases.expire import expire
from app.usecases.fetch_join_link import fetch_join_link
from app.usecases.finish_company_grant import finish_company_grant
from app.usecases.follow_event import follow_event
from app.usecases.live_check import check_live
from app.usecases.mail_alerts import mail_alerts
from app.usecases.mail_booking_link import mail_booking_link
from app.usecases.mail_deviation import mail_deviation
from app.usecases.mail_manage_link import mail_manage_link
from app.usecases.mail_reconnect import mail_reconnect
from app.usecases.mail_stale_calendar import mail_stale_calendar
from app.usecases.notify_booking import notify_booking
from app.usecases.push_channels import close_channel, defer_channels, open_channel
from app.usecases.reconcile import reconcile
from app.usecases.remind_to_connect import mail_connect_reminder
from app.usecases.renew_grants import defer_renewals, renew_grant
from app.usecases.reset_ledgers import reset_ledgers
from app.usecases.route_request import route_request
from app.usecases.run_replay import run_replay
from app.usecases.settle_deviation import mail_asked_to_move
from app.usecases.sync_calendar import sync_calendar
from app.usecases.watch_alerts import watch_alerts
from app.usecases.watch_queues import mail_queue_news, watch_queues
from app.usecases.weigh_pools import weigh_pools
from app.usecases.write_event import write_event
from app.usecases.write_session import write_session


@dataclass(frozen=True, slots=True)
class Task:
    """A use case run by workers; `attempts` is how often it is tried again after a failure, `every` is a cron
    expression for periodic ones. `is_inward`: it reads and puts our own house in order, and nobody outside notices;
    only such tasks run while a restored database waits for an operator's word."""

    run: Callable[..., Any]
    attempts: int = 12
    every: str | None = None
    is_inward: bool = False


def _sync(calendar: str, cause: str = ReadingCause.DUE) -> None:
    sync_calendar(calendar, ReadingCause(cause))


def _open(calendar: str, renew: bool) -> None:
    open_channel(calendar, renew=renew)


def _close(channel: str) -> None:
    close_channel(channel)


def _route(request: str) -> None:
    route_request(request)


def _enrich(request: str, providers: list[str]) -> None:
    enrich_late(request, providers)


def _replay(replay: str) -> None:
    run_replay(replay)


def _live(reservation: int) -> None:
    check_live(reservation)


def _try_company(provider: str) -> None:
    company_round(Provider(provider), at_once=True)


def _connect_company(provider: str, rep: int) -> None:
    connect_company_rep(Provider(provider), rep)


def _finish_company(provider: str) -> None:
    finish_company_grant(Provider(provider))


TASKS: dict[str, Task] = {
    "write_event": Task(write_event, attempts=30),
    "write_session": Task(write_session, attempts=30),
    "fetch_join_link": Task(fetch_join_link, attempts=8),
    "notify_booking": Task(notify_booking),
    "mail_manage_link": Task(mail_manage_link),
    "mail_reconnect": Task(mail_reconnect),
    "mail_alerts": Task(mail_alerts),
    "mail_stale_calendar": Task(mail_stale_calendar),
    "watch_alerts": Task(lambda timestamp: watch_alerts(), attempts=0, every="*/2 * * * *", is_inward=True),
    "follow_event": Task(follow_event, attempts=8, is_inward=True),
    "mail_deviation": Task(mail_deviation),
    "finish_erasure": Task(finish_erasure, is_inward=True),
    "mail_asked_to_move": Task(mail_asked_to_move),
    "sync_calendar": Task(_sync, attempts=0, is_inward=True),  # what could not be read is due again by itself
    "open_channel": Task(_open, attempts=0),  # what was refused is asked for again later
    "close_channel": Task(_close, attempts=5),
    "open_channels": Task(lambda timestamp: defer_channels(), attempts=0, every="*/10 * * * *"),
    "route_request": Task(_route, is_inward=True),
    "enrich_late": Task(_enrich, attempts=5),
    "run_replay": Task(_replay, attempts=0, is_inward=True),  # it says itself what went wrong
    "check_live": Task(_live, attempts=0, is_inward=True),  # later would be too late
    "sync_due_calendars": Task(
        lambda timestamp: defer_due_calendars(), attempts=0, every="* * * * *", is_inward=True
    ),
    "renew_grant": Task(renew_grant),
    "renew_idle_grants": Task(lambda timestamp: defer_renewals(), attempts=0, every="17 3 * * *"),
    "mail_connect_reminder": Task(mail_connect_reminder, attempts=6),
    "connect_company_reps": Task(lambda timestamp: connect_company_reps(), attempts=0, every="*/10 * * * *"),
    "try_company_reps": Task(_try_company, attempts=3),
    "connect_company_rep": Task(_connect_company, attempts=0),  # the next round tries again
    "finish_company_grant": Task(_finish_company, attempts=5),
    "mail_queue_news": Task(mail_queue_news),
    "mail_booking_link": Task(mail_booking_link, attempts=6),
    "watch_queues": Task(lambda timestamp: watch_queues(), attempts=0, every="*/5 * * * *"),
    "reset_ledgers": Task(lambda timestamp: reset_ledgers(), attempts=0, every="23 * * * *", is_inward=True),
    "weigh_pools": Task(lambda timestamp: weigh_pools(), attempts=0, every="47 3 * * *", is_inward=True),
    "reconcile": Task(lambda timestamp: reconcile(repair=True), attempts=0, every="41 * * * *"),
    "expire": Task(lambda timestamp: expire(), attempts=0, every="*/5 * * * *", is_inward=True),
}

OUTWARD = sorted(name for name, task in TASKS.items() if not task.is_inward)
"""What somebody outside would notice: calendar entries, mails, channels at calendar services."""
