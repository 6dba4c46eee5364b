"""Territories: named parts of the market that rules and reps refer to."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from app.admin.blueprint import admin
from app.admin.items import Editor, Form
from app.configuration.document import Plain
from app.configuration.text import read_yaml, write_yaml
from app.db import db
from app.errors import Malformed
from app.store import configuration as store
from app.store.configuration.past_territories import territory_versions
from app.web.policy import Policy, policy

_EXAMPLE = {"field": "country", "op": "in", "value": ["DE", "AT", "CH"]}


@admin.get("/territories")
@policy(Policy.MANAGER)
def territories() -> str:
    """Every territory with its condition and the reps in it."""
    state = store.read_state(db.session())
    return render_template(
        "admin/territories.html",
        items=state["territories"],
        reps=_reps_by_territory(state["reps"]),
        condition_text=condition_text,
    )


def condition_text(condition: Any) -> str:
    """A condition as it is written; what cannot be read stays as typed."""
    return condition if isinstance(condition, str) else write_yaml(condition).strip()


def _reps_by_territory(reps: Mapping[str, Plain]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rep in reps.values():
        for name in rep["territories"]:
            found.setdefault(name, []).append(rep["name"])
    return found


def _read(form: Form, stood: Plain) -> Plain:
    typed = form.get("when", "")
    try:
        when = read_yaml(typed)
    except Malformed:
        when = typed  # refused as a condition, and shown again as it was
    priority = form.get("priority", "").strip()
    return {
        "name": stood.get("name") or form.get("name", "").strip(),
        "when": when,
        "pool": form.get("pool") or None,
        "adjacent": [line.strip() for line in form.get("adjacent", "").splitlines() if line.strip()],
        "priority": int(priority) if priority.isdecimal() else priority or 1,
        "from": form.get("from") or None,
        "until": form.get("until") or None,
    }


def _extra(key: str | None) -> Mapping[str, Any]:
    session = db.session()
    reps = store.read_collection(session, "reps")
    return {
        "condition_text": condition_text,
        "reps": _reps_by_territory(reps).get(key, []) if key else [],
        "pools": sorted(store.read_collection(session, "pools")),
        "others": sorted(name for name in store.read_collection(session, "territories") if name != key),
        "versions": territory_versions(session, key) if key else [],
    }


Editor(
    "territories",
    "territory",
    "territory",
    "territories",
    "territories",
    {"name": "", "when": _EXAMPLE, "pool": None, "adjacent": [], "priority": 1, "from": None, "until": None},
    _read,
    _extra,
).register()
