"""Editing one configured thing: read it, take the form, hand the patch to `change_configuration`, say what happened.

Two people may edit at once. The form carries a digest of the item it was filled from; when the stored item has
become another one, nothing is written and the page says so, with everything typed still there.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.configuration.document import COLLECTIONS, Plain, read_item, write_item
from app.configuration.plan import ConfigurationResult
from app.db import db
from app.errors import ApplicationError, Conflict, FieldError, Invalid, NotFound
from app.store import configuration as store
from app.store.configuration.company import current_revision
from app.usecases.change_configuration import change_configuration
from app.usecases.plan_configuration import plan_configuration
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy

Form: TypeAlias = "MultiDict[str, str]"
ReadForm: TypeAlias = Callable[[Form, Plain], Plain]
Extra: TypeAlias = Callable[[str | None], Mapping[str, Any]]

CHANGED = (
    "Somebody changed this while you had it open. What you typed is still here; saving again replaces theirs."
)


@dataclass(frozen=True, slots=True)
class Editor:
    """How one collection is edited. `endpoint` names the page of one item, `many` that of the list.

    `read_form` makes the item of what was typed, given the item as it stood. `also` adds to the page.
    """

    collection: str
    noun: str
    endpoint: str
    many: str
    path: str
    blank: Plain
    read_form: ReadForm
    also: Extra = field(default=lambda key: {})

    def register(self) -> None:
        """Add the pages: new, one, save, archive."""
        self._add_page("new", "_new", self._show_new, Policy.ADMIN)
        self._add_page("new", "_add", self._add, Policy.ADMIN, "POST")
        self._add_page("<key>", "", self._show, Policy.MANAGER)
        self._add_page("<key>", "_save", self._save, Policy.ADMIN, "POST")
        self._add_page("<key>/archive", "_archive", self._archive, Policy.ADMIN, "POST")

    def _add_page(
        self, path: str, suffix: str, handle: Callable[..., Any], who: Policy, method: str = "GET"
    ) -> None:
        @policy(who)
        def view(**arguments: str) -> Any:
            return handle(**arguments)

        admin.add_url_rule(f"/{self.path}/{path}", f"{self.endpoint}{suffix}", view, methods=[method])

    def _show_new(self) -> str:
        return self._page(None, self.blank, Faults())

    def _show(self, key: str) -> str:
        item = self._get(key)
        return self._page(key, item, Faults())

    def _add(self) -> Response | tuple[str, int]:
        item = self.read_form(request.form, self.blank)
        key = key_in(self.collection, item)
        if key and key in store.read_collection(db.session(), self.collection):
            name = _key_field(self.collection)
            taken = Faults(Invalid([_fault(name, f"there is a {self.noun} of this name already")]).errors)
            return self._page(None, item, taken), 422
        return self._apply(None, key or "new", item)

    def _save(self, key: str) -> Response | tuple[str, int]:
        stood = self._get(key)
        item = self.read_form(request.form, stood)
        if request.form.get("seen") != digest(stood):
            return self._page(key, item, Faults(), notice=CHANGED), 409
        return self._apply(key, key, item)

    def _apply(self, key: str | None, name: str, item: Plain) -> Response | tuple[str, int]:
        try:
            result = save({self.collection: {name: item}})
        except Invalid as refusal:
            return self._page(key, item, Faults(refusal.errors, f"{self.collection}[{name}]")), 422
        except Conflict as refusal:
            return self._page(key, item, Faults(), notice=refusal.detail), 409
        tell(result, f"{self.noun[:1].upper()}{self.noun[1:]} saved.")
        return redirect(url_for(f"admin.{self.endpoint}", key=name), 303)

    def _archive(self, key: str) -> Response:
        self._get(key)
        try:
            save({self.collection: {key: None}})
        except ApplicationError as refusal:
            flash(f"Not archived: {refusal.detail}", "bad")
            return redirect(url_for(f"admin.{self.endpoint}", key=key), 303)
        flash(f"{key} is archived. Undo it under Settings, History.", "good")
        return redirect(url_for(f"admin.{self.many}"), 303)

    def _get(self, key: str) -> Plain:
        item = store.read_collection(db.session(), self.collection).get(key)
        if item is None:
            raise NotFound(f"There is no {self.noun} called {key}.")
        return item

    def _page(self, key: str | None, item: Plain, faults: Faults, notice: str | None = None) -> str:
        stood = store.read_collection(db.session(), self.collection).get(key) if key else None
        return render_template(
            f"admin/{self.endpoint}.html",
            key=key,
            item=item,
            faults=faults,
            notice=notice,
            seen=digest(stood) if stood else "",
            noun=self.noun,
            is_dirty=bool(faults or notice),
            save_to=url_for(f"admin.{self.endpoint}_save", key=key)
            if key
            else url_for(f"admin.{self.endpoint}_add"),
            archive_at=url_for(f"admin.{self.endpoint}_archive", key=key) if key else None,
            archiving=look_at_archiving(self.collection, key) if key else None,
            **self.also(key),
        )


def save(patch: Mapping[str, Any]) -> ConfigurationResult:
    """Apply a patch as the signed-in person. Raises Invalid and Conflict."""
    revision = current_revision(db.session())
    return change_configuration(patch, current_actor(), "console", revision)


def tell(result: ConfigurationResult, words: str) -> None:
    """Say what a change did, and what to look out for."""
    flash(words if result.changes else "Nothing to save: all of it was so already.", "good")
    for warning in result.warnings[:3]:
        flash(warning.message[:1].upper() + warning.message[1:], "warn")


@dataclass(frozen=True, slots=True)
class Archiving:
    """What archiving would leave behind (`touches`, in sentences), or what still needs the item (`used_by`)."""

    touches: tuple[str, ...]
    used_by: tuple[str, ...]


def look_at_archiving(collection: str, key: str) -> Archiving:
    """What would happen if an item were archived. Changes nothing."""
    try:
        plan = plan_configuration({collection: {key: None}})
    except Invalid as refusal:
        return Archiving((), tuple(dict.fromkeys(_called(error.field) for error in refusal.errors)))
    return Archiving(tuple(each.sentence for each in plan.touched), ())


def _called(path: str) -> str:
    """`pools[europe].members[0].rep` as `pool europe`."""
    collection, _, rest = path.partition("[")
    kind = COLLECTIONS.get(collection)
    return f"{kind.noun} {rest.partition(']')[0]}" if kind and rest else path


def digest(item: Plain) -> str:
    """What an item looked like when a form was filled from it."""
    return hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:32]


def key_in(collection: str, item: Plain) -> str:
    """The natural key in what was typed."""
    value = str(item.get(_key_field(collection)) or "").strip()
    return value.lower() if collection == "reps" else value


def as_text(collection: str, item: Plain) -> Plain:
    """An item the way people write it (`80%`, `1h`); as it stands when it cannot be read."""
    key = key_in(collection, item)
    try:
        return write_item(collection, read_item(collection, key, item, ""))
    except Invalid:
        return item


def _key_field(collection: str) -> str:
    return COLLECTIONS[collection].key


def _fault(name: str, message: str) -> FieldError:
    return FieldError(name, "duplicate", message)
