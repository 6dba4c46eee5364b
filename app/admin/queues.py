"""Queues: the people behind every lead that no rep has."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.items import Editor, Form
from app.clock import now
from app.configuration.document import Plain
from app.db import db
from app.errors import ApplicationError
from app.store import configuration as store
from app.store.pages.queues import count_entries, list_entries, list_people
from app.usecases.claim_lead import assign_entry, finish_entry, release_entry
from app.usecases.people import find_person
from app.web import typed
from app.web.people import current_person
from app.web.policy import Policy, policy
from app.web.queue_words import QUEUE_WORDS

_BLANK: Plain = {
    "name": "",
    "members": [],
    "pull": "next",
    "max_claims": 3,
    "due_hours": None,
    "manager": None,
}


@admin.get("/queues")
@policy(Policy.MANAGER)
def queues() -> str:
    """Queues with who waits in them, whoever is due first on top."""
    session = db.session()
    chosen = request.args.get("queue")
    return render_template(
        "admin/queues.html",
        items=store.read_collection(session, "queues"),
        waiting=list_entries(session, now(), queues=[chosen] if chosen else None),
        counts=count_entries(session, now()),
        people=list_people(session),
        words=QUEUE_WORDS,
        chosen=chosen,
    )


@admin.post("/queue-entries/<entry>/assign")
@policy(Policy.MANAGER)
def queue_entry_assign(entry: str) -> Response:
    """Give a lead to somebody, or take it myself."""
    return _do(
        lambda: assign_entry(
            entry, find_person(db.session(), request.form.get("person", "")), by=current_person()
        ),
        "Given.",
    )


@admin.post("/queue-entries/<entry>/release")
@policy(Policy.MANAGER)
def queue_entry_release(entry: str) -> Response:
    """Take it from whoever has it, back into the queue."""
    return _do(lambda: release_entry(entry, current_person()), "Back in the queue.")


@admin.post("/queue-entries/<entry>/done")
@policy(Policy.MANAGER)
def queue_entry_done(entry: str) -> Response:
    """It needs nobody any more."""
    return _do(lambda: finish_entry(entry, current_person()), "Settled.")


def _do(act: Callable[[], None], said: str) -> Response:
    try:
        act()
        flash(said, "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("admin.queues", queue=request.args.get("queue")), 303)


def _read(form: Form, stood: Plain) -> Plain:
    name = stood.get("name") or form.get("name", "").strip()
    return {
        "name": name,
        "members": typed.words(form, "members"),
        "pull": form.get("pull") or stood.get("pull", "next"),
        "max_claims": typed.text(form, "max_claims") or stood.get("max_claims", 3),
        "due_hours": typed.text(form, "due_hours"),
        "manager": typed.text(form, "manager"),
    }


def _extra(key: str | None) -> Mapping[str, Any]:
    pools = store.read_collection(db.session(), "pools")
    return {"pools": [name for name, pool in pools.items() if pool["queue"] == key] if key else []}


Editor("queues", "queue", "queue", "queues", "queues", _BLANK, _read, _extra).register()
