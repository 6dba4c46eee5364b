"""Reps: who takes meetings, in which hours, for which leads, and up to how many."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from app.admin.blueprint import admin
from app.admin.items import Editor, Form, as_text
from app.clock import now
from app.configuration.document import Plain
from app.db import db
from app.store import configuration as store
from app.store.pages.calendars import list_rep_calendars
from app.store.pages.setup import count_upcoming_by_rep
from app.web import typed
from app.web.policy import Policy, policy
from app.web.zones import ZONES

_LIMITS = (
    "per_day",
    "per_week",
    "per_month",
    "minutes_per_day",
    "minutes_per_week",
    "minutes_per_month",
    "in_a_row",
    "pause",
    "max_utilization",
    "new_per_day",
    "new_per_week",
    "open_leads",
)
_ABSENCE = ("from", "to", "start", "end", "cover", "note")
_BLANK: Plain = {"email": "", "name": "", "timezone": "", "active": True}


@admin.get("/reps")
@policy(Policy.MANAGER)
def reps() -> str:
    """Everybody who takes meetings."""
    session = db.session()
    state = store.read_state(session)
    return render_template(
        "admin/reps.html",
        items=state["reps"],
        calendars={row.rep.email: row for row in list_rep_calendars(session)},
        upcoming=count_upcoming_by_rep(session, now()),
        pools=_pools_by_rep(state["pools"]),
    )


def _pools_by_rep(pools: Mapping[str, Plain]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, pool in pools.items():
        for member in pool["members"]:
            found.setdefault(member["rep"], []).append(name)
    return found


def _read(form: Form, stood: Plain) -> Plain:
    limits = typed.present(**{name: typed.text(form, f"limits.{name}") for name in _LIMITS})
    feeds = stood.get("calendars") or []
    hours_alone = typed.switch(form, "calendars")
    return typed.present(
        email=stood.get("email") or form.get("email", "").strip(),
        name=form.get("name", ""),
        timezone=form.get("timezone", ""),
        schedule=typed.text(form, "schedule"),
        manager=typed.text(form, "manager"),
        languages=typed.words(form, "languages"),
        skills=typed.levels(form, "skills"),
        territories=form.getlist("territories"),
        limits=limits,
        time_off=[_absence(row) for row in typed.rows(form, "time_off", _ABSENCE)],
        travel=typed.rows(form, "travel", ("from", "to", "timezone", "note")),
        calendars="none" if hours_alone else [] if feeds == "none" else feeds,
        meeting_link=typed.text(form, "meeting_link"),
        active=typed.switch(form, "active"),
    )


def _absence(row: dict[str, str]) -> Plain:
    """One row of time off: the last day is the first when left out, and hours are a part of that day."""
    start, end = row.pop("start", ""), row.pop("end", "")
    hours = {"hours": f"{start}-{end}"} if start or end else {}
    return {"to": row.get("from", ""), **row, **hours}


def _extra(key: str | None) -> Mapping[str, Any]:
    session = db.session()
    found = next((row for row in list_rep_calendars(session) if row.rep.email == key), None)
    return {
        "zones": ZONES,
        "schedules": sorted(store.read_collection(session, "schedules")),
        "territories": sorted(store.read_collection(session, "territories")),
        "calendars": found,
        "as_text": as_text,
    }


Editor("reps", "rep", "rep", "reps", "reps", _BLANK, _read, _extra).register()
