"""What counts as busy: one table for every calendar service.

A provider says what an entry is, in the words of `Entry`; the first row of `TABLE` that applies says what becomes of
it. Rows without a kind never take time. All others are kept in the mirror under their kind, and whether a kind closes
time is decided when times are looked for: as `USUAL` says, or as the calendar's owner chose. So a choice holds at once,
for what was read long ago as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from calendars.remote import BusyKind

Choices = Mapping[BusyKind, bool]
"""What an owner wishes otherwise: whether entries of a kind close time."""

NO_CHOICES: Choices = MappingProxyType({})


class Answer(StrEnum):
    """What the calendar's owner answered to an invitation; `none`: there was none, or nothing is known of it."""

    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    UNANSWERED = "unanswered"


class Shown(StrEnum):
    """How the owner has a time shown to colleagues, as Outlook knows it."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    ELSEWHERE = "elsewhere"


class Nature(StrEnum):
    """What sort of entry it is, as Google knows it."""

    PLAIN = "plain"
    WORKING_LOCATION = "working_location"
    BIRTHDAY = "birthday"
    OUT_OF_OFFICE = "oof"
    FOCUS_TIME = "focus_time"
    FROM_MAIL = "from_mail"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a service tells about one entry. `shown` and `is_transparent` are None where it does not say.

    That an entry is private is not in it: how much others may see of it changes nothing about the time it takes.
    """

    nature: Nature = Nature.PLAIN
    answer: Answer = Answer.NONE
    shown: Shown | None = None
    is_transparent: bool | None = None
    is_all_day: bool = False
    is_tentative: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without a `kind`, the entry takes no time, whatever anybody wishes."""

    name: str
    applies: Callable[[Entry], bool]
    kind: BusyKind | None


def _is_silent_all_day(entry: Entry) -> bool:
    """Apple's all-day entries do not say whether they take time, and mean birthdays as often as holidays."""
    return entry.is_all_day and entry.shown is None and entry.is_transparent is None


def _is_unanswered(entry: Entry) -> bool:
    """Who has the time of an invitation shown as taken has answered by that."""
    return entry.answer is Answer.UNANSWERED and entry.shown in (None, Shown.TENTATIVE)


def _is_tentative(entry: Entry) -> bool:
    if entry.shown is not None:
        return entry.shown is Shown.TENTATIVE
    return entry.is_tentative or entry.answer is Answer.TENTATIVE


TABLE: tuple[Row, ...] = (
    Row("cancelled", lambda entry: entry.is_cancelled, None),
    Row("declined", lambda entry: entry.answer is Answer.DECLINED, None),
    Row("shown as free", lambda entry: entry.shown is Shown.FREE or entry.is_transparent is True, None),
    Row("working location", lambda entry: entry.nature is Nature.WORKING_LOCATION, None),
    Row("birthday", lambda entry: entry.nature is Nature.BIRTHDAY, None),
    Row(
        "out of office",
        lambda entry: entry.nature is Nature.OUT_OF_OFFICE or entry.shown is Shown.OUT_OF_OFFICE,
        BusyKind.OUT_OF_OFFICE,
    ),
    Row("working elsewhere", lambda entry: entry.shown is Shown.ELSEWHERE, BusyKind.ELSEWHERE),
    Row("all day, nothing said", _is_silent_all_day, BusyKind.ALL_DAY),
    Row("not answered", _is_unanswered, BusyKind.UNANSWERED),
    Row("tentative", _is_tentative, BusyKind.TENTATIVE),
    Row("focus time", lambda entry: entry.nature is Nature.FOCUS_TIME, BusyKind.FOCUS),
    Row("from a mail", lambda entry: entry.nature is Nature.FROM_MAIL, BusyKind.MAIL),
    Row("plain", lambda entry: True, BusyKind.BUSY),
)

USUAL: Mapping[BusyKind, bool] = MappingProxyType({kind: kind is not BusyKind.ELSEWHERE for kind in BusyKind})
"""Whether entries of a kind close time where nobody chose otherwise. Who works elsewhere can be met."""

_ICALENDAR = (BusyKind.TENTATIVE, BusyKind.UNANSWERED, BusyKind.ALL_DAY, BusyKind.ELSEWHERE)
CHOOSABLE: Mapping[str, tuple[BusyKind, ...]] = MappingProxyType(
    {
        "google": (BusyKind.TENTATIVE, BusyKind.UNANSWERED, BusyKind.FOCUS, BusyKind.MAIL),
        "microsoft": (BusyKind.TENTATIVE, BusyKind.UNANSWERED, BusyKind.ELSEWHERE),
        "caldav": _ICALENDAR,
        "ics": _ICALENDAR,
    }
)
"""By service, the kinds that an owner may decide about: those it can tell apart. What is plainly busy or out of office
always closes time."""


def kind_of(entry: Entry) -> BusyKind | None:
    """What sort of busy time an entry is; None where it takes none."""
    return next(row.kind for row in TABLE if row.applies(entry))


def closes_time(kind: BusyKind, choices: Choices = NO_CHOICES) -> bool:
    """Whether entries of a kind close time, given what the calendar's owner chose."""
    return choices.get(kind, USUAL[kind])


def usually_closes_time(calendar_id: str, kind: BusyKind) -> bool:
    """The rule of a calendar whose owner chose nothing; see `CalendarProvider.check_busy`."""
    return USUAL[kind]


def read_choices(stored: Mapping[str, bool]) -> Choices:
    """Choices as they are stored, by the kinds' values. Raises ValueError for a kind there is not."""
    return {BusyKind(kind): closes for kind, closes in stored.items()}


def choices_to_store(service: str, wanted: Choices) -> dict[str, bool]:
    """What is to be stored for these wishes: those that differ from the usual.

    Raises ValueError for a kind that nobody decides about at this service.
    """
    beyond = [kind.value for kind in wanted if kind not in CHOOSABLE[service]]
    if beyond:
        raise ValueError(f"nothing to choose: {', '.join(sorted(beyond))}")
    return {kind.value: closes for kind, closes in wanted.items() if closes is not USUAL[kind]}
