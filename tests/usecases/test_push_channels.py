"""Services that tell us of changes: a message causes a reading and nothing else, and nothing depends on one."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.demo.stand_in import serve
from app.ids import new_id
from app.models import BusyBlock, Calendar, ChannelState, ConnectionState, Provider, PushChannel
from app.usecases.check_calendars import defer_due_calendars
from app.usecases.connect_calendar import choose_calendars, disconnect
from app.usecases.hear_change import Note, hear_google, hear_graph
from app.usecases.push_channels import close_channel, defer_channels, digest, open_channel
from app.usecases.sync_calendar import sync_calendar
from tests.fixtures.company import application_over
from tests.fixtures.outside import (
    REMY,
    ROSA,
    SECURE,
    Outside,
    calendars_of,
    document,
    fault,
    jobs,
    rep_of,
    settings_of,
)

TOMORROW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
BOTH = pytest.mark.parametrize("email", [REMY, ROSA])


@pytest.fixture
def told(
    fresh_database: str, _our_google: Any, _our_microsoft: Any, certificate: Any, mail_server: Any
) -> Iterator[Outside]:
    """The product under an https address that both services can reach, Remy and Rosa connected and read."""
    for side in (_our_google, _our_microsoft):
        side.ctl("reset")
    settings = settings_of(_our_google, _our_microsoft, certificate, mail_server)
    settings["public_base_url"] = SECURE
    with application_over(fresh_database, document(REMY, ROSA), **settings) as app, serve(app) as server:
        for side in (_our_google, _our_microsoft):
            side.ctl("notices", routes={SECURE: server.url})
        outside = Outside(app, _our_google, _our_microsoft, mail_server)
        outside.connect_and_read(REMY, ROSA)
        yield outside


def primary(email: str) -> Calendar:
    return next(calendar for calendar in calendars_of(email) if calendar.is_primary)


def channels() -> list[PushChannel]:
    db.session.rollback()
    return list(db.session.scalars(select(PushChannel).order_by(PushChannel.id)))


def wait_for(what: Callable[[], Any]) -> Any:
    """Messages come when they come; a second is a long time here."""
    for _ in range(100):
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came")


def sent(side: Any) -> list[Any]:
    """The messages that a service sent."""
    found: list[Any] = side.session.get(f"{side.url}/__ctl/notices").json()
    return found


def channels_of(email: str) -> list[PushChannel]:
    return [each for each in channels() if each.calendar.rep_id == rep_of(email).id]


def waiting_syncs() -> list[Any]:
    db.session.rollback()
    return [job for job in jobs("todo") if job["task_name"] == "sync_calendar"]


def add_event(told: Outside, email: str) -> None:
    end = TOMORROW + timedelta(hours=1)
    if email == REMY:
        edges = {"start": {"dateTime": TOMORROW.isoformat()}, "end": {"dateTime": end.isoformat()}}
        told.google.create(summary="Private matter", **edges)
        return
    first, last = ({"dateTime": f"{edge:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for edge in (TOMORROW, end))
    told.microsoft.create({"subject": "Private matter", "start": first, "end": last})


@BOTH
def test_a_change_at_the_service_has_the_calendar_read(told: Outside, email: str) -> None:
    assert open_channel(primary(email).public_id)
    told.work()
    assert waiting_syncs() == []
    before = primary(email).synced_at
    add_event(told, email)
    wait_for(waiting_syncs)
    told.work()
    assert before is not None and (primary(email).synced_at or before) > before
    assert TOMORROW in {block.starts_at for block in db.session.scalars(select(BusyBlock))}


@BOTH
def test_ten_messages_are_one_reading(told: Outside, email: str) -> None:
    open_channel(primary(email).public_id)
    told.work()
    side: Any = told.google if email == REMY else told.microsoft
    side.ctl("notices", copies=10)
    add_event(told, email)
    wait_for(lambda: len([x for x in sent(side) if x["status"] in {202, 204}]) >= 10)
    assert len(waiting_syncs()) == 1


@BOTH
def test_every_calendar_that_is_read_gets_one_channel_that_lasts(told: Outside, email: str) -> None:
    assert defer_channels() == 2
    assert defer_channels() == 0  # one waits already
    told.work()
    assert [each.state for each in channels()] == [ChannelState.OPEN] * 2
    assert all(each.expires_at > clock.now() + timedelta(days=6) for each in channels())
    assert defer_channels() == 0


def test_a_channel_that_ends_soon_is_renewed_in_the_service_s_way(told: Outside) -> None:
    defer_channels()
    told.work()
    old = {each.calendar.connection.provider: each.public_id for each in channels()}
    with transaction() as session:
        for each in session.scalars(select(PushChannel)):
            each.expires_at = clock.now() + timedelta(hours=2)
    assert defer_channels() == 2
    told.work()
    new = {each.calendar.connection.provider: each for each in channels()}
    assert all(each.expires_at > clock.now() + timedelta(days=6) for each in new.values())
    assert new[Provider.MICROSOFT].public_id == old[Provider.MICROSOFT]  # extended
    assert new[Provider.GOOGLE].public_id != old[Provider.GOOGLE]  # replaced, the old one stopped
    stopped = told.google.log("POST", "/channels/stop")
    assert [entry["body"]["id"] for entry in stopped] == [old[Provider.GOOGLE]]


@BOTH
def test_a_refused_channel_leaves_polling_in_place_and_is_asked_for_later(told: Outside, email: str) -> None:
    side: Any = told.google if email == REMY else told.microsoft
    with fault(side, "status", path="*watch" if email == REMY else "*subscriptions", status=503):
        assert not open_channel(primary(email).public_id)
    assert [each.state for each in channels()] == [ChannelState.FAILED]
    assert primary(email).next_sync_at is not None
    calendar = primary(email).public_id
    defer_channels()
    assert calendar not in [
        job["args"].get("calendar") for job in jobs("todo") if job["task_name"] == "open_channel"
    ]
    with transaction() as session:
        session.scalars(select(PushChannel)).one().created_at = clock.now() - timedelta(hours=1)
    defer_channels()
    told.work()
    assert ChannelState.OPEN in {each.state for each in channels() if each.calendar.public_id == calendar}


@BOTH
def test_an_account_that_is_given_up_is_watched_no_longer(told: Outside, email: str) -> None:
    open_channel(primary(email).public_id)
    connection = primary(email).connection.public_id
    disconnect(connection, rep_of(email).id)
    assert channels() == []
    side: Any = told.google if email == REMY else told.microsoft
    before = len(sent(side))
    add_event(told, email)
    time.sleep(0.3)
    assert len(sent(side)) == before


@BOTH
def test_after_a_withdrawn_grant_the_same_account_is_read_again_and_old_messages_do_no_harm(
    told: Outside, email: str
) -> None:
    open_channel(primary(email).public_id)
    told.work()
    old = channels_of(email)[0].public_id
    side: Any = told.google if email == REMY else told.microsoft
    side.ctl("revoke", email=email)
    assert not sync_calendar(primary(email).public_id)
    told.work()
    assert primary(email).connection.state is ConnectionState.NEEDS_RECONNECT
    told.connect(email)
    told.work()
    add_event(told, email)
    deliver(told, email, old)
    told.work()
    assert primary(email).connection.state is ConnectionState.ACTIVE
    assert sync_calendar(primary(email).public_id)
    assert TOMORROW in {block.starts_at for block in db.session.scalars(select(BusyBlock))}


def deliver(told: Outside, email: str, channel: str) -> None:
    """A late message of an old channel, which proves itself by nothing that we still know."""
    with serve(told.app) as server:
        if email == REMY:
            headers = {"X-Goog-Channel-ID": channel, "X-Goog-Resource-State": "exists"}
            assert requests.post(f"{server.url}/hooks/google", headers=headers, timeout=5).ok
        else:
            body = {"value": [{"subscriptionId": channel, "clientState": "old"}]}
            assert requests.post(f"{server.url}/hooks/microsoft", json=body, timeout=5).ok


def test_numbers_of_messages_that_skip_repeat_or_run_backwards_mean_nothing(told: Outside) -> None:
    told.work()
    with transaction() as session:
        channel = PushChannel(
            public_id=new_id("chan"), calendar_id=primary(REMY).id, secret_hash=digest("s"), remote_id="r",
            state=ChannelState.OPEN, expires_at=clock.now() + timedelta(days=1), created_at=clock.now(),
        )  # fmt: skip
        session.add(channel)
        session.flush()
        name = channel.public_id
    with serve(told.app) as server:
        for state, number in (("sync", 1), ("exists", 2), ("exists", 2), ("exists", 90), ("not_exists", 5)):
            headers = {
                "X-Goog-Channel-ID": name,
                "X-Goog-Channel-Token": "s",
                "X-Goog-Resource-ID": "r",
                "X-Goog-Resource-State": state,
                "X-Goog-Message-Number": str(number),
            }
            assert requests.post(f"{server.url}/hooks/google", headers=headers, timeout=5).status_code == 204
    assert len(waiting_syncs()) == 1


def test_a_calendar_that_is_no_longer_read_is_watched_no_longer(told: Outside) -> None:
    open_channel(primary(REMY).public_id)
    choose_calendars(rep_of(REMY).id, set(), None)
    defer_channels()
    told.work()
    assert channels_of(REMY) == []


def test_a_subscription_that_graph_removed_is_made_anew_and_the_calendar_read(told: Outside) -> None:
    open_channel(primary(ROSA).public_id)
    told.work()
    first = channels_of(ROSA)[0].public_id
    told.microsoft.ctl("lifecycle", event="subscriptionRemoved")
    wait_for(waiting_syncs)
    told.work()
    assert [each.state for each in channels_of(ROSA)] == [ChannelState.OPEN]
    assert channels_of(ROSA)[0].public_id != first


def test_a_subscription_is_authorized_anew_when_graph_asks(told: Outside) -> None:
    open_channel(primary(ROSA).public_id)
    told.work()
    told.microsoft.ctl("lifecycle", event="reauthorizationRequired")
    wait_for(lambda: [job for job in jobs("todo") if job["task_name"] == "open_channel"])
    told.work()
    assert told.microsoft.log("PATCH", channels_of(ROSA)[0].remote_id)


def test_who_forges_a_message_causes_nothing_and_learns_nothing(told: Outside) -> None:
    open_channel(primary(REMY).public_id)
    open_channel(primary(ROSA).public_id)
    told.work()
    google, graph = channels()
    with serve(told.app) as server:
        for channel, token, resource in (
            (google.public_id, "guessed", google.remote_id),
            ("chan_unknown", "guessed", google.remote_id),
            (google.public_id, "", google.remote_id),
        ):
            headers = {
                "X-Goog-Channel-ID": channel,
                "X-Goog-Channel-Token": token,
                "X-Goog-Resource-ID": resource or "",
            }
            answer = requests.post(f"{server.url}/hooks/google", headers=headers, timeout=5)
            assert (answer.status_code, answer.content) == (204, b"")
        for body in (
            {"value": [{"subscriptionId": graph.remote_id, "clientState": "guessed"}]},
            {"value": [{"subscriptionId": "unknown", "clientState": "guessed"}]},
            {"value": "nonsense"},
            ["nonsense"],
            {"value": [3, None, {"subscriptionId": {"$gt": ""}, "clientState": ["x"]}]},
        ):
            answer = requests.post(f"{server.url}/hooks/microsoft", json=body, timeout=5)
            assert answer.status_code == 202
    assert waiting_syncs() == []


@BOTH
def test_messages_that_never_arrive_delay_a_change_and_lose_nothing(told: Outside, email: str) -> None:
    open_channel(primary(email).public_id)
    told.work()
    side: Any = told.google if email == REMY else told.microsoft
    side.ctl("notices", is_dropping=True)
    add_event(told, email)
    time.sleep(0.2)
    assert waiting_syncs() == []
    with transaction() as session:
        session.get_one(Calendar, primary(email).id).next_sync_at = clock.now()
    assert defer_due_calendars() >= 1
    before = primary(email).synced_at
    told.work()
    assert before is not None and (primary(email).synced_at or before) > before
    assert TOMORROW in {block.starts_at for block in db.session.scalars(select(BusyBlock))}


def test_a_message_costs_one_look_up_and_at_most_one_insert(told: Outside, count_queries: Any) -> None:
    open_channel(primary(REMY).public_id)
    told.work()
    channel = channels()[0]
    with count_queries() as counted:
        assert not hear_google("chan_unknown", "guessed", "x")
    assert len(counted) <= 1
    assert channel.state is ChannelState.OPEN


def test_a_flood_of_notes_in_one_message_costs_one_look_up(told: Outside, count_queries: Any) -> None:
    open_channel(primary(ROSA).public_id)
    told.work()
    [channel] = channels_of(ROSA)
    notes = [Note(f"unknown-{number}", "guessed") for number in range(500)]
    with count_queries() as counted:
        assert hear_graph([*notes, Note(str(channel.remote_id), "guessed")]) == 0
    assert len(counted) == 1
    assert waiting_syncs() == []


def test_closing_what_is_closed_is_closing(told: Outside) -> None:
    open_channel(primary(REMY).public_id)
    key = channels()[0].public_id
    close_channel(key)
    close_channel(key)
    assert channels() == []


def test_without_an_https_address_nobody_is_asked_to_tell_us(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    assert defer_channels() == 0
    open_channel(primary(REMY).public_id)
    assert outside.google.log("POST", "watch") == []
