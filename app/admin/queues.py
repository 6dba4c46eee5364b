"""Queues: the people behind every lead that no rep has."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from app.admin.blueprint import admin
from app.admin.items import Editor, Form
from app.configuration.document import Plain
from app.db import db
from app.store import configuration as store
from app.store.pages.today import count_waiting, list_waiting
from app.web import typed
from app.web.policy import Policy, policy


@admin.get("/queues")
@policy(Policy.MANAGER)
def queues() -> str:
    """Queues with who waits in them, whoever is due first on top."""
    session = db.session()
    chosen = request.args.get("queue")
    return render_template(
        "admin/queues.html",
        items=store.read_collection(session, "queues"),
        waiting=list_waiting(session, queue=chosen, limit=100),
        counts=count_waiting(session),
        chosen=chosen,
    )


def _read(form: Form, stood: Plain) -> Plain:
    name = stood.get("name") or form.get("name", "").strip()
    return {"name": name, "members": typed.words(form, "members")}


def _extra(key: str | None) -> Mapping[str, Any]:
    pools = store.read_collection(db.session(), "pools")
    return {"pools": [name for name, pool in pools.items() if pool["queue"] == key] if key else []}


Editor("queues", "queue", "queue", "queues", "queues", {"name": "", "members": []}, _read, _extra).register()
