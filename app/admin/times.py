"""Why a request is offered these times and no others."""

from dataclasses import dataclass

from flask import render_template

from app.admin.blueprint import admin
from app.db import db
from app.errors import NotFound
from app.store.pages.setup import name_reps
from app.store.requests import find_request
from app.usecases.time_causes import OPEN, Cause, PlaceCauses
from app.usecases.why_no_times import why_no_times
from app.web.cause_words import cause_words
from app.web.policy import Policy, policy

_OWN_TIME = {"outside_hours", "holiday", "time_off"}
_MOST_REPS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a picture, in parts of its width (0 to 100). `kind`: `open`, `closed`, or `hours` for what is no
    working time."""

    kind: str
    words: str
    count: int
    start: float
    width: float
    shade: int


@dataclass(frozen=True, slots=True)
class RepBars:
    """One rep as one line of stretches."""

    name: str
    offered: int
    bars: tuple[Bar, ...]


@admin.get("/requests/<public_id>/times")
@policy(Policy.MANAGER)
def times(public_id: str) -> str:
    """For each place of the route and each rep, what closes their times, and what would open more."""
    session = db.session()
    request = find_request(session, public_id)
    if request is None:
        raise NotFound("There is no such request.")
    names = name_reps(session)
    places = why_no_times(public_id)
    return render_template(
        "admin/times.html",
        lead=request.lead,
        places=[(place, _bars(place.causes), _reps(place, names)) for place in places],
        cause_words=cause_words,
        most=_MOST_REPS,
    )


def _reps(place: PlaceCauses, names: dict[str, str]) -> list[RepBars]:
    """Those with times first."""
    rows = [
        RepBars(
            names.get(rep.rep, "A former rep"),
            sum(cause.starts for cause in rep.causes if cause.code == OPEN),
            _bars(rep.causes),
        )
        for rep in place.reps
    ]
    return sorted(rows, key=lambda row: (-row.offered, row.name))[:_MOST_REPS]


def _bars(causes: tuple[Cause, ...]) -> tuple[Bar, ...]:
    """Working time only: nights would hide everything else. They are told in the table."""
    shown = [cause for cause in causes if cause.code not in _OWN_TIME and cause.starts]
    shown.sort(key=lambda cause: (cause.code != OPEN, -cause.starts))
    total, at, bars = sum(cause.starts for cause in shown), 0.0, []
    for number, cause in enumerate(shown):
        width = 100 * cause.starts / total
        kind = "open" if cause.code == OPEN else "closed"
        words = f"{cause_words(cause.code, cause.calendar, cause.kind)}: {cause.starts}"
        bars.append(Bar(kind, words, cause.starts, round(at, 3), round(width, 3), number % 4))
        at += width
    return tuple(bars)
