"""Messages that calendars changed: in storms, doubled, late, lost, for channels that are no more.

`STORM=50` is the storm of a Monday morning: ten thousand messages about two thousand calendars."""

import os
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, literal, select, text

from app import clock
from app.db import db, transaction
from app.models import Calendar, ChannelState, PushChannel
from app.store import channels as channel_store
from app.usecases import check_calendars, hear_change
from app.usecases.check_calendars import defer_due_calendars
from app.usecases.hear_change import Note, hear_google, hear_graph
from app.usecases.push_channels import defer_channels, digest, open_channel
from app.usecases.sync_calendar import sync_calendar
from tests.fixtures.outside import REMY, ROSA, Outside, jobs
from tests.usecases.test_push_channels import (
    channels,
    channels_of,
    primary,
    sent,
    told,
    wait_for,
    waiting_syncs,
)

CALENDARS = 40 * int(os.environ.get("STORM", "1"))
EACH = 5
__all__ = ["told"]


@pytest.fixture
def many(outside: Outside) -> list[str]:
    """So many calendars with an open channel each; their channels' names, which are the services' names as well."""
    outside.connect_and_read(REMY)
    outside.work()
    one = Calendar.__table__
    names = [f"c{number}" for number in range(CALENDARS)]
    own = {"is_destination": False, "is_primary": False}
    same = [column for column in one.columns if column.name not in {"id", "public_id", "remote_id", *own}]
    into = ["public_id", "remote_id", *own, *(column.name for column in same)]
    with transaction() as session:
        for name in names:
            values = [literal(each) for each in (name, name, *own.values())]
            session.execute(insert(one).from_select(into, select(*values, *same).where(one.c.is_primary)))
        keys = {key: name for name, key in session.execute(select(Calendar.public_id, Calendar.id))}
        session.execute(
            insert(PushChannel),
            [
                {
                    "public_id": name,
                    "remote_id": name,
                    "calendar_id": key,
                    "secret_hash": digest("secret"),
                    "state": ChannelState.OPEN,
                    "expires_at": clock.now() + timedelta(days=6),
                }
                for key, name in keys.items()
                if name in set(names)
            ],
        )
    return names


def storm(names: list[str]) -> None:
    """Five messages about each, in no order, half of them Google's and half of them Graph's, which come in hundreds."""
    chance = random.Random(1)
    told = [name for name in names for _ in range(EACH)]
    chance.shuffle(told)
    half = len(told) // 2
    for name in told[:half]:
        hear_google(name, "secret", name)
    for first in range(half, len(told), 100):
        hear_graph([Note(name, "secret") for name in told[first : first + 100]])


def readings() -> dict[str, int]:
    """How many readings wait, and how many run."""
    db.session.rollback()
    counted = text(
        "SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name = 'sync_calendar'"
        " AND status IN ('todo', 'doing') GROUP BY 1"
    )
    return {status: count for status, count in db.session.execute(counted)}  # noqa: C416


def begin_all() -> None:
    """As workers take jobs: each runs, and no longer stands for those that wait."""
    with transaction() as session:
        session.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', queueing_lock = NULL WHERE status = 'todo'")
        )


def test_a_storm_is_one_reading_that_runs_and_one_that_waits_for_each_calendar(many: list[str]) -> None:
    storm(many)
    assert readings() == {"todo": len(many)}
    begin_all()
    storm(many)
    storm(many)
    assert readings() == {"todo": len(many), "doing": len(many)}
    locks = [job["lock"] for job in jobs("todo") if job["task_name"] == "sync_calendar"]
    assert len(set(locks)) == len(many), "two of one calendar never run at once"


def test_control_without_the_key_each_message_is_a_reading(
    many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    defer = check_calendars.defer
    monkeypatch.setattr(check_calendars, "defer", lambda *rest, once, **how: defer(*rest, once=None, **how))
    storm(many[:20])
    assert readings()["todo"] > 20


def test_messages_of_a_channel_that_was_closed_or_never_was_cause_nothing(many: list[str]) -> None:
    gone = many[0]
    with transaction() as session:
        channel_store.drop_channel(session, gone)
    for name in (gone, "never-was"):
        assert not hear_google(name, "secret", name)
        assert hear_graph([Note(name, "secret")] * 3) == 0
    assert readings() == {}


def test_control_who_believes_every_name_and_secret_reads_for_strangers(
    many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not hear_google(many[0], "guessed", many[0])
    monkeypatch.setattr(hear_change, "_is_genuine", lambda *seen: True)
    assert hear_google(many[0], "guessed", many[0])


def test_a_graph_message_that_some_were_missed_has_the_calendar_read(told: Outside) -> None:
    open_channel(primary(ROSA).public_id)
    told.work()
    told.microsoft.ctl("lifecycle", event="missed")
    wait_for(waiting_syncs)
    assert len(waiting_syncs()) == 1


def test_control_who_takes_a_removed_subscription_for_a_change_is_told_nothing_more(
    told: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_channel(primary(ROSA).public_id)
    told.work()
    [before] = channels_of(ROSA)
    monkeypatch.setattr(hear_change, "_see_to", lambda *seen: None)
    told.microsoft.ctl("lifecycle", event="subscriptionRemoved")
    wait_for(waiting_syncs)
    told.work()
    assert [each.public_id for each in channels_of(ROSA)] == [before.public_id], "we think it is open"


def soon_over(told: Outside, left: timedelta) -> None:
    """Both channels have so long to live when somebody looks after them again."""
    defer_channels()
    told.work()
    with transaction() as session:
        for each in session.scalars(select(PushChannel)):
            each.expires_at = clock.now() + left


def test_eight_hours_without_anybody_who_renews_lose_no_channel(told: Outside) -> None:
    soon_over(told, channel_store.RENEW_BEFORE - timedelta(hours=8))
    assert defer_channels() == 2
    told.work()
    assert {each.state for each in channels()} == {ChannelState.OPEN}
    assert all(each.expires_at > clock.now() + timedelta(days=6) for each in channels())


def test_control_who_renews_at_the_last_moment_loses_them(
    told: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_store, "RENEW_BEFORE", timedelta())
    soon_over(told, timedelta(hours=16))
    assert defer_channels() == 0
    with transaction() as session:  # and eight hours later
        for each in session.scalars(select(PushChannel)):
            each.expires_at = clock.now() - timedelta(hours=1)
    defer_channels()
    assert channels() == []


def test_control_who_only_reads_when_told_misses_what_is_not_told(
    told: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_channel(primary(REMY).public_id)
    told.work()
    told.google.ctl("notices", is_dropping=True)
    with transaction() as session:
        session.get_one(Calendar, primary(REMY).id).next_sync_at = clock.now()
    monkeypatch.setattr(check_calendars, "list_due_calendars", lambda *asked: [])
    assert defer_due_calendars() == 0
    assert waiting_syncs() == []


def test_control_a_message_that_is_acted_upon_at_once_costs_much_more_than_one_insert(
    told: Outside, count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_channel(primary(REMY).public_id)
    told.work()
    [channel] = channels_of(REMY)
    name, remote = channel.public_id, str(channel.remote_id)
    monkeypatch.setattr(hear_change, "_is_genuine", lambda *seen: True)
    with count_queries() as lazy:
        assert hear_google(name, "any", remote)
    monkeypatch.setattr(hear_change, "defer_sync", lambda session, calendar, cause: sync_calendar(calendar))
    with count_queries() as eager:
        hear_google(name, "any", remote)
    assert len(lazy) <= 4 < len(eager)
    assert sent(told.google)
