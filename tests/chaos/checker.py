"""What must be true when all is quiet again: database, calendars and mailboxes tell one story."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from tests.chaos.prospects import Promise


class Meeting(NamedTuple):
    """A meeting as the database has it. `provider`: whose calendar takes it, if any does. `deviation`: what its rep
    is asked about, because the entry is not as it should be. `told`: how many mails told the prospect of its present
    version."""

    booking: str
    state: str
    start: datetime
    rep: str
    provider: str | None
    deviation: str | None
    told: int

    @property
    def stands(self) -> bool:
        """Whether it takes place."""
        return self.state == "confirmed"


class Entry(NamedTuple):
    """A live entry of ours in somebody's calendar."""

    booking: str
    start: datetime


class Letter(NamedTuple):
    """A mail in a prospect's mailbox: its Message-ID, and what its invitation does (method and UID), if it has one."""

    message_id: str
    is_ours: bool
    method: str
    uid: str


class Taken(NamedTuple):
    """A stretch of a rep's time that is held or booked."""

    rep: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Story:
    """Everything there is to compare. `mailboxes`: letters by address, the oldest first. `edited`: meetings whose
    entry the rep changed."""

    meetings: Mapping[str, Meeting]
    entries: Sequence[Entry]
    mailboxes: Mapping[str, Sequence[Letter]]
    taken: Sequence[Taken]
    gave_up: Sequence[str] = ()
    edited: Collection[str] = field(default_factory=set)


def faults_of(story: Story, promises: Sequence[Promise]) -> list[str]:
    """Everything that is not as it must be, in words; nothing when all is well."""
    return [
        *_overlaps(story.taken),
        *_broken_promises(story, promises),
        *_wrong_entries(story),
        *_mails(story, promises),
        *(f"a job {name} gave up" for name in story.gave_up),
    ]


def _overlaps(taken: Sequence[Taken]) -> list[str]:
    return [
        f"rep {one.rep} has two meetings at {other.start}"
        for one, other in pairwise(sorted(taken))
        if one.rep == other.rep and other.start < one.end
    ]


def _broken_promises(story: Story, promises: Sequence[Promise]) -> list[str]:
    found = []
    for promise in promises:
        row = story.meetings.get(promise.booking)
        if row is None:
            found.append(f"{promise.booking} was acknowledged and is not there")
        elif promise.is_certain and row.stands == promise.is_cancelled:
            found.append(f"{promise.booking} is {row.state}, which is not what was said")
        elif _is_elsewhere(row, promise) and row.booking not in story.edited:
            found.append(f"{promise.booking} is at {row.start}, promised was {promise.start}")
    return found


def _is_elsewhere(row: Meeting, promise: Promise) -> bool:
    return promise.is_certain and row.stands and row.start != datetime.fromisoformat(promise.start)


def _wrong_entries(story: Story) -> list[str]:
    counts = Counter(entry.booking for entry in story.entries)
    found = [f"{booking} has {count} entries" for booking, count in counts.items() if count > 1]
    standing = {row.booking: row for row in story.meetings.values() if row.stands}
    found += [f"an entry of {booking}, which does not stand" for booking in counts if booking not in standing]
    found += [
        f"{row.rep}'s calendar does not show {row.booking}"
        for row in standing.values()
        if row.provider in {"google", "microsoft"}
        and row.booking not in counts
        and not _is_asked(story, row, "gone")
    ]
    found += [
        f"the entry of {entry.booking} is at {entry.start}, the meeting at {row.start}"
        for entry in story.entries
        if (row := standing.get(entry.booking))
        and entry.start != row.start
        and not _is_asked(story, row, "moved")
    ]
    return found


def _is_asked(story: Story, row: Meeting, deviation: str) -> bool:
    """Whether the rep caused the difference, and is asked about it."""
    return row.booking in story.edited and row.deviation == deviation


def _mails(story: Story, promises: Sequence[Promise]) -> list[str]:
    """Who has a meeting was told of it as it now is, once, and has one entry of it; who has none any more has none.

    The same mail may have come twice (its worker died before it could note that it was sent); it is the same by its
    Message-ID.
    """
    found = []
    for promise in promises:
        row = story.meetings.get(promise.booking)
        letters = story.mailboxes.get(promise.email, ())
        if row is None:
            continue
        if row.told != 1:
            found.append(f"{promise.email} was told {row.told} times of how things are")
        if not any(letter.is_ours for letter in letters):
            found.append(f"{promise.email} was told nothing")
        standing = _standing(letters)
        wanted = 1 if row.stands and row.deviation is None else 0
        if row.deviation is None and len(standing) != wanted:
            found.append(f"{promise.email} has {len(standing)} entries of {row.booking} ({row.state})")
    return found


def _standing(letters: Sequence[Letter]) -> set[str]:
    """The UIDs in the calendar of somebody who opens every letter in order."""
    standing: set[str] = set()
    for letter in letters:
        if letter.method == "REQUEST":
            standing.add(letter.uid)
        elif letter.method == "CANCEL":
            standing.discard(letter.uid)
    return standing
