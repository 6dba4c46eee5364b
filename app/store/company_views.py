"""The configured company as immutable values: what requests read instead of rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.models import CalendarMode
from calendars.hours import WorkingHours
from calendars.reptime import Limits
from calendars.shape import MeetingShape
from calendars.span import Span
from routing import roster as routing
from routing.judging import Standards
from routing.router import Editions, Router


@dataclass(frozen=True, slots=True)
class Ration:
    """How many new meetings are enough, whenever they take place: booked in a day, booked in a week (Monday to
    Sunday, the rep's zone), and still to come. None is no limit."""

    new_per_day: int | None = None
    new_per_week: int | None = None
    open_leads: int | None = None

    def __bool__(self) -> bool:
        return self != NO_RATION


NO_RATION = Ration()


@dataclass(frozen=True, slots=True)
class RepView:
    """A rep as the application needs them. `time_off` in UTC minutes."""

    id: int
    public_id: str
    email: str
    name: str
    timezone: str
    is_active: bool
    manager_email: str | None
    meeting_link: str | None
    calendar_mode: CalendarMode
    hours: WorkingHours
    time_off: tuple[Span, ...]
    limits: Limits
    ration: Ration = NO_RATION


@dataclass(frozen=True, slots=True)
class MeetingTypeView:
    """A kind of meeting. `minimum_notice` in minutes; `booking_window` such as `10 business days`."""

    id: int
    slug: str
    name: str
    description: str
    location: str
    shape: MeetingShape
    minimum_notice: int
    booking_window: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question. Texts by locale; `choices` as `{value, label: {locale: text}}`."""

    name: str
    type: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    placeholder: Mapping[str, str]
    required: bool
    autocomplete: str | None
    choices: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """A form with all it leads to."""

    id: int
    public_id: str
    slug: str
    router: str
    meeting_type: MeetingTypeView
    origins: frozenset[str]
    branding: Mapping[str, Any]
    privacy_notice: Mapping[str, Any] | None
    strings: Mapping[str, Any]
    messages: Mapping[str, Any]
    shows_rep: bool
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class PublishedRouter:
    """The rules in force: the version's number and the parsed document."""

    id: int
    version: int
    router: Router


@dataclass(frozen=True, slots=True)
class Crowd:
    """Reps who are looked at together: their public ids, in order, and their keys as PostgreSQL writes an array."""

    reps: tuple[str, ...]
    array: str


_MOST_CROWDS = 1024


@dataclass(frozen=True, slots=True)
class CompanyView:
    """Everything configured, as of one revision and one day (absences depend on the day). Derived: `rationed`, the
    reps who can have been given enough new meetings for now."""

    revision: int
    day: date
    name: str
    timezone: str
    settings: Mapping[str, Any]
    roster: routing.Roster
    digest: str
    reps: Mapping[str, RepView]
    pools: Mapping[str, int]
    queues: Mapping[str, int]
    forms: Mapping[str, FormView]
    meeting_types: Mapping[int, MeetingTypeView]
    routers: Mapping[str, PublishedRouter]
    standards: Standards = field(default_factory=Standards)
    rationed: frozenset[str] = field(init=False, repr=False, compare=False)
    _by_key: dict[int, RepView] = field(init=False, repr=False, compare=False)
    _crowds: dict[tuple[str, ...], Crowd] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {rep.id: rep for rep in self.reps.values()})
        object.__setattr__(self, "rationed", frozenset(rep for rep in self.reps if self.reps[rep].ration))

    @property
    def editions(self) -> Editions:
        """The published routers as `route` looks at them."""
        return {name: (each.version, each.router) for name, each in self.routers.items()}

    def rep_by_key(self, key: int) -> RepView:
        """The rep with this internal key, archived ones included. Raises KeyError."""
        return self._by_key[key]

    def crowd(self, reps: tuple[str, ...]) -> Crowd:
        """Those of these reps who are still there and active, in the same order."""
        crowd = self._crowds.get(reps)
        if crowd is None:
            active = tuple(rep for rep in reps if rep in self.reps and self.reps[rep].is_active)
            keys = ",".join(str(self.reps[rep].id) for rep in active)
            if len(self._crowds) >= _MOST_CROWDS:
                self._crowds.clear()
            crowd = self._crowds[reps] = Crowd(active, f"{{{keys}}}")
        return crowd
