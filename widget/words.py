"""What the server-rendered pages say: the widget's own words, and dates in the visitor's language.

One set of words (`static/words`) serves the widget and the pages; `pages.json` holds what only pages need.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from widget.assets import LANGUAGES

__all__ = ["LANGUAGES", "Words", "words_for"]

# Where clocks are read in twelve hours; everywhere else the pages write twenty-four.
_TWELVE_HOURS = frozenset(("US", "CA", "AU", "NZ", "IN", "PH", "CO", "MX"))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one locale tag (`de-AT`); call it with a key, ask it for dates and times."""

    locale: str
    texts: Mapping[str, str]
    calendar: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its `{placeholders}` filled; KeyError for an unknown key."""
        return self.texts[key].format(**values)

    @property
    def is_right_to_left(self) -> bool:
        """Whether the page runs from right to left."""
        return self.locale.split("-")[0] in {"ar", "fa", "he", "ur", "yi", "ps", "dv"}

    def pick(self, texts: Mapping[str, str] | None) -> str:
        """From `{"en": …, "de": …}`: the exact tag, then the language, then English, then any."""
        options = dict(texts or {})
        for tag in (self.locale, self.locale.split("-")[0], "en"):
            if tag in options:
                return options[tag]
        return next(iter(options.values()), "")

    def date(self, day: date | str) -> str:
        """`Thursday 26 November`; takes a date or `YYYY-MM-DD`."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        names = {
            "weekday": self.calendar["weekdays"][on.weekday()],
            "month": self.calendar["months"][on.month - 1],
        }
        text: str = self.calendar["date"].format(day=on.day, **names)
        return text[0].upper() + text[1:]

    def day_of(self, instant: str, zone: str) -> str:
        """The local date of an RFC 3339 instant, in words."""
        return self.date(datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)).date())

    def time(self, instant: str, zone: str) -> str:
        """`14:05`, or `2:05 pm` where clocks have twelve hours; takes an RFC 3339 instant."""
        local = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
        if self.locale.partition("-")[2] in _TWELVE_HOURS:
            return f"{local.hour % 12 or 12}:{local:%M} {'pm' if local.hour >= 12 else 'am'}"
        return f"{local:%H:%M}"

    def span(self, start: str, end: str, zone: str) -> str:
        """`10:00–10:30`."""
        return f"{self.time(start, zone)}–{self.time(end, zone)}"


def words_for(locale: str, overrides: Mapping[str, Mapping[str, str]] | None = None) -> Words:
    """The words of a locale tag, with the texts a form overrides; English where we do not speak the language."""
    language = locale.split("-", maxsplit=1)[0]
    known = language if language in LANGUAGES else "en"
    own = overrides or {}
    texts = {
        **_load(known + ".json"),
        **_load("pages.json")[known],
        **own.get(language, {}),
        **own.get(locale, {}),
    }
    return Words(locale, texts, _load("calendar.json")[known])


@cache
def _load(name: str) -> Any:
    return json.loads((files("widget") / "static/words" / name).read_text(encoding="utf-8"))
