"""Words for what closes times."""

from collections.abc import Mapping

from calendars.remote import BusyKind

CAUSES: Mapping[str, str] = {
    "open": "on offer",
    "outside_hours": "outside working hours",
    "holiday": "public holiday",
    "time_off": "time off",
    "too_soon": "within the minimum notice",
    "too_late": "beyond the booking window",
    "unknown_availability": "a calendar does not answer",
    "not_connected": "no calendar connected",
    "busy": "busy",
    "our_meeting": "a meeting of ours",
    "buffer": "only a buffer is in the way",
    "at_daily_cap": "cap for the day",
    "at_weekly_cap": "cap for the week",
    "at_monthly_cap": "cap for the month",
    "too_many_in_a_row": "too many in a row",
    "at_daily_intake": "enough new meetings today",
    "at_weekly_intake": "enough new meetings this week",
    "at_open_cap": "enough meetings to come",
    "over_utilization": "over the utilization ceiling",
    "not_their_turn": "not their turn",
    "ahead_of_pool": "ahead of the pool",
    "partner": "the others who must be there are not free",
    "missing_skill": "skill missing",
    "missing_language": "language missing",
    "not_in_territory": "not in the territory",
    "away": "away",
    "inactive": "not active",
    "had_it": "had this lead before",
}


BUSY_KINDS: Mapping[str, str] = {
    BusyKind.BUSY: "busy",
    BusyKind.TENTATIVE: "tentative",
    BusyKind.UNANSWERED: "invited, not answered",
    BusyKind.OUT_OF_OFFICE: "out of office",
    BusyKind.ELSEWHERE: "working elsewhere",
    BusyKind.FOCUS: "focus time",
    BusyKind.MAIL: "put in from a mail",
    BusyKind.ALL_DAY: "all day",
}


def cause_words(code: str, calendar: str | None, kind: str | None = None) -> str:
    """`busy in “Work”`, `focus time in “Work”`, `cap for the day`."""
    words = BUSY_KINDS.get(kind or "") or CAUSES.get(code, code.replace("_", " "))
    return f"{words} in “{calendar}”" if calendar else words
