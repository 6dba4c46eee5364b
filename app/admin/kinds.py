"""Meeting types: how long, how soon, how far ahead, and where."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from app.admin.blueprint import admin
from app.admin.items import Editor, Form, as_text
from app.configuration.document import Plain
from app.db import db
from app.store import configuration as store
from app.store.configuration.meeting_types import LIMITS
from app.web import typed
from app.web.policy import Policy, policy
from app.web.zones import ZONES

_BLANK: Plain = {
    "slug": "",
    "name": "",
    "description": "",
    "minutes": 30,
    "buffers": {"before": 0, "after": 10},
    "minimum_notice": 60,
    "booking_window": "10 business days",
    "slot_interval": 15,
    "slot_offset": 0,
    "other_minutes": [],
    "schedule": None,
    "hours": "within",
    "rep_schedules": {},
    "limits": {},
    "prefer_days": None,
    "seats": 1,
    "location": "video",
    "timezone": None,
}


@admin.get("/meeting-types")
@policy(Policy.MANAGER)
def kinds() -> str:
    """Every kind of meeting, and the forms that lead to it."""
    state = store.read_state(db.session())
    forms: dict[str, list[str]] = {}
    for slug, form in state["forms"].items():
        forms.setdefault(form["meeting_type"], []).append(slug)
    return render_template("admin/kinds.html", items=state["meeting_types"], forms=forms)


def _read(form: Form, stood: Plain) -> Plain:
    buffers = typed.present(
        before=typed.text(form, "buffers.before"), after=typed.text(form, "buffers.after")
    )
    return typed.present(
        slug=stood.get("slug") or form.get("slug", "").strip(),
        name=form.get("name", ""),
        description=form.get("description", ""),
        minutes=form.get("minutes", ""),
        buffers=buffers,
        minimum_notice=typed.text(form, "minimum_notice"),
        booking_window=typed.text(form, "booking_window"),
        slot_interval=typed.text(form, "slot_interval"),
        location=typed.text(form, "location"),
        timezone=typed.text(form, "timezone"),
        slot_offset=typed.text(form, "slot_offset"),
        other_minutes=typed.words(form, "other_minutes"),
        schedule=typed.text(form, "schedule"),
        hours=typed.text(form, "hours"),
        rep_schedules=typed.pairs(form, "rep_schedules"),
        limits=typed.present(**{name: typed.text(form, f"limits.{name}") for name in LIMITS}),
        prefer_days=typed.text(form, "prefer_days"),
        seats=typed.text(form, "seats"),
    )


def _extra(key: str | None) -> Mapping[str, Any]:
    schedules = sorted(store.read_collection(db.session(), "schedules"))
    return {"zones": ZONES, "as_text": as_text, "schedules": schedules}


Editor("meeting_types", "meeting type", "kind", "kinds", "meeting-types", _BLANK, _read, _extra).register()
