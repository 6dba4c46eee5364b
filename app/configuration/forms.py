"""Meeting types, forms and routers: what is asked, what is offered, and how one leads to the other."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from app.colors import DEFAULT_ACCENT
from app.configuration.limits import MeetingLimits
from app.configuration.rules import read_router
from app.configuration.words import (
    DAY,
    Email,
    Item,
    Language,
    Link,
    Minutes,
    Name,
    Origins,
    Slug,
    Text,
    Texts,
    Window,
    Zone,
    fault,
)
from routing.action import DEFAULT_OWNER_WAIT
from routing.reading import fold, lower_bound
from routing.rules import DEFAULT_LOCAL_DAY

ENGLISH = "en"
_SHORT = Annotated[str, Field(max_length=200)]


MOST_SEATS = 100
"""People at one session."""

Length = Annotated[int, Field(ge=5, le=480)]


class Buffers(Item):
    """Free minutes kept around a meeting; between two of ours lies the larger one."""

    before: Annotated[Minutes, Field(ge=0, le=480)] = 0
    after: Annotated[Minutes, Field(ge=0, le=480)] = 10


class MeetingType(Item):
    """A kind of meeting. `location`: `video` (the rep's own provider makes the link), `phone`, or words. Prospects
    choose between `minutes` and `other_minutes`; `limits` count one rep's meetings of this kind; with `seats`, so many
    prospects share a session."""

    slug: Slug
    name: Name
    description: Text = ""
    minutes: Length
    other_minutes: Annotated[list[Length], Field(max_length=8), AfterValidator(sorted)] = Field(
        default_factory=list
    )
    buffers: Buffers = Buffers()
    minimum_notice: Annotated[Minutes, Field(ge=0, le=60 * DAY)] = 60
    booking_window: Window = "10 business days"
    slot_interval: Annotated[int, Field(ge=5, le=DAY)] = 15
    slot_offset: Annotated[int, Field(ge=0, lt=DAY)] = 0
    location: Name = "video"
    timezone: Zone | None = None
    schedule: Name | None = None
    hours: Literal["within", "instead"] = "within"
    rep_schedules: Annotated[dict[Email, Name], Field(max_length=1000)] = Field(default_factory=dict)
    limits: MeetingLimits = MeetingLimits()
    prefer_days: Literal["fullest", "emptiest"] | None = None
    seats: Annotated[int, Field(ge=1, le=MOST_SEATS)] = 1

    @model_validator(mode="after")
    def _fits_the_day(self) -> "MeetingType":
        if DAY % self.slot_interval:
            raise fault("out-of-range", "slot_interval must divide the 1440 minutes of a day")
        if self.slot_offset >= self.slot_interval:
            raise fault("out-of-range", "slot_offset must be less than slot_interval")
        if len({self.minutes, *self.other_minutes}) <= len(self.other_minutes):
            raise fault("duplicate", "other_minutes names a length twice")
        if self.seats > 1 and self.other_minutes:
            raise fault(
                "conflict", "a meeting with seats has one length: everybody at a session stays as long"
            )
        if self.hours == "instead" and self.schedule is None:
            raise fault("missing", "hours: instead needs a schedule to stand in place of the reps'")
        return self


class Router(Item):
    """Ordered rules, first match wins, on their own or in `layers`, and a compulsory catch-all; read by
    `routing.parse_router`."""

    name: Name
    rules: list[dict[str, Any]] = Field(default_factory=list)
    layers: list[dict[str, Any]] = Field(default_factory=list)
    catch_all: list[dict[str, Any]]
    sticky: str | None = None
    sticky_wait: str = DEFAULT_OWNER_WAIT
    local_day: str = DEFAULT_LOCAL_DAY

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        return read_router(data) if isinstance(data, dict) else data

    @model_serializer(mode="wrap")
    def _write(self, handler: SerializerFunctionWrapHandler) -> Any:
        """What is not used is left out: published versions made before it was there stay equal to it."""
        without = {"rules" if self.layers else "layers"}
        without |= {"sticky"} if self.sticky is None else set()
        without |= {"sticky_wait"} if self.sticky_wait == DEFAULT_OWNER_WAIT else set()
        without |= {"local_day"} if self.local_day == DEFAULT_LOCAL_DAY else set()
        return {key: value for key, value in handler(self).items() if key not in without}


class FieldType(StrEnum):
    """What a question looks like, and how its answer is read."""

    EMAIL = "email"
    TEXT = "text"
    TEXTAREA = "textarea"
    TEL = "tel"
    COUNTRY = "country"
    CHOICE = "choice"
    RANGE = "range"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    HIDDEN = "hidden"


class Choice(Item):
    """One answer to choose: its value, and what is shown for it. Written as text when both are the same."""

    value: _SHORT
    label: Texts

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        written = {**handler.resolve_ref_schema(handler(schema)), "required": ["value"]}
        return {"anyOf": [{"type": "string", "maxLength": 200}, written]}

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"value": data, "label": {ENGLISH: data.strip()}}
        if isinstance(data, dict) and "label" not in data and isinstance(data.get("value"), str):
            return {**data, "label": {ENGLISH: data["value"].strip()}}
        return data

    @model_serializer(mode="wrap")
    def _write(self, handler: SerializerFunctionWrapHandler, info: Any) -> Any:
        if info.context and info.context.get("export") and self.label == {ENGLISH: self.value}:
            return self.value
        return handler(self)


class FormField(Item):
    """One question."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    type: FieldType
    label: Texts = Field(default_factory=dict)
    help: Texts = Field(default_factory=dict)
    placeholder: Texts = Field(default_factory=dict)
    required: bool = False
    autocomplete: Annotated[str, Field(pattern=r"^[a-z][a-z0-9 -]{0,79}$")] | None = None
    choices: Annotated[list[Choice], Field(max_length=500)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _can_be_answered(self) -> "FormField":
        chosen = self.type in {FieldType.CHOICE, FieldType.RANGE}
        if chosen != bool(self.choices):
            raise fault(
                "missing" if chosen else "unknown-field", f"choices belong to a choice or range: {self.name}"
            )
        if self.type is not FieldType.HIDDEN and not self.label:
            raise fault("missing", f"the field {self.name} needs a label")
        values = [choice.value for choice in self.choices]
        if len(set(values)) < len(values):
            raise fault("duplicate", f"the field {self.name} offers a value twice")
        if self.type is FieldType.RANGE:
            _refuse_unordered(values)
        return self


class Branding(Item):
    """How the widget looks on the page it stands on."""

    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = DEFAULT_ACCENT
    logo_url: Link | None = None
    theme: Literal["auto", "light", "dark"] = "auto"


class PrivacyNotice(Item):
    """What is said about the answers, and where to read more."""

    text: Annotated[Texts, Field(min_length=1)]
    url: Link | None = None


class Message(Item):
    """What a prospect reads when a rule ends in a message instead of times."""

    title: Annotated[Texts, Field(min_length=1)]
    text: Texts = Field(default_factory=dict)


def _check_fields(fields: list[FormField]) -> list[FormField]:
    names = [field.name for field in fields]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise fault("duplicate", f"asks for {twice} twice")
    if not any(field.type is FieldType.EMAIL and field.required for field in fields):
        raise fault("missing-email", "must ask for an e-mail address: a field of type email that is required")
    return fields


class Form(Item):
    """What the widget asks, where it may stand, and which router and meeting type it leads to."""

    slug: Slug
    router: Name
    meeting_type: Slug
    origins: Origins = Field(default_factory=list)
    shows_rep: bool = False
    branding: Branding = Branding()
    privacy_notice: PrivacyNotice | None = None
    strings: Annotated[dict[Language, dict[_SHORT, Text]], Field(max_length=40)] = Field(default_factory=dict)
    messages: Annotated[dict[Name, Message], Field(max_length=200)] = Field(default_factory=dict)
    fields: Annotated[list[FormField], Field(min_length=1, max_length=100), AfterValidator(_check_fields)]


def _refuse_unordered(values: list[str]) -> None:
    for value in values:
        if lower_bound(fold(value)) is None:
            raise fault("invalid-range", f"{value!r} is no range; write 51-200 or 501+")
