"""Settings: the company, the history of its configuration, and what was done by whom."""

from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app.admin.blueprint import admin
from app.admin.items import CHANGED, digest, save, tell
from app.configuration.document import Plain
from app.configuration.patch import Change
from app.configuration.sentences import sentences_of
from app.configuration.text import read_yaml
from app.db import db, transaction
from app.errors import ApplicationError, Conflict, Invalid
from app.queue import count_jobs, list_dead_jobs, retry_dead_job
from app.store import configuration as store
from app.store.configuration.history import PastChange, list_changes
from app.store.pages.setup import list_audit
from app.store.records import add_audit
from app.usecases.change_configuration import apply_document, undo_change
from app.usecases.export_configuration import export_yaml
from app.usecases.plan_configuration import plan_document
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.zones import ZONES

_PAGE = 50


@admin.get("/settings")
@policy(Policy.ADMIN)
def settings() -> str:
    """The company."""
    return _company(store.read_collection(db.session(), "company").get("company", {}), Faults())


@admin.post("/settings")
@policy(Policy.ADMIN)
def settings_save() -> Answer | tuple[str, int]:
    """Rename the company or move its home."""
    stood = store.read_collection(db.session(), "company").get("company", {})
    item = stood | {name: request.form.get(name, "") for name in ("name", "timezone")}
    if moves := request.form.get("calendar_moves"):
        item["calendar_moves"] = moves
    for name in ("holidays", "alerts_to"):
        item[name] = request.form.get(name, "").strip() or None
    if request.form.get("seen") != digest(stood):
        return _company(item, Faults(), CHANGED), 409
    try:
        tell(save({"company": item}), "Company saved.")
    except Invalid as refusal:
        return _company(item, Faults(refusal.errors, "company")), 422
    except Conflict as refusal:
        return _company(item, Faults(), refusal.detail), 409
    return redirect(url_for("admin.settings"), 303)


def _company(item: Plain, faults: Faults, notice: str | None = None) -> str:
    stood = store.read_collection(db.session(), "company").get("company", {})
    return render_template(
        "admin/settings.html",
        tab="company",
        item=item,
        faults=faults,
        notice=notice,
        seen=digest(stood),
        zones=ZONES,
    )


@dataclass(frozen=True, slots=True)
class _PastChange:
    """One change of the configuration in words."""

    past: PastChange
    sentences: tuple[str, ...]


@admin.get("/settings/history")
@policy(Policy.ADMIN)
def settings_history() -> str:
    """Every change of the configuration, newest first; each can be taken back."""
    before = request.args.get("before", type=int)
    rows = list_changes(db.session(), before, _PAGE + 1)
    return render_template(
        "admin/history.html",
        tab="history",
        rows=[_PastChange(row, _sentences(row)) for row in rows[:_PAGE]],
        next_before=rows[_PAGE - 1].revision if len(rows) > _PAGE else None,
    )


def _sentences(row: PastChange) -> tuple[str, ...]:
    return tuple(
        sentence
        for collection, items in row.patch.items()
        for key, after in items.items()
        for sentence in sentences_of(Change(collection, key, row.inverse.get(collection, {}).get(key), after))
    )


@admin.post("/settings/history/<int:revision>/undo")
@policy(Policy.ADMIN)
def settings_undo(revision: int) -> Answer:
    """Take one change back, as a new change."""
    try:
        tell(undo_change(revision, current_actor()), f"Change {revision} is taken back.")
    except ApplicationError as refusal:
        flash(f"Not taken back: {refusal.detail}", "bad")
    return redirect(url_for("admin.settings_history"), 303)


@admin.get("/settings/audit")
@policy(Policy.ADMIN)
def settings_audit() -> str:
    """Who did what, newest first."""
    rows = list_audit(db.session(), before=request.args.get("before", type=int), limit=_PAGE)
    return render_template(
        "admin/audit.html",
        tab="audit",
        rows=rows[:_PAGE],
        next_before=rows[_PAGE - 1].entry.id if len(rows) > _PAGE else None,
    )


@admin.get("/settings/document")
@policy(Policy.ADMIN)
def settings_document() -> str:
    """The configuration as one document."""
    return _document(export_yaml())


@admin.get("/settings/document.yaml")
@policy(Policy.ADMIN)
def settings_export() -> Response:
    """The same to keep; it holds no secret."""
    with transaction() as session:
        add_audit(session, current_actor().name, "configuration.exported", "configuration", "company")
    headers = {"Content-Disposition": 'attachment; filename="company.yaml"'}
    return Response(export_yaml(), content_type="application/yaml", headers=headers)


@admin.post("/settings/document")
@policy(Policy.ADMIN)
def settings_apply() -> Answer | tuple[str, int]:
    """Say what a document would change, or apply it: the button says which."""
    text, prune = request.form.get("document", ""), request.form.get("prune") == "on"
    try:
        data = read_yaml(text)
        if request.form.get("wish") != "apply":
            return _document(text, plan=plan_document(data, prune=prune), prune=prune), 200
        tell(apply_document(data, current_actor(), "document", prune=prune), "The document is applied.")
    except Invalid as refusal:
        return _document(text, Faults(refusal.errors), prune=prune), 422
    except ApplicationError as refusal:
        return _document(text, notice=refusal.detail, prune=prune), 422
    return redirect(url_for("admin.settings_document"), 303)


def _document(
    text: str,
    faults: Faults | None = None,
    *,
    plan: object = None,
    notice: str | None = None,
    prune: bool = False,
) -> str:
    return render_template(
        "admin/document.html",
        tab="document",
        text=text,
        faults=faults or Faults(),
        plan=plan,
        notice=notice,
        prune=prune,
    )


@admin.get("/settings/jobs")
@policy(Policy.ADMIN)
def settings_jobs() -> str:
    """Work that happens after the fact, and what of it gave up."""
    session = db.session()
    return render_template(
        "admin/jobs.html", tab="jobs", counts=count_jobs(session), dead=list(list_dead_jobs(session))
    )


@admin.post("/settings/jobs/<int:job>/retry")
@policy(Policy.ADMIN)
def settings_retry(job: int) -> Answer:
    """Put a job that gave up back in line."""
    with transaction() as session:
        is_back = retry_dead_job(session, job)
        if is_back:
            add_audit(session, current_actor().name, "job.retried", "job", str(job))
    flash("It is in line again." if is_back else "It is not waiting any more.", "good" if is_back else "warn")
    return redirect(url_for("admin.settings_jobs"), 303)
