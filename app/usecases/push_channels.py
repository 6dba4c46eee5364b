"""Have calendar services tell us of changes: open channels, keep them open, close them.

Being told makes a change arrive in seconds. Nothing depends on it: every calendar is read regularly all the same,
because services lose messages and say so.
"""

import hashlib
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from app import clock
from app.db import Session, transaction
from app.ids import new_id, new_secret
from app.log import get_logger
from app.models import ChannelState, Provider, PushChannel, ReadingCause
from app.queue import BACKGROUND, defer
from app.services import services
from app.store.calendars import find_calendar
from app.store.channels import (
    CAN_TELL,
    LIVES,
    RENEW_BEFORE,
    channels_of_connection,
    drop_channel,
    drop_dead_channels,
    find_channel,
    list_needless,
    list_unwatched,
    open_channels_of,
)
from app.usecases.check_calendars import defer_sync
from app.usecases.provider_turns import Purpose, calling
from calendars.providers.base import CalendarError
from calendars.providers.push import Channel, ChannelDraft, PushProvider

__all__ = [
    "CAN_TELL",
    "LIVES",
    "can_be_told",
    "close_channel",
    "close_channels_of",
    "defer_channel",
    "defer_channels",
    "digest",
    "open_channel",
]

log = get_logger(__name__)


class _Watched(NamedTuple):
    """A calendar that should have a channel, and the open ones it has, the newest first."""

    connection_id: int
    remote_id: str
    provider: Provider
    channels: list[tuple[str, str, datetime]]


def can_be_told() -> bool:
    """Whether services can reach us: they insist on https."""
    return services().settings.is_secure


def digest(secret: str) -> bytes:
    """What is kept of a channel's secret."""
    return hashlib.sha256(secret.encode()).digest()


def defer_channels() -> int:
    """Have channels opened where they are missing or end soon, and closed where nobody reads any longer; returns
    how many are to be opened."""
    if not can_be_told():
        return 0
    with transaction() as session:
        drop_dead_channels(session, clock.now())
        for channel in list_needless(session):
            defer(session, "close_channel", once=f"close:{channel.public_id}", channel=channel.public_id)
        missing = list_unwatched(session, clock.now())
        return sum(defer_channel(session, calendar) for calendar in missing)


def defer_channel(session: Session, calendar: str, *, renew: bool = False) -> bool:
    """Have a calendar's channel opened, or renewed, after this transaction."""
    key = f"channel:{calendar}"
    return defer(
        session, "open_channel", once=key, lock=key, priority=BACKGROUND, calendar=calendar, renew=renew
    )


def open_channel(calendar_id: str, *, renew: bool = False) -> bool:
    """See that a calendar has a channel that lasts. `renew`: although the one it has does not end soon.

    An old channel is closed only when the new one is open, so that no message is missed. Returns False when the
    service refused; it is asked again later.
    """
    watched = _watched(calendar_id)
    if watched is None or not can_be_told():
        return True
    if not renew and any(ends > clock.now() + RENEW_BEFORE for _, _, ends in watched.channels):
        return True
    try:
        with calling(watched.connection_id, Purpose.SYNC) as provider:
            if isinstance(provider, PushProvider) and not _extended(provider, watched):
                _replace(provider, watched, calendar_id)
    except CalendarError as error:
        log.warning("channel.not_opened", calendar=calendar_id, error_code=error.code, detail=str(error))
        return False
    return True


def close_channel(channel_id: str) -> None:
    """Close a channel at its service and forget it. Raises CalendarError when the service cannot be reached."""
    with transaction() as session:
        channel = find_channel(session, channel_id)
        if channel is None:
            return
        connection_id, remote_id = channel.calendar.connection_id, channel.remote_id
    try:
        with calling(connection_id, Purpose.SYNC) as provider:
            _unwatch(provider, channel_id, remote_id)
    except CalendarError as error:
        # a grant that is gone closes nothing; the channel ends by itself, and its messages meet no row
        if not error.permanent:
            raise
    with transaction() as session:
        drop_channel(session, channel_id)


def close_channels_of(connection_id: int) -> None:
    """Close what an account's calendars have open, as far as its service lets us; before its grant is given back."""
    with transaction() as session:
        channels = [each.public_id for each in channels_of_connection(session, connection_id)]
    for channel in channels:
        with suppress(CalendarError):
            close_channel(channel)


def _watched(calendar_id: str) -> _Watched | None:
    with transaction() as session:
        calendar = find_calendar(session, calendar_id)
        if calendar is None or not calendar.checks_conflicts:
            return None
        channels = [
            (each.public_id, each.remote_id or "", each.expires_at)
            for each in open_channels_of(session, calendar.id)
        ]
        return _Watched(calendar.connection_id, calendar.remote_id, calendar.connection.provider, channels)


def _extended(provider: PushProvider, watched: _Watched) -> bool:
    """Whether the channel there is could be made to last."""
    if not watched.channels:
        return False
    key, remote_id, _ = watched.channels[0]
    channel = provider.extend(remote_id, clock.now() + LIVES)
    if channel is None:
        return False
    with transaction() as session:
        row = find_channel(session, key)
        if row is not None:
            row.expires_at = channel.expires_at
    return True


def _replace(provider: PushProvider, watched: _Watched, calendar_id: str) -> None:
    """Open another channel, then close those there were."""
    secret = new_secret()
    draft = ChannelDraft(
        key=new_id("chan"),
        secret=secret,
        address=f"{services().settings.public_base_url}/hooks/{watched.provider.value}",
        expires_at=clock.now() + LIVES,
    )
    _keep(calendar_id, draft)  # before it is asked for: its first message may arrive before the answer
    try:
        opened = provider.watch(watched.remote_id, draft)
    except CalendarError as error:
        _note_refusal(draft.key, error)
        raise
    _note_open(calendar_id, draft.key, opened)
    for key, remote_id, _ in watched.channels:
        with suppress(CalendarError):  # it ends by itself
            _unwatch(provider, key, remote_id)
        with transaction() as session:
            drop_channel(session, key)


def _keep(calendar_id: str, draft: ChannelDraft) -> None:
    with transaction() as session:
        calendar = find_calendar(session, calendar_id)
        assert calendar is not None
        row = PushChannel(
            public_id=draft.key,
            calendar_id=calendar.id,
            secret_hash=digest(draft.secret),
            state=ChannelState.OPENING,
            expires_at=draft.expires_at,
        )
        session.add(row)


def _note_open(calendar_id: str, key: str, opened: Channel) -> None:
    with transaction() as session:
        row = find_channel(session, key)
        if row is not None:
            row.state, row.remote_id, row.expires_at = ChannelState.OPEN, opened.remote_id, opened.expires_at
        # what changed since the last reading, before the channel was open, was told to nobody
        defer_sync(session, calendar_id, ReadingCause.TOLD)


def _note_refusal(key: str, error: CalendarError) -> None:
    with transaction() as session:
        row = find_channel(session, key)
        if row is not None:
            row.state, row.error = ChannelState.FAILED, str(error)


def _unwatch(provider: object, key: str, remote_id: str | None) -> None:
    if isinstance(provider, PushProvider) and remote_id:
        provider.unwatch(key, remote_id)
