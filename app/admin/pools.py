"""Pools: who shares leads, how turns are given, and where everybody stands by the ledger."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from app.admin.blueprint import admin
from app.admin.items import Editor, Form, as_text
from app.admin.standing import standing_of
from app.clock import now
from app.configuration.document import Plain
from app.db import db
from app.store import configuration as store
from app.store.company import load_company
from app.store.pages.pools import find_pool, list_ledger, list_standings
from app.web import typed
from app.web.policy import Policy, policy
from app.web.shares import shares_of
from routing.member import MEMBER_SETTINGS
from routing.pool import DEFAULT_MAX_AHEAD, Distribution, Offering, WhenOut

_BLANK: Plain = {
    "name": "",
    "distribution": Distribution.ROUND_ROBIN.value,
    "offering": Offering.FLEXIBLE.value,
    "queue": "",
    "members": [],
    "max_credit": 10,
    "charge_owner": False,
    "max_utilization": None,
    "max_ahead": DEFAULT_MAX_AHEAD,
    "when_everybody_is_out": WhenOut.FALLBACK.value,
    "performance": None,
    "credit_for": ["cancellation", "no_show", "skip"],
    "credits_per_month": 5,
    "reset": "never",
}

DISTRIBUTIONS = (
    ("round_robin", "Round robin: equal turns by weight"),
    ("longest_idle", "Longest idle: whoever waited longest"),
    ("least_utilized", "Least utilized: whoever has the emptiest fortnight"),
    ("value_balanced", "Value balanced: equal deal value by weight"),
    ("most_skilled", "Most skilled: the highest level in the skill asked for"),
    ("equal_chances", "Equal chances: each request owes every candidate the same"),
)
OFFERINGS = (
    ("flexible", "Flexible: offer every time anybody has, choose the rep at booking"),
    ("strict", "Strict: choose the rep first, offer only their times"),
    ("balanced", "Balanced: flexible, without those who are ahead of the others"),
)
WHEN_OUT = (
    ("fallback", "Try the rule's next destination"),
    ("queue", "Put it into this pool's queue"),
    ("next_day_back", "Offer the times from their return"),
)
PERFORMANCE = (("held", "How many of their meetings took place"),)


@admin.get("/pools")
@policy(Policy.MANAGER)
def pools() -> str:
    """Every pool with its members' shares."""
    session = db.session()
    items = store.read_collection(session, "pools")
    names = {email: rep["name"] for email, rep in store.read_collection(session, "reps").items()}
    return render_template(
        "admin/pools.html", items=items, names=names, shares={name: _shares(name) for name in items}
    )


def _shares(name: str) -> Any:
    pool = find_pool(db.session(), name)
    return shares_of(list_standings(db.session(), pool.id)) if pool else []


def _read(form: Form, stood: Plain) -> Plain:
    members = [_member(form, f"members-{row}-") for row in typed.numbered(form, "members")]
    return typed.present(
        name=stood.get("name") or form.get("name", "").strip(),
        distribution=form.get("distribution", ""),
        offering=form.get("offering", ""),
        queue=form.get("queue", ""),
        max_credit=typed.text(form, "max_credit"),
        charge_owner=typed.switch(form, "charge_owner"),
        max_utilization=typed.text(form, "max_utilization"),
        reset=form.get("reset") or None,
        max_ahead=typed.text(form, "max_ahead"),
        when_everybody_is_out=form.get("when_everybody_is_out") or None,
        members=[member for member in members if member],
    ) | {
        # these may be empty, which is not the same as left out
        "performance": form.get("performance") or None,
        "credit_for": form.getlist("credit_for"),
        "credits_per_month": typed.text(form, "credits_per_month"),
    }


def _member(form: Form, row: str) -> Plain | None:
    if not typed.switch(form, f"{row}in"):
        return None
    own = {name: typed.text(form, f"{row}{name}") for name in MEMBER_SETTINGS}
    return typed.present(rep=form.get(f"{row}rep"), **own)


def _extra(key: str | None) -> Mapping[str, Any]:
    session = db.session()
    pool = find_pool(session, key) if key else None
    return {
        "reps": store.read_collection(session, "reps"),
        "queues": sorted(store.read_collection(session, "queues")),
        "distributions": DISTRIBUTIONS,
        "offerings": OFFERINGS,
        "when_out": WHEN_OUT,
        "performance": PERFORMANCE,
        "standing": standing_of(session, load_company(session, now().date()), pool.name, now())
        if pool
        else None,
        "ledger": list_ledger(session, pool_id=pool.id) if pool else [],
        "as_text": as_text,
    }


Editor("pools", "pool", "pool", "pools", "pools", _BLANK, _read, _extra).register()
