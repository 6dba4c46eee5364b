"""Offers with one thing changed, by the cause that closes times now: each with what it is called."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.store.availability import load_busy_calendars
from app.store.company_views import NO_RATION
from app.usecases.changed_times import Change
from app.usecases.find_offer import pool_of
from app.usecases.offer_scene import Scene
from calendars.hours import WorkingHours
from calendars.reptime import Limits, RepTime
from calendars.span import Span
from calendars.stretches import ALWAYS
from calendars.window import parse_window
from routing.roster import Offering

MORE_DAYS = 5
AN_HOUR = 60


def _no_notice(scene: Scene) -> tuple[str, Scene]:
    words = f"Without minimum notice (now {_minutes(scene.meeting_type.minimum_notice)})"
    return words, replace(scene, meeting_type=replace(scene.meeting_type, minimum_notice=0))


def wider_window(scene: Scene) -> tuple[str, Scene]:
    """A booking window of some days more."""
    text = str(parse_window(scene.meeting_type.booking_window).longer(MORE_DAYS))
    words = f"With a booking window of {text} (now {scene.meeting_type.booking_window})"
    return words, replace(scene, meeting_type=replace(scene.meeting_type, booking_window=text))


def _no_buffers(scene: Scene) -> tuple[str, Scene]:
    shape = scene.meeting_type.shape
    words = f"Without buffers (now {shape.before} min before, {shape.after} min after)"
    bare = replace(shape, before=0, after=0)
    return words, replace(scene, meeting_type=replace(scene.meeting_type, shape=bare))


def _longer_hours(scene: Scene) -> tuple[str, Scene]:
    def change(_rep: str, time: RepTime) -> RepTime:
        return replace(time, hours=_longer_week(time.hours), within=tuple(map(_longer_week, time.within)))

    return "With working hours an hour longer at both ends", replace(scene, change=change)


def _longer_week(hours: WorkingHours) -> WorkingHours:
    return replace(hours, weekly=tuple(tuple(_longer(span) for span in day) for day in hours.weekly))


def _longer(span: tuple[int, int]) -> tuple[int, int]:
    return max(0, span[0] - AN_HOUR), min(2 * 1440, span[1] + AN_HOUR)


def _known(scene: Scene) -> tuple[str, Scene]:
    words = "If every calendar were connected and answered, with what is known to be in it"
    return words, replace(scene, change=lambda _rep, time: replace(time, known=(ALWAYS,)))


def _more_a_day(scene: Scene) -> tuple[str, Scene]:
    members = scene.with_members(
        lambda each: replace(each, per_day=each.per_day + 1) if each.per_day else each
    )
    return f"With {_caps(scene, 'per_day')} a day", replace(members, change=_one_more(scene, "per_day"))


def _more_a_week(scene: Scene) -> tuple[str, Scene]:
    members = scene.with_members(
        lambda each: replace(each, per_week=each.per_week + 1) if each.per_week else each
    )
    return f"With {_caps(scene, 'per_week')} a week", replace(members, change=_one_more(scene, "per_week"))


def _more_a_month(scene: Scene) -> tuple[str, Scene]:
    words = f"With {_caps(scene, 'per_month')} a month"
    return words, replace(scene, change=_one_more(scene, "per_month"))


def _one_more(scene: Scene, field: str) -> Change:
    """Each limit on a period, by number and by minutes, of reps and of the meeting type, larger by one meeting."""
    more = {field: 1, f"minutes_{field}": scene.meeting_type.shape.minutes}

    def raised(limits: Limits) -> Limits:
        set_ones = {name: getattr(limits, name) for name in more}
        return replace(
            limits, **{name: most + more[name] for name, most in set_ones.items() if most is not None}
        )

    return lambda _rep, time: replace(time, limits=raised(time.limits), kind_limits=raised(time.kind_limits))


def _no_pause(scene: Scene) -> tuple[str, Scene]:
    def change(_rep: str, time: RepTime) -> RepTime:
        return replace(time, limits=replace(time.limits, in_a_row=None))

    return "Without a break after so many meetings in a row", replace(scene, change=change)


def _caps(scene: Scene, field: str) -> str:
    """`a cap of 4`, where all who have one have the same; otherwise `caps of one more`."""
    pool = pool_of(scene.company, scene.destination)
    own = {getattr(scene.company.reps[rep].limits, field) for rep in scene.destination.candidates}
    members = {getattr(member, field, None) for member in (pool.members if pool else ())}
    kind = getattr(scene.meeting_type.limits, field)
    caps = [cap for cap in own | members | {kind} if cap is not None]
    return f"a cap of {caps[0] + 1}" if len(caps) == 1 else "caps of one more"


def _no_ceiling(scene: Scene) -> tuple[str, Scene]:
    def change(_rep: str, time: RepTime) -> RepTime:
        return replace(time, limits=replace(time.limits, max_utilization=None))

    pooled = scene.with_pool(lambda pool: replace(pool, max_utilization=None))
    return "Without the utilization ceiling", replace(pooled, change=change)


def _anybody(scene: Scene) -> tuple[str, Scene]:
    words = "If the pool offered everybody's times (offering: flexible)"
    return words, scene.with_pool(lambda pool: replace(pool, offering=Offering.FLEXIBLE))


def _no_rations(scene: Scene) -> tuple[str, Scene]:
    members = scene.with_members(lambda each: replace(each, new_per_day=None, new_per_week=None))
    reps = {key: replace(view, ration=NO_RATION) for key, view in members.company.reps.items()}
    return "Without caps on new meetings", replace(members, company=replace(members.company, reps=reps))


def _alone(scene: Scene) -> tuple[str, Scene]:
    words = "If nobody else had to be there"
    return words, replace(scene, destination=replace(scene.destination, parties=()))


def without_calendar(scene: Scene, name: str) -> Scene:
    """Without what stands in the calendars of this name."""
    offer = scene.offer()
    views = [scene.company.reps[rep] for rep in offer.crowd.reps]
    calendars = load_busy_calendars(scene.session, views, Span(offer.frame.start, offer.frame.end))

    def change(rep: str, time: RepTime) -> RepTime:
        mirrors = calendars.get(rep, {})
        if all(place.calendar != name for place in mirrors):
            return time
        others = (spans for place, spans in mirrors.items() if place.calendar != name)
        return replace(time, busy=tuple(span for spans in others for span in spans))

    return replace(scene, change=change)


def asking_less(scene: Scene, code: str) -> Scene:
    """With those, too, whom the rule leaves out for this reason."""
    more = [refusal.rep for refusal in scene.destination.refused if refusal.code == code]
    candidates = tuple(sorted({*scene.destination.candidates, *more}))
    return replace(scene, destination=replace(scene.destination, candidates=candidates))


def _minutes(count: int) -> str:
    return f"{count // 60} h" if count % 60 == 0 else f"{count} min"


BY_CAUSE: Mapping[str, Callable[[Scene], tuple[str, Scene]]] = {
    "too_soon": _no_notice,
    "outside_hours": _longer_hours,
    "buffer": _no_buffers,
    "unknown_availability": _known,
    "not_connected": _known,
    "at_daily_cap": _more_a_day,
    "at_weekly_cap": _more_a_week,
    "at_monthly_cap": _more_a_month,
    "too_many_in_a_row": _no_pause,
    "over_utilization": _no_ceiling,
    "not_their_turn": _anybody,
    "ahead_of_pool": _anybody,
    "at_daily_intake": _no_rations,
    "at_weekly_intake": _no_rations,
    "at_open_cap": _no_rations,
    "partner": _alone,
}

ASKED = {
    "missing_skill": "If the rule did not ask for the skill",
    "not_in_territory": "If the rule did not ask for the territory",
    "missing_language": "If the rule did not ask for the language",
}
