"""What counts as busy in a calendar, line by line: in words for its owner, and from their form."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.models import Calendar
from calendars.busy_table import CHOOSABLE, USUAL, Choices, closes_time, read_choices
from calendars.remote import BusyKind

_WORDS: Mapping[BusyKind, tuple[str, str]] = {
    BusyKind.TENTATIVE: ("Tentative", "You said maybe, or marked the entry as tentative."),
    BusyKind.UNANSWERED: ("Not answered yet", "Invitations that wait for your answer."),
    BusyKind.FOCUS: ("Focus time", "Time you blocked to work by yourself."),
    BusyKind.ELSEWHERE: ("Working elsewhere", "You are at work, only not in the office."),
    BusyKind.ALL_DAY: (
        "All-day entries that do not say",
        "Birthdays and holidays alike, above all from Apple's calendar. Those marked busy always close your day.",
    ),
    BusyKind.MAIL: ("Put in from a mail", "Flights and tables that Gmail found for you."),
}


@dataclass(frozen=True, slots=True)
class BusyLine:
    """One kind of entry: whether it closes time in this calendar, and whether it usually does."""

    kind: str
    title: str
    words: str
    closes: bool
    usually: bool


def busy_lines(calendar: Calendar) -> list[BusyLine]:
    """The kinds that this calendar's owner may decide about."""
    choices = read_choices(calendar.busy_choices)
    return [
        BusyLine(kind.value, *_WORDS[kind], closes_time(kind, choices), USUAL[kind])
        for kind in CHOOSABLE[calendar.connection.provider.value]
    ]


def other_than_usual(calendar: Calendar) -> str:
    """`focus time leaves time open, working elsewhere closes it`; empty when all is as usual."""
    said = [
        f"{line.title[:1].lower()}{line.title[1:]} {'closes time' if line.closes else 'leaves time open'}"
        for line in busy_lines(calendar)
        if line.closes is not line.usually
    ]
    return ", ".join(said)


def typed_choices(calendar: Calendar, form: Mapping[str, str]) -> Choices:
    """What the form says; a kind that it leaves out is as usual, and so is everything with `usual` pressed."""
    if "usual" in form:
        return {}
    kinds = (BusyKind(line.kind) for line in busy_lines(calendar))
    return {
        kind: form[kind.value] == "closes" for kind in kinds if form.get(kind.value) in ("closes", "open")
    }
