"""Schedules: working hours that reps share, with a picture of the week."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from app.admin.blueprint import admin
from app.admin.items import Editor, Form
from app.configuration.document import Plain
from app.configuration.own_hours import owner_of
from app.db import db
from app.store import configuration as store
from app.web import typed
from app.web.policy import Policy, policy
from app.web.week import Week, week_of_hours
from app.web.zones import ZONES

_WEEK = {day: ["09:00-17:00"] for day in typed.DAYS[:5]}
_BLANK: Plain = {"name": "", "timezone": "", "weekly": _WEEK, "overrides": [], "holidays": None}


@admin.get("/schedules")
@policy(Policy.MANAGER)
def schedules() -> str:
    """Shared working hours."""
    state = store.read_state(db.session())
    used: dict[str, int] = {}
    for rep in state["reps"].values():
        used[rep["schedule"]] = used.get(rep["schedule"], 0) + 1
    reps = state["reps"]
    owners = {name: reps[own]["name"] for name in state["schedules"] if (own := owner_of(name, reps))}
    return render_template(
        "admin/schedules.html", items=state["schedules"], used=used, owners=owners, picture=picture
    )


def picture(item: Plain) -> Week | None:
    """The week of a schedule, or None when its hours cannot be read."""
    return week_of_hours(item.get("weekly", {}))


def _read(form: Form, stood: Plain) -> Plain:
    return typed.present(
        name=stood.get("name") or form.get("name", "").strip(),
        timezone=form.get("timezone", ""),
        weekly=typed.day_hours(form),
        overrides=typed.overrides(form),
        holidays=typed.text(form, "holidays"),
    )


def _extra(key: str | None) -> Mapping[str, Any]:
    reps = store.read_collection(db.session(), "reps")
    owner = owner_of(key, reps)
    return {
        "zones": ZONES,
        "owner": reps[owner]["name"] if owner else None,
        "picture": picture,
        "days": typed.DAYS,
        "reps": [rep["name"] for rep in reps.values() if rep["schedule"] == key] if key else [],
    }


Editor("schedules", "schedule", "schedule", "schedules", "schedules", _BLANK, _read, _extra).register()
