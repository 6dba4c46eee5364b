"""Routers: rules as a document, kept as a draft and checked line by line while it is written."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.findings import Finding, faults_in, findings_in
from app.configuration.document import Plain, write_item
from app.configuration.text import read_yaml, write_yaml
from app.db import db
from app.errors import ApplicationError, Invalid, Malformed, NotFound
from app.store import configuration as store
from app.store.pages.setup import RouterRow, find_router, list_routers
from app.usecases.save_router_draft import Review, discard_router_draft, review_router, save_router_draft
from app.web.actor import current_actor
from app.web.policy import Policy, policy

STARTER = """\
# Rules are asked from top to bottom; the first that matches decides.
rules:
  - name: Large companies
    when: {field: employees, op: gte, value: 200}
    action: {pool: enterprise}
    fallback: [{pool: general}]

# Everybody else. There has to be something here.
catch_all: [{pool: general}]
"""


@admin.get("/routers")
@policy(Policy.MANAGER)
def routers() -> str:
    """Every router with its rules in words."""
    session = db.session()
    forms: dict[str, list[str]] = {}
    for slug, form in store.read_collection(session, "forms").items():
        forms.setdefault(form["router"], []).append(slug)
    return render_template("admin/routers.html", rows=list_routers(session), forms=forms)


@admin.get("/routers/new")
@policy(Policy.ADMIN)
def router_new() -> str:
    """A first draft to start from."""
    return _editor(None, "", STARTER)


@admin.post("/routers/new")
@policy(Policy.ADMIN)
def router_add() -> Response | tuple[str, int]:
    """Keep the first draft of a new router."""
    name, text = request.form.get("name", "").strip(), request.form.get("document", "")
    if name and find_router(db.session(), name):
        return _editor(
            None, name, text, [Finding("bad", None, "name", "There is a router of this name.")]
        ), 422
    return _work(name, text, is_new=True)


@admin.get("/routers/<name>")
@policy(Policy.MANAGER)
def router(name: str) -> str:
    """The rules in force, in words."""
    return render_template("admin/router.html", row=get_router(name), tab="rules")


@admin.get("/routers/<name>/edit")
@policy(Policy.ADMIN)
def router_edit(name: str) -> str:
    """The draft, or the published rules to make one from."""
    row = get_router(name)
    text = document_text(row.draft or row.document or {})
    return (
        _reviewed(row, name, text, review_router(name, row.draft)) if row.draft else _editor(row, name, text)
    )


@admin.post("/routers/<name>/edit")
@policy(Policy.ADMIN)
def router_save(name: str) -> Response | tuple[str, int]:
    """Check, keep as draft, or go on to publishing it: the button says which."""
    get_router(name)
    return _work(name, request.form.get("document", ""))


@admin.post("/routers/<name>/discard")
@policy(Policy.ADMIN)
def router_discard(name: str) -> Response:
    """Forget the draft."""
    discard_router_draft(name, current_actor())
    flash("The draft is gone; what is published stays.", "good")
    return redirect(url_for("admin.router", name=name), 303)


def document_text(document: Mapping[str, Any]) -> str:
    """A router's document as YAML, without the name it goes by and without defaults."""
    try:
        plain = write_item("routers", {"name": "router", **document})
    except (ApplicationError, ValueError):
        plain = dict(document)
    return write_yaml({key: value for key, value in plain.items() if key != "name"})


def _work(name: str, text: str, *, is_new: bool = False) -> Response | tuple[str, int]:
    """One form, three buttons. What was typed is never lost, whatever is wrong with it."""
    row = None if is_new else get_router(name)
    wish = request.form.get("wish", "check")
    try:
        document = _read(text)
        if wish == "check" and row:
            return _reviewed(row, name, text, review_router(name, document)), 200
        review = save_router_draft(name, document, current_actor())
    except Invalid as refusal:
        return _editor(row, name, text, faults_in(text, refusal.errors)), 422
    except ApplicationError as refusal:
        return _editor(row, name, text, [Finding("bad", None, "", refusal.detail)]), 422
    if wish == "publish":
        if review.errors:
            return _reviewed(get_router(name), name, text, review), 422
        return redirect(url_for("admin.router_checks", name=name), 303)
    words = "Draft saved, with faults to mend before it can go live." if review.errors else "Draft saved."
    flash(words, "good")
    return redirect(url_for("admin.router_edit", name=name), 303)


def _read(text: str) -> Plain:
    document = read_yaml(text)
    if not isinstance(document, dict):
        raise Malformed("The document must have rules and catch_all.")
    return document


def _reviewed(row: RouterRow, name: str, text: str, review: Review) -> str:
    return _editor(row, name, text, findings_in(text, review), review)


def _editor(
    row: RouterRow | None,
    name: str,
    text: str,
    findings: list[Finding] | None = None,
    review: Review | None = None,
) -> str:
    return render_template(
        "admin/router_edit.html",
        row=row,
        name=name,
        text=text,
        findings=findings,
        check=review.check if review else None,
        tab="edit",
    )


def get_router(name: str) -> RouterRow:
    """The router in use. Raises NotFound."""
    row = find_router(db.session(), name)
    if row is None:
        raise NotFound(f"There is no router called {name}.")
    return row
