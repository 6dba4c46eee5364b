"""A router's versions: what each changed, any two compared, an earlier one put back into force."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.items import tell
from app.admin.routers import document_text, get_router
from app.db import db
from app.errors import Conflict, Invalid
from app.store.pages.setup import VersionRow, list_versions
from app.usecases.compare_versions import DRAFT, Comparison, compare_versions, sentences_between
from app.usecases.publish_router import restore_router
from app.web.actor import current_actor
from app.web.policy import Policy, policy


@dataclass(frozen=True, slots=True)
class Publication:
    """A version with what it changed against the one before: in sentences, and as lines."""

    version: VersionRow
    sentences: tuple[str, ...]
    lines: list[tuple[str, str]]


@admin.get("/routers/<name>/versions")
@policy(Policy.MANAGER)
def router_versions(name: str) -> str:
    """Every version that was in force. `?from=` and `?to=` compare two of them, or one with the draft."""
    row, versions = get_router(name), list_versions(db.session(), name)
    older: list[Mapping[str, Any] | None] = [*(version.document for version in versions[1:]), None]
    return render_template(
        "admin/router_versions.html",
        row=row,
        published=[_publication(*pair) for pair in zip(versions, older, strict=True)],
        choices=_choices(versions, has_draft=row.draft is not None),
        comparison=_comparison(name),
        tab="versions",
    )


@admin.post("/routers/<name>/restore/<int:number>")
@policy(Policy.ADMIN)
def router_restore(name: str, number: int) -> Response:
    """Publish what an earlier version said, as a new version."""
    try:
        tell(restore_router(name, number, current_actor()), f"Version {number} is in force again.")
    except (Invalid, Conflict) as refusal:
        flash(f"Not restored: {refusal.detail}", "bad")
    return redirect(url_for("admin.router_versions", name=name), 303)


def _publication(version: VersionRow, before: Mapping[str, Any] | None) -> Publication:
    changed = sentences_between(before, version.document) if before is not None else ()
    return Publication(version, changed, difference(before or {}, version.document))


def _comparison(name: str) -> tuple[Comparison, list[tuple[str, str]]] | None:
    before, after = request.args.get("from", ""), request.args.get("to", "")
    if not before or not after:
        return None
    found = compare_versions(name, before, after)
    return found, difference(found.documents[0], found.documents[1])


def _choices(versions: list[VersionRow], *, has_draft: bool) -> list[tuple[str, str]]:
    numbered = [(str(version.number), f"Version {version.number}") for version in versions]
    return [*([(DRAFT, "The draft")] if has_draft else []), *numbered]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What differs as lines of YAML, each with its mark (`+`, `-`, `@` or blank)."""
    old = document_text(before).splitlines() if before else []
    lines = difflib.unified_diff(old, document_text(after).splitlines(), lineterm="", n=2)
    return [(line[:1] if line[:1] in "+-@" else " ", line) for line in lines][2:]
