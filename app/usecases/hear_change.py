"""A calendar service says that something changed. All it can cause is that a calendar is read, or a channel renewed."""

import hmac
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from app.db import Session, transaction
from app.log import get_logger
from app.models import PushChannel, ReadingCause
from app.store.channels import drop_channel, find_channel, find_channels_by_remote
from app.usecases.check_calendars import defer_sync
from app.usecases.push_channels import defer_channel, digest

log = get_logger(__name__)


class Lifecycle(StrEnum):
    """What Graph says of a subscription itself. Source: https://learn.microsoft.com/graph/change-notifications-lifecycle-events"""

    REAUTHORIZATION_REQUIRED = "reauthorizationRequired"
    SUBSCRIPTION_REMOVED = "subscriptionRemoved"
    MISSED = "missed"


def hear_google(channel_id: str, secret: str, resource_id: str) -> bool:
    """A message on one of our channels; False when it is not known to be one. One lookup and at most one insert."""
    with transaction() as session:
        channel = find_channel(session, channel_id)
        if channel is None or not _is_genuine(channel, secret):
            return _ignore("google")
        if channel.remote_id is not None and channel.remote_id != resource_id:
            return _ignore("google")
        defer_sync(session, channel.calendar.public_id, ReadingCause.TOLD)
        return True


class Note(NamedTuple):
    """What a message says of one subscription: which, the secret that proves it, and what is with the subscription
    itself (None: a calendar changed)."""

    subscription: str
    secret: str
    lifecycle: Lifecycle | None = None


def hear_graph(notes: Collection[Note]) -> int:
    """The notes of one message, which may speak of many subscriptions, and of one many times; how many were ours. One
    look-up for all, and one insert for a calendar."""
    with transaction() as session:
        channels = find_channels_by_remote(session, {note.subscription for note in notes})
        changed: set[str] = set()
        heard = 0
        for note in notes:
            channel = channels.get(note.subscription)
            if channel is None or not _is_genuine(channel, note.secret):
                _ignore("microsoft")
                continue
            heard += 1
            if note.lifecycle is not Lifecycle.REAUTHORIZATION_REQUIRED:
                changed.add(channel.calendar.public_id)
            _see_to(session, channel, note.lifecycle)
        for calendar in sorted(changed):
            defer_sync(session, calendar, ReadingCause.TOLD)
    return heard


def _see_to(session: Session, channel: PushChannel, lifecycle: Lifecycle | None) -> None:
    """What becomes of the subscription itself."""
    calendar = channel.calendar.public_id
    if lifecycle is Lifecycle.REAUTHORIZATION_REQUIRED:
        defer_channel(session, calendar, renew=True)
    elif lifecycle is Lifecycle.SUBSCRIPTION_REMOVED:
        drop_channel(session, channel.public_id)
        defer_channel(session, calendar)


def _is_genuine(channel: PushChannel, secret: str) -> bool:
    return hmac.compare_digest(channel.secret_hash, digest(secret))


def _ignore(provider: str) -> bool:
    log.info("hook.ignored", provider=provider)
    return False
