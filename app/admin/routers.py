"""Routers: rules as a document, checked before they go live, published as versions that never change."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.items import tell
from app.admin.lines import line_of
from app.configuration.document import Plain, write_item
from app.configuration.text import read_yaml, write_yaml
from app.db import db
from app.errors import ApplicationError, Conflict, FieldError, Invalid, Malformed, NotFound
from app.store import configuration as store
from app.store.pages.setup import RouterRow, find_router, list_routers, list_versions
from app.usecases.publish_router import publish_router, restore_router
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


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a line of the document. `kind`: `bad` blocks publishing, `warn` does not."""

    kind: str
    line: int | None
    path: str
    message: str


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
    return _editor(None, "", STARTER, None)


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
    return render_template("admin/router.html", row=_get(name), tab="rules")


@admin.get("/routers/<name>/edit")
@policy(Policy.ADMIN)
def router_edit(name: str) -> str:
    """The draft, or the published rules to make one from."""
    row = _get(name)
    findings = _findings(document_text(row.draft), review_router(name, row.draft)) if row.draft else None
    return _editor(row, name, document_text(row.draft or row.document or {}), findings)


@admin.post("/routers/<name>/edit")
@policy(Policy.ADMIN)
def router_save(name: str) -> Response | tuple[str, int]:
    """Check, keep as draft, or publish: the button says which."""
    _get(name)
    return _work(name, request.form.get("document", ""))


@admin.post("/routers/<name>/discard")
@policy(Policy.ADMIN)
def router_discard(name: str) -> Response:
    """Forget the draft."""
    discard_router_draft(name, current_actor())
    flash("The draft is gone; what is published stays.", "good")
    return redirect(url_for("admin.router", name=name), 303)


@admin.get("/routers/<name>/versions")
@policy(Policy.MANAGER)
def router_versions(name: str) -> str:
    """Every version that was in force, each with what it changed."""
    row, versions = _get(name), list_versions(db.session(), name)
    older: list[Mapping[str, Any]] = [*(version.document for version in versions[1:]), {}]
    changes = [
        (version, difference(before, version.document))
        for version, before in zip(versions, older, strict=True)
    ]
    return render_template("admin/router_versions.html", row=row, changes=changes, tab="versions")


@admin.post("/routers/<name>/restore/<int:number>")
@policy(Policy.ADMIN)
def router_restore(name: str, number: int) -> Response:
    """Publish what an earlier version said, as a new version."""
    try:
        tell(restore_router(name, number, current_actor()), f"Version {number} is in force again.")
    except (Invalid, Conflict) as refusal:
        flash(f"Not restored: {refusal.detail}", "bad")
    return redirect(url_for("admin.router_versions", name=name), 303)


def document_text(document: Mapping[str, Any]) -> str:
    """A router's document as YAML, without the name it goes by and without defaults."""
    try:
        plain = write_item("routers", {"name": "router", **document})
    except (ApplicationError, ValueError):
        plain = dict(document)
    return write_yaml({key: value for key, value in plain.items() if key != "name"})


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What differs as lines of YAML, each with its mark (`+`, `-`, `@` or blank)."""
    old = document_text(before).splitlines() if before else []
    lines = difflib.unified_diff(old, document_text(after).splitlines(), lineterm="", n=2)
    return [(line[:1] if line[:1] in "+-@" else " ", line) for line in lines][2:]


def _work(name: str, text: str, *, is_new: bool = False) -> Response | tuple[str, int]:
    """One form, three buttons. What was typed is never lost, whatever is wrong with it."""
    row = None if is_new else _get(name)
    try:
        document = _read(text)
        wish = request.form.get("wish", "check")
        if wish == "check" and row:
            return _editor(row, name, text, _findings(text, review_router(name, document))), 200
        review = save_router_draft(name, document, current_actor())
        if wish == "publish":
            return _publish(name, text)
    except Invalid as refusal:
        return _editor(row, name, text, _found(text, refusal.errors)), 422
    except ApplicationError as refusal:
        return _editor(row, name, text, [Finding("bad", None, "", refusal.detail)]), 422
    flash(
        "Draft saved." if not review.errors else "Draft saved, with faults to mend before it can go live.",
        "good",
    )
    return redirect(url_for("admin.router_edit", name=name), 303)


def _publish(name: str, text: str) -> Response | tuple[str, int]:
    try:
        result = publish_router(name, current_actor(), request.form.get("note", "").strip())
    except Invalid as refusal:
        return _editor(_get(name), name, text, _found(text, refusal.errors)), 422
    tell(result, "Published. New requests follow these rules.")
    return redirect(url_for("admin.router", name=name), 303)


def _read(text: str) -> Plain:
    document = read_yaml(text)
    if not isinstance(document, dict):
        raise Malformed("The document must have rules and catch_all.")
    return document


def _editor(row: RouterRow | None, name: str, text: str, findings: list[Finding] | None) -> str:
    return render_template(
        "admin/router_edit.html",
        row=row,
        name=name,
        text=text,
        findings=findings,
        changes=_changes(row, text) if findings is not None else [],
        tab="edit",
    )


def _changes(row: RouterRow | None, text: str) -> list[tuple[str, str]]:
    try:
        return difference(row.document, _read(text)) if row and row.document else []
    except Malformed:
        return []


def _findings(text: str, review: Review) -> list[Finding]:
    found = _found(text, review.errors)
    if review.plan is not None:
        found += _found(text, review.plan.warnings, "warn")
    return found


def _found(text: str, errors: Any, kind: str = "bad") -> list[Finding]:
    return [_finding(text, error, kind) for error in errors]


def _finding(text: str, error: FieldError, kind: str) -> Finding:
    message = error.message[:1].upper() + error.message[1:]
    path = error.field.lstrip(".")
    return Finding(kind, line_of(text, path) if path else None, path, message)


def _get(name: str) -> RouterRow:
    row = find_router(db.session(), name)
    if row is None:
        raise NotFound(f"There is no router called {name}.")
    return row
