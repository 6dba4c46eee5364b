"""The public JSON, version 1: what comes in and what goes out."""

from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.web.openapi import Body, OptionalBody, Parameters
from calendars.zones import UnknownZoneError, find_zone


def _known_zone(name: str) -> str:
    try:
        find_zone(name)
    except UnknownZoneError:
        raise ValueError("is not an IANA time zone such as Europe/Berlin") from None
    return name


Zone = Annotated[
    str, AfterValidator(_known_zone), Field(json_schema_extra={"enum": sorted(available_timezones())})
]
Instant = AwareDatetime
Length = Annotated[int, Field(ge=5, le=480)]
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35)]
Texts = dict[str, str]
Answer = str | int | float | bool | None | list[Any] | dict[str, Any]


class FormPath(BaseModel):
    """A form's slug."""

    form: str = Field(max_length=80)


class RequestPath(BaseModel):
    """A request's public id."""

    request: str = Field(max_length=40)


class HoldPath(RequestPath):
    """A hold of a request."""

    hold: str = Field(max_length=40)


class BookingPath(BaseModel):
    """A meeting's public id."""

    booking: str = Field(max_length=40)


class SlotParameters(Parameters):
    """Local dates in `timezone`, both inclusive; of more than 31 days the first 31 are looked at."""

    model_config = ConfigDict(populate_by_name=True)

    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    timezone: Zone | None = None
    minutes: Length | None = None


class KeyHeader(Parameters):
    """The caller's own key for this attempt; the same key and body give the same answer again."""

    model_config = ConfigDict(populate_by_name=True)

    key: Annotated[
        str | None, Field(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")
    ] = None


class InviteQuery(Parameters):
    """The token of a download link."""

    t: str = Field(default="", max_length=400, pattern=r"^[A-Za-z0-9._-]*$")


class Source(Body):
    """Where the submission came from."""

    url: Annotated[str, StringConstraints(max_length=2000)] | None = None
    referrer: Annotated[str, StringConstraints(max_length=2000)] | None = None
    utm: dict[
        Annotated[str, StringConstraints(max_length=40)], Annotated[str, StringConstraints(max_length=300)]
    ] = Field(default_factory=dict, max_length=20)


class Context(Body):
    """What the page knows besides the answers. `behaviors`: what the visitor did, each with `kind` (`webinar`,
    `download`, `page`, `inquiry` …), and if known `topic`, `url` and `at`; what cannot be read is left out."""

    behaviors: list[dict[str, Answer]] = Field(default_factory=list, max_length=50)


class NewRequest(Body):
    """A submission. Answers of any kind are kept as typed; only an unusable e-mail is refused. A zone nobody knows
    is replaced by the company's."""

    answers: dict[Annotated[str, StringConstraints(min_length=1, max_length=80)], Answer] = Field(
        max_length=100
    )
    timezone: Annotated[str, StringConstraints(max_length=64)] = "UTC"
    locale: Locale = "en"
    source: Source = Field(default_factory=Source)
    context: Context = Field(default_factory=Context)


class NewHold(Body):
    """The time to keep; `minutes` is one of the lengths on offer, by default the meeting type's own."""

    start: Instant
    minutes: Length | None = None


class NewBooking(Body):
    """The time to book, who else comes along, and a note for the rep."""

    start: Instant
    minutes: Length | None = None
    guests: list[Annotated[str, StringConstraints(max_length=320)]] = Field(
        default_factory=list, max_length=10
    )
    notes: Annotated[str, StringConstraints(max_length=2000)] = ""


class NewTime(Body):
    """The time to move to."""

    start: Instant


class Cancellation(OptionalBody):
    """Why, in the prospect's words."""

    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


class Slot(BaseModel):
    """One time, `[start, end)`, RFC 3339 with the offset of the zone asked for."""

    start: str
    end: str


class Day(BaseModel):
    """The times of one local date."""

    date: str
    slots: list[Slot]


class Reason(BaseModel):
    """Why there is nothing to choose."""

    code: str
    message: str


class DateWindow(BaseModel):
    """The dates that were looked at."""

    model_config = ConfigDict(populate_by_name=True)

    first: Annotated[str, Field(alias="from")]
    last: Annotated[str, Field(alias="to")]


class Slots(BaseModel):
    """The times on offer; `days` lists only dates that have any, `suggested` the starts to show
    first: soon and apart, or on the days that are to fill first."""

    timezone: str
    duration_minutes: int
    days: list[Day]
    suggested: list[str]
    next_available: str | None
    window: DateWindow
    version: str
    reason: Reason | None


class Next(BaseModel):
    """What happens now: choose a time, read a message, or go somewhere else."""

    kind: Literal["offer", "message", "redirect"]
    title: str | None = None
    text: str | None = None
    url: str | None = None


class RequestRef(BaseModel):
    """The request and the token that opens it."""

    id: str
    token: str


class RequestMade(BaseModel):
    """The answer to a submission, the first times included."""

    request: RequestRef
    next: Next
    slots: Slots | None = None


class Hold(BaseModel):
    """A time kept until `expires_at`."""

    id: str
    start: str
    end: str
    expires_at: str


class HoldMade(BaseModel):
    """The answer to a hold."""

    hold: Hold


class RepName(BaseModel):
    """Whom the meeting is with."""

    name: str


class Booking(BaseModel):
    """A meeting with its links."""

    id: str
    state: Literal["confirmed", "cancelled"]
    start: str
    end: str
    timezone: str
    title: str
    rep: RepName | None
    people: list[RepName] = Field(description="Everybody of ours who will be there, the rep first.")
    location: str
    join_url: str | None
    ics_url: str
    manage_url: str


class BookingShown(BaseModel):
    """A meeting."""

    booking: Booking


class Choice(BaseModel):
    """One of the answers to choose from."""

    value: str
    label: Texts


class Field_(BaseModel):  # noqa: N801 - the schema is called Field, pydantic's name is taken
    """One question."""

    model_config = ConfigDict(title="Field")

    name: str
    type: str
    label: Texts
    help: Texts
    placeholder: Texts
    required: bool
    autocomplete: str | None
    choices: list[Choice]


class Branding(BaseModel):
    """How the widget looks."""

    accent: str
    logo_url: str | None
    theme: Literal["auto", "light", "dark"]


class MeetingFacts(BaseModel):
    """What is offered. `seats`: how many prospects share a meeting; with more than one, guests are refused."""

    slug: str
    name: str
    description: str
    minutes: int
    lengths: list[int]
    location: str
    seats: int


class CompanyName(BaseModel):
    """Who asks."""

    name: str


class PrivacyNotice(BaseModel):
    """What the visitor is told about their data."""

    text: Texts
    url: str | None


class Form(BaseModel):
    """Everything the widget needs before the first answer."""

    slug: str
    company: CompanyName
    branding: Branding
    meeting_type: MeetingFacts
    fields: list[Field_]
    privacy_notice: PrivacyNotice | None
    strings: dict[str, Texts]
    version: str
