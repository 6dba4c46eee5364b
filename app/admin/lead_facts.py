"""What is worked out about a lead before it is routed: the scorecard, the qualification, and who is asked for more."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.fact_sections import SECTIONS, Section, key_states
from app.admin.items import CHANGED, digest, save, tell
from app.admin.lines import line_of
from app.configuration.document import Plain, write_item
from app.configuration.text import read_yaml, write_yaml
from app.db import db
from app.errors import ApplicationError, Conflict, FieldError, Invalid, Malformed, NotFound
from app.store import configuration as store
from app.store.pages.standards import list_standard_versions
from app.usecases.plan_configuration import plan_configuration
from app.web.policy import Policy, policy


@admin.get("/lead-facts")
@policy(Policy.MANAGER)
def facts() -> Response:
    """The first of the sections."""
    return redirect(url_for("admin.facts_section", name="scoring"), 303)


@admin.get("/lead-facts/<name>")
@policy(Policy.MANAGER)
def facts_section(name: str) -> str:
    """What is in force, in words, and the document it is written in."""
    section = _section(name)
    return _page(section, _text(section, _stood(name)))


@admin.post("/lead-facts/<name>")
@policy(Policy.ADMIN)
def facts_save(name: str) -> Response | tuple[str, int]:
    """Check what was typed, or put it in force: the button says which."""
    section, text = _section(name), request.form.get("document", "")
    try:
        data = read_yaml(text)
        if request.form.get("wish") == "check":
            plan = plan_configuration({name: data}, places={(name, name): ""})
            return _page(section, text, warnings=plan.warnings, is_checked=True), 200
        if request.form.get("seen") != digest(_stood(name)):
            return _page(section, text, notice=CHANGED), 409
        tell(save({name: data}), f"{section.title} saved. New requests follow it.")
    except Invalid as refusal:
        return _page(section, text, refusal.errors, is_checked=True), 422
    except (Malformed, Conflict) as refusal:
        return _page(section, text, notice=refusal.detail), 422
    return redirect(url_for("admin.facts_section", name=name), 303)


@admin.post("/lead-facts/<name>/stop")
@policy(Policy.ADMIN)
def facts_stop(name: str) -> Response:
    """Do without the section from now on; requests keep what they were judged by."""
    section = _section(name)
    try:
        save({name: {name: None}})
        flash(f"{section.title} is switched off. Undo it under Settings, History.", "good")
    except ApplicationError as refusal:
        flash(f"Not switched off: {refusal.detail}", "bad")
    return redirect(url_for("admin.facts_section", name=name), 303)


def _page(
    section: Section,
    text: str,
    errors: tuple[FieldError, ...] = (),
    *,
    warnings: tuple[FieldError, ...] = (),
    notice: str | None = None,
    is_checked: bool = False,
) -> str:
    stood = _stood(section.name)
    forms = store.read_collection(db.session(), "forms")
    return render_template(
        f"admin/facts_{section.name}.html",
        section=section,
        sections=SECTIONS.values(),
        item=stood,
        text=text,
        errors=_told(section, text, errors),
        warnings=_told(section, text, warnings),
        notice=notice,
        is_checked=is_checked,
        is_dirty=is_checked or notice is not None,
        seen=digest(stood),
        versions=list_standard_versions(db.session(), section.name),
        keys=key_states(stood) if section.name == "enrichment" else {},
        router=next((form["router"] for form in forms.values()), None),
    )


def _told(section: Section, text: str, faults: tuple[FieldError, ...]) -> list[tuple[int | None, str, str]]:
    """Each fault with its line, its path inside of the section, and its words."""
    paths = [fault.field.removeprefix(section.name).lstrip(".") for fault in faults]
    return [
        (line_of(text, path) if path else None, path, fault.message)
        for path, fault in zip(paths, faults, strict=True)
    ]


def _stood(name: str) -> Plain:
    return store.read_collection(db.session(), name).get(name, {})


def _text(section: Section, item: Mapping[str, Any]) -> str:
    return write_yaml(write_item(section.name, dict(item))) if item else section.starter


def _section(name: str) -> Section:
    if name not in SECTIONS:
        raise NotFound("There is no such page.")
    return SECTIONS[name]
