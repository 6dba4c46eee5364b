"""Being told that a calendar changed: what is asked of a service that can tell, and what it answers.

A message only ever says "look again"; what changed is read in the usual way. So nothing that arrives from outside
has to be believed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class ChannelDraft:
    """A channel as we want it. `key` is ours and unique, `secret` comes back with every message, `address` is the
    https address messages go to, and `expires_at` (aware) is when it should end at the latest."""

    key: str
    secret: str
    address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as the service opened it, under its own `remote_id`. It ends by itself at `expires_at` (aware)."""

    remote_id: str
    expires_at: datetime


@runtime_checkable
class PushProvider(Protocol):
    """An account at a service that can tell of changes. Every method may raise `CalendarError`."""

    def watch(self, calendar_id: str, draft: ChannelDraft) -> Channel:
        """Open a channel. Messages may arrive before this returns."""

    def extend(self, remote_id: str, until: datetime) -> Channel | None:
        """Let a channel live until `until`; None where it is gone or cannot be extended, and another is needed."""

    def unwatch(self, key: str, remote_id: str) -> None:
        """Close a channel. One that is gone already is closed."""
