"""What is wrong with a router, which requests no rule takes, and what publishing its draft would change."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.examples import link_parameters
from app.admin.findings import findings_in
from app.admin.items import tell
from app.admin.routers import document_text, get_router
from app.db import db
from app.errors import Conflict, Invalid
from app.store import configuration as store
from app.store.pages.setup import RouterRow
from app.usecases.publish_router import publish_router
from app.usecases.save_router_draft import review_router
from app.web.actor import current_actor
from app.web.policy import Policy, policy
from routing.coverage import Coverage, Region

_SHOWN = 12
_HEADS = {"bad": "Mend before publishing", "warn": "Probably not meant", "info": "Worth a look"}


@admin.get("/routers/<name>/checks")
@policy(Policy.MANAGER)
def router_checks(name: str) -> str:
    """The draft looked over, with the button that publishes it; without one, the rules in force."""
    return _page(get_router(name))


@admin.post("/routers/<name>/publish")
@policy(Policy.ADMIN)
def router_publish(name: str) -> Response | tuple[str, int]:
    """Put the draft into force."""
    row = get_router(name)
    try:
        result = publish_router(name, current_actor(), request.form.get("note", "").strip()[:150])
    except (Invalid, Conflict) as refusal:
        return _page(row, refusal.detail), refusal.status
    tell(result, "Published. New requests follow these rules.")
    return redirect(url_for("admin.router", name=name), 303)


def _page(row: RouterRow, problem: str | None = None) -> str:
    document = row.draft or row.document or {}
    review = review_router(row.name, document)
    findings = sorted(
        findings_in(document_text(document), review), key=lambda each: list(_HEADS).index(each.kind)
    )
    return render_template(
        "admin/router_checks.html",
        row=row,
        review=review,
        check=review.check,
        groups=[
            (kind, _HEADS[kind], list(group)) for kind, group in groupby(findings, lambda each: each.kind)
        ],
        regions=_regions(row, review.check.coverage) if review.check else [],
        problem=problem,
        tab="checks",
    )


def _regions(row: RouterRow, coverage: Coverage) -> list[tuple[Region, str | None]]:
    """The first regions, each with the address at which such a lead is tried."""
    forms = [
        form for form in store.read_collection(db.session(), "forms").values() if form["router"] == row.name
    ]
    return [(region, _try_link(row, forms, region)) for region in coverage.regions[:_SHOWN]]


def _try_link(row: RouterRow, forms: Sequence[Mapping[str, Any]], region: Region) -> str | None:
    """None where no form of the router asks for what makes such a lead."""
    for form in forms:
        found = link_parameters(form, region.example)
        if found is not None:
            rules = "draft" if row.draft else "published"
            given = urlencode({"form": form["slug"], "rules": rules, **found})
            return f"{url_for('admin.router_try', name=row.name)}?{given}"
    return None
