"""Where a calendar was read up to: Graph's delta link with the stretch that is baked into it."""

import json
from dataclasses import asdict, dataclass

from calendars.span import Span


@dataclass(frozen=True, slots=True)
class Place:
    """Continue from `link` (a credential-like address: keep it encrypted). `known` is the stretch vouched for."""

    calendar: str
    link: str
    known: Span
    timezone: str | None

    def to_token(self) -> str:
        """The place as an opaque text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    def continues(self, calendar: str, window: Span) -> bool:
        """Whether the changes from here on tell all about `window`: a link never sees beyond its own stretch."""
        is_inside = self.known.start <= window.start and window.end <= self.known.end
        return calendar == self.calendar and is_inside


def read_token(token: str | None) -> Place | None:
    """The place a token stands for; None for no token, or one that is not ours."""
    try:
        data = json.loads(token or "")
        start, end = data["known"]
        return Place(str(data["calendar"]), str(data["link"]), Span(int(start), int(end)), data["timezone"])
    except (ValueError, KeyError, TypeError):
        return None
