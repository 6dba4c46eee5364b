"""The vocabulary of the document: each kind of value is described once, with the words for what is wrong with it.

Values arrive as text (from YAML) or as JSON's own types; they leave as plain JSON, and as the text people write
when they are exported (`80%`, `1h`).
"""

import itertools
import re
from datetime import date
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from calendars.hours import InvalidHoursError, parse_hours, write_hours
from calendars.window import InvalidWindowError, parse_window
from calendars.zones import UnknownZoneError, find_zone

DAY = 1440
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DURATION = re.compile(r"(\d{1,6}) ?(m|min|minutes?|h|hours?|d|days?)?", re.ASCII)
_UNITS = {"m": 1, "h": 60, "d": DAY}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HOLIDAYS = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?", re.ASCII)
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?/?", re.ASCII | re.IGNORECASE)


class Item(BaseModel):
    """A part of the document: unknown keys are refused, outer blanks do not count."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, populate_by_name=True, frozen=True)


def fault(code: str, message: str) -> PydanticCustomError:
    """A refusal with a stable code."""
    return PydanticCustomError(code, "{words}", {"words": message})


def _zone(name: str) -> str:
    try:
        find_zone(name)
    except UnknownZoneError:
        raise fault(
            "unknown-zone", f"{name[:64]!r} is no time zone; write one such as Europe/Berlin"
        ) from None
    return name


def _email(address: str) -> str:
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise fault("invalid-email", str(error)) from None
    return checked.normalized.lower()


def _date(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        raise fault("impossible-date", "must be a date such as 2026-12-24")
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise fault("impossible-date", f"there is no {value.strip()}") from None


def _minutes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise fault("invalid-duration", "must read like 30 minutes, 1h or 2 days")
    return int(match[1]) * _UNITS[(match[2] or "m")[0]]


def _write_minutes(value: int, info: SerializationInfo) -> Any:
    if not _is_export(info):
        return value
    unit = next(name for name in ("d", "h", "m") if value % _UNITS[name] == 0 and (value or name == "m"))
    return f"{value // _UNITS[unit]}{unit}"


def _percent(value: Any) -> Any:
    return value.strip().removesuffix("%").strip() if isinstance(value, str) else value


def _write_percent(value: int, info: SerializationInfo) -> Any:
    return f"{value}%" if _is_export(info) else value


def _is_export(info: SerializationInfo) -> bool:
    return bool(info.context and info.context.get("export"))


def day_hours(texts: list[str]) -> list[str]:
    try:
        hours = [parse_hours(text) for text in texts]
    except InvalidHoursError as error:
        raise fault("empty-hours" if "is empty" in str(error) else "invalid-hours", str(error)) from None
    hours.sort()
    for (_, end), (start, _) in itertools.pairwise(hours):
        if start < end:
            raise fault("overlapping-hours", f"{write_hours((start, end))} is covered twice")
    return [write_hours(pair) for pair in hours]


def _window(text: str) -> str:
    try:
        return str(parse_window(text))
    except InvalidWindowError as error:
        raise fault("invalid-window", str(error)) from None


def _holidays(code: str) -> str:
    import holidays

    country, _, subdivision = code.partition("-")
    known = holidays.list_supported_countries()
    if not _HOLIDAYS.fullmatch(code) or country not in known:
        raise fault("unknown-holidays", f"no holidays are known for {code[:16]!r}; write DE, DE-BE or US-NY")
    if subdivision and subdivision not in known[country]:
        raise fault(
            "unknown-holidays", f"{country} has no subdivision {subdivision!r} with holidays of its own"
        )
    return code


def _origin(address: str) -> str:
    match = _ORIGIN.fullmatch(address)
    if match is None:
        raise fault("invalid-origin", "must be an origin such as https://www.acme.com, without a path")
    return address.lower().rstrip("/")


def _printable(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise fault("invalid", "must not contain control characters")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise fault("invalid", "must be one line of printable text")
    return text


def _unique(values: list[str]) -> list[str]:
    for value in values:
        if values.count(value) > 1:
            raise fault("duplicate", f"names {value!r} twice")
    return values


def _link(address: str) -> str:
    if not address.startswith(("https://", "http://")) or any(char.isspace() for char in address):
        raise fault("invalid-link", "must be an address that starts with https://")
    return address


def _number_or_text(pattern: str, words: str) -> dict[str, Any]:
    return {
        "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": pattern}],
        "description": words,
    }


Text = Annotated[str, Field(max_length=5_000), AfterValidator(_printable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", max_length=64)]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Link = Annotated[str, Field(max_length=500), AfterValidator(_one_line), AfterValidator(_link)]
Day = Annotated[str, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Minutes = Annotated[
    int,
    BeforeValidator(_minutes),
    PlainSerializer(_write_minutes),
    WithJsonSchema(
        _number_or_text(r"^\d+ ?(m|min|minutes?|h|hours?|d|days?)?$", "Minutes, or 1h, or 2 days")
    ),
]
Percent = Annotated[
    int,
    BeforeValidator(_percent),
    Field(ge=1, le=100),
    PlainSerializer(_write_percent),
    WithJsonSchema(_number_or_text(r"^\d{1,3} ?%?$", "1% to 100%")),
]
DayHours = Annotated[
    list[Annotated[str, Field(max_length=20)]], Field(max_length=24), AfterValidator(day_hours)
]
Window = Annotated[str, Field(max_length=40), AfterValidator(_window)]
Holidays = Annotated[str, AfterValidator(_holidays)]
Origin = Annotated[str, Field(max_length=300), AfterValidator(_origin)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Texts = Annotated[dict[Language, Text], Field(max_length=40)]
Count = Annotated[int, Field(ge=1, le=1000)]
Names = Annotated[list[Name], Field(max_length=1000), AfterValidator(_unique)]
Emails = Annotated[list[Email], Field(max_length=1000), AfterValidator(_unique)]
Languages = Annotated[list[Language], Field(max_length=100), AfterValidator(_unique)]
Origins = Annotated[list[Origin], Field(max_length=100), AfterValidator(_unique)]
