"""From the bytes of a feed to components: decoding, and mending what real feeds get wrong.

Sources of the oddities are named where they are handled; the grammar is RFC 5545, section 3.1.
"""

import re
import warnings
from datetime import date

from icalendar import Calendar, vBroken
from icalendar.cal.component import Component

_FOLD = re.compile(r"\r?\n[ \t]")
_BEGIN = re.compile(r"^BEGIN:VCALENDAR[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# Exchange writes TZID=tzone://Microsoft/Utc without the quotes that its colon needs.
_BARE_TZID = re.compile(r'TZID="?(tzone://[^":;\r\n]*)"?')
_DURATION = re.compile(r"^(DURATION[^:\r\n]*):(\+?P(?:([0-9]+)W)?(?:([0-9]+)D)?[^\r\n]*)", re.MULTILINE)
NOMINAL_DAYS = "X-NOMINAL-DAYS"
# Nobody is busy because of these, and the parser would give up the whole feed over one bad line in them.
_UNUSED = frozenset({"VTODO", "VJOURNAL", "VALARM"})
_ZONES = frozenset({"VTIMEZONE"})
_PARSER_ERRORS = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)
_ESCAPED = re.compile(r"\\([\\;,])")


class FeedError(Exception):
    """A feed that cannot be read as a whole. `code` is stable: `not-a-calendar`, `truncated`, `too-large`,
    `too-expensive`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse(data: bytes) -> list[Calendar]:
    """The calendars in a feed's body. Raises `FeedError` if there is none, or if one does not end."""
    text = _without(_mend(_decode(data)), _UNUSED)
    wanted = len(_BEGIN.findall(text))
    if not wanted:
        raise FeedError("not-a-calendar", "this is not an iCalendar feed")
    try:
        found = _components(text)
    except _PARSER_ERRORS:
        found = _components_without_zones(text)
    calendars = [component for component in found if isinstance(component, Calendar)]
    if len(calendars) != wanted:
        raise FeedError("truncated", "this iCalendar feed breaks off before its end")
    return calendars


def _components_without_zones(text: str) -> list[Component]:
    """A definition of a zone that cannot be parsed must not cost the events; most zones have well-known names."""
    try:
        return _components(_without(text, _ZONES))
    except _PARSER_ERRORS as error:
        raise FeedError("not-a-calendar", "this iCalendar feed cannot be parsed") from error


def _components(text: str) -> list[Component]:
    with warnings.catch_warnings():
        # The parser says so when it guesses that /some.vendor/Europe/Berlin means Europe/Berlin.
        warnings.simplefilter("ignore")
        return list(Calendar.from_ical(text, multiple=True))


def _without(text: str, names: frozenset[str]) -> str:
    """The text without the components of these names, whatever they hold."""
    kept: list[str] = []
    skipped = ""
    for line in text.split("\n"):
        word, _, name = line.strip().upper().partition(":")
        if not skipped and word == "BEGIN" and name in names:
            skipped = name
        if not skipped:
            kept.append(line)
        elif word == "END" and name == skipped:
            skipped = ""
    return "\n".join(kept)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").replace("\0", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.replace("\0", "")


def _mend(text: str) -> str:
    text = _FOLD.sub("", text.lstrip())
    text = _BARE_TZID.sub(_quoted_zone, text)
    return _DURATION.sub(_with_nominal_days, text)


def _quoted_zone(match: re.Match[str]) -> str:
    name = match[1]
    return "TZID=UTC" if name.lower() == "tzone://microsoft/utc" else f'TZID="{name}"'


def _with_nominal_days(match: re.Match[str]) -> str:
    # Parsed, P1D and PT24H are one timedelta; over a clock change they are not (RFC 5545, 3.3.6).
    days = int((match[3] or "0")[:4]) * 7 + int((match[4] or "0")[:5])
    return f"{match[1]};{NOMINAL_DAYS}={days}:{match[2]}"


def find_moment(component: Component, name: str) -> date | None:
    """The date or datetime of a property; None if it is absent, repeated or broken."""
    written = component.get(name)
    value = None if isinstance(written, vBroken) else getattr(written, "dt", None)
    return value if isinstance(value, date) else None


def get_moment(component: Component, name: str) -> date:
    """As `find_moment`; raises `ValueError` instead of None."""
    value = find_moment(component, name)
    if value is None:
        raise ValueError(f"no {name} that can be read")
    return value


def find_text(component: Component, name: str) -> str:
    """The text of a property, the first if it is repeated; empty if absent."""
    value = component.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value).strip()


def find_name(calendar: Calendar) -> str | None:
    """What a calendar calls itself (X-WR-CALNAME), at most 200 characters."""
    return _ESCAPED.sub(r"\1", find_text(calendar, "X-WR-CALNAME"))[:200] or None
