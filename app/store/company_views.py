"""The configured company as immutable values: what requests read instead of rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.models import CalendarMode
from calendars.hours import WorkingHours
from calendars.reptime import NO_LIMITS, Limits
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
    """A rep as the application needs them. `time_off` in UTC minutes; `kind_hours` stand in place of `hours` for the
    meeting types with these keys."""

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
    kind_hours: Mapping[int, WorkingHours] = field(default_factory=dict)

    def hours_for(self, meeting_type: "MeetingTypeView") -> tuple[WorkingHours, ...]:
        """The hours that a meeting of this kind must lie in, all of them: the rep's own for it, else those of the
        meeting type where they stand in place of the rep's, else the rep's; within those of the meeting type."""
        theirs = meeting_type.hours
        usual = theirs if theirs is not None and meeting_type.replaces_hours else self.hours
        own = self.kind_hours.get(meeting_type.id, usual)
        return (own,) if theirs is None or meeting_type.replaces_hours else (own, theirs)


@dataclass(frozen=True, slots=True)
class MeetingTypeView:
    """A kind of meeting. `minimum_notice` in minutes; `booking_window` such as `10 business days`. `hours` narrow the
    reps' own, or stand in their place; `limits` count one rep's meetings of this kind; `other_minutes` are lengths to
    choose besides that of the shape; `prefer_days` is `fullest` or `emptiest`. `seats`: how many prospects share a
    session of it."""

    id: int
    slug: str
    name: str
    description: str
    location: str
    shape: MeetingShape
    minimum_notice: int
    booking_window: str
    hours: WorkingHours | None = None
    replaces_hours: bool = False
    limits: Limits = NO_LIMITS
    other_minutes: tuple[int, ...] = ()
    prefer_days: str | None = None
    seats: int = 1

    @property
    def is_shared(self) -> bool:
        """Whether several prospects share a session."""
        return self.seats > 1

    def alone(self) -> "MeetingTypeView":
        """The same kind of meeting, shared with nobody."""
        return replace(self, seats=1) if self.is_shared else self

    def lasting(self, minutes: int | None) -> "MeetingTypeView":
        """The same kind of meeting with another length; with its own when nothing is said."""
        if minutes is None or minutes == self.shape.minutes:
            return self
        return replace(self, shape=replace(self.shape, minutes=minutes))


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
    holidays: frozenset[date] = frozenset()
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
