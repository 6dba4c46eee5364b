"""What calendar services tell us and what we tell them, in our words: values that every provider shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from calendars.span import Span


class CalendarError(Exception):
    """A provider refused, failed or could not be reached.

    `code` is stable (`unauthorized`, `forbidden`, `not-found`, `rate-limited`, `quota-exhausted`, `unavailable`,
    `invalid`, `misconfigured`, `conflict`); `permanent` means that trying again unchanged is useless; `retry_after`
    is in seconds; `needs_reconnect` means that the grant is dead and only a person can mend it; `concerns_all` that
    not this account is meant but every account of this installation.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        permanent: bool,
        retry_after: float | None = None,
        needs_reconnect: bool = False,
        concerns_all: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.needs_reconnect = needs_reconnect
        self.concerns_all = concerns_all

    @property
    def is_hopeless(self) -> bool:
        """Whether no later try can succeed by itself. What the operator alone can mend is tried again: they will."""
        return self.permanent and not (self.code == "misconfigured" and self.concerns_all)


class BusyKind(StrEnum):
    """Why a stretch counts as busy; owners decide about some kinds (`busy_table`)."""

    BUSY = "busy"
    TENTATIVE = "tentative"
    UNANSWERED = "unanswered"
    OUT_OF_OFFICE = "oof"
    ELSEWHERE = "elsewhere"
    FOCUS = "focus"
    MAIL = "mail"
    ALL_DAY = "all_day"


@dataclass(frozen=True, slots=True)
class AllDay:
    """Whole local dates, `first` inclusive to `until` exclusive, in the calendar's own zone."""

    first: date
    until: date


@dataclass(frozen=True, slots=True)
class BusyItem:
    """One occurrence that occupies time, or may: its kind and its calendar's owner decide. Exactly one of `span` and
    `all_day` is set.

    `instance_key` tells the occurrences of one event apart (empty for a single event). `booking` is our own
    booking's public id when the event carries our marker, so that it is not counted twice.
    """

    event_id: str
    instance_key: str
    kind: BusyKind
    span: Span | None = None
    all_day: AllDay | None = None
    etag: str | None = None
    booking: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteCalendar:
    """A calendar the account can see."""

    id: str
    name: str
    timezone: str | None
    can_write: bool
    is_primary: bool
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a calendar holds, or what changed since `token`.

    `is_full`: `items` is everything inside `known`; the mirror is to be replaced. Otherwise every event id in
    `items` or `removed` replaces all stored occurrences of that event. `token` continues from here. `known` is
    the stretch this calendar now vouches for. `warnings` are for the rep ("2 events have an unknown zone").
    """

    is_full: bool
    items: tuple[BusyItem, ...]
    removed: tuple[str, ...]
    token: str | None
    known: Span
    timezone: str | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """The provider's answer just now: spans that close time (our own bookings left out), and the calendars it could
    not answer for."""

    busy: tuple[Span, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited."""

    email: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """The event as we want it at the provider.

    `key` is ours and deterministic (`<booking public id>:<generation>`): the event's id or look-up key is derived
    from it, so that writing twice is writing once. `start` and `end` are aware instants; `timezone` is the IANA
    zone the event is shown in. `invite`: the provider mails the guests. `hides_guests`: none of them sees the others.
    """

    key: str
    booking: str
    title: str
    description: str
    start: datetime
    end: datetime
    timezone: str
    guests: tuple[Guest, ...]
    location: str | None = None
    wants_video: bool = False
    invite: bool = True
    hides_guests: bool = False


class Reply(StrEnum):
    """What somebody invited answered."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """The event as the provider has it. `join_pending`: the video link is still being made; ask again.

    `start` and `end` are aware instants, None where the provider does not say. `holds_time` is False when the owner
    declined it or shows it as free. `replies`: what guests answered, by their address in lower case; who has not
    answered is not in it.
    """

    event_id: str
    etag: str | None
    ical_uid: str | None
    join_url: str | None = None
    join_pending: bool = False
    html_link: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    holds_time: bool = True
    replies: Mapping[str, Reply] = field(default_factory=dict)
