"""Replays: past requests under a draft or another version, started and read in the console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.admin.blueprint import admin
from app.db import db
from app.errors import ApplicationError, Conflict, NotFound
from app.store.pages.setup import find_router, list_versions, name_reps
from app.store.replays import ReplayView, find_replay_view, list_replays, read_rows
from app.usecases.replay_words import changes_csv, place_words, sentences, unknowns
from app.usecases.start_replay import DRAFT, ReplayOrder, cancel_replay, start_replay
from app.web.actor import current_actor
from app.web.policy import Policy, policy

PERIODS = (("7d", "Last 7 days"), ("30d", "Last 30 days"), ("90d", "Last 90 days"), ("365d", "Last year"))
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Bar:
    """A count before and after, with both as parts of the largest in the picture."""

    name: str
    before: int
    after: int
    most: int

    @property
    def words(self) -> str:
        """The same as a sentence."""
        return f"{self.name}: {self.before} before, {self.after} after"


@admin.get("/routers/<name>/replay")
@policy(Policy.MANAGER)
def router_replays(name: str) -> str:
    """Start a replay, and those that were made."""
    return _page(name)


@admin.post("/routers/<name>/replay")
@policy(Policy.MANAGER)
def router_replay_start(name: str) -> AnyResponse | tuple[str, int]:
    """Start one; its page shows how far it is."""
    order = ReplayOrder(name, request.form.get("rules", DRAFT), request.form.get("since", "90d"))
    try:
        made = start_replay(order, current_actor())
    except ApplicationError as refusal:
        return _page(name, refusal.detail), 422
    return redirect(url_for("admin.router_replay", public_id=made), 303)


@admin.get("/replays/<public_id>")
@policy(Policy.MANAGER)
def router_replay(public_id: str) -> str:
    """How far it is, and what it found."""
    session, view = db.session(), _get(public_id)
    names = name_reps(session)
    rows = list(read_rows(session, view.key, SHOWN + 1)) if view.result else []
    return render_template(
        "admin/replay.html",
        row=find_router(session, view.router),
        tab="replay",
        view=view,
        sentences=sentences(view.result) if view.result else [],
        unknowns=unknowns(view.result) if view.result else [],
        charts=_charts(view.result, names) if view.result else [],
        changes=rows[:SHOWN],
        more=len(rows) > SHOWN,
        place=lambda place: place_words(place, names),
        names=names,
    )


@admin.get("/replays/<public_id>/changes.csv")
@policy(Policy.MANAGER)
def router_replay_csv(public_id: str) -> Response:
    """The requests that would be decided differently."""
    session = db.session()
    text = changes_csv(read_rows(session, _get(public_id).key), name_reps(session))
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{public_id}.csv"'
    return response


@admin.post("/replays/<public_id>/cancel")
@policy(Policy.MANAGER)
def router_replay_cancel(public_id: str) -> AnyResponse:
    """Stop it."""
    try:
        cancel_replay(public_id, current_actor())
        flash("The replay is stopped.", "good")
    except Conflict as refusal:
        flash(f"Not stopped: {refusal.detail}.", "bad")
    return redirect(url_for("admin.router_replay", public_id=public_id), 303)


def _page(name: str, problem: str | None = None) -> str:
    session = db.session()
    row = find_router(session, name)
    if row is None:
        raise NotFound(f"There is no router called {name}.")
    versions = [(str(each.number), f"Version {each.number}") for each in list_versions(session, name)]
    choices = [*([(DRAFT, "The draft")] if row.draft else []), *versions]
    return render_template(
        "admin/replays.html",
        row=row,
        tab="replay",
        choices=choices,
        chosen=request.form.get("rules"),
        periods=PERIODS,
        since=request.form.get("since", "90d"),
        replays=list_replays(session, name),
        problem=problem,
    )


def _charts(result: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str, Sequence[Bar]]]:
    """Pictures of before and after: a title, what is counted, and the bars."""
    before, after, turns = result["before"], result["after"], result["turns"]
    found = [
        ("Where requests go", "Requests", _bars(before["places"], after["places"], names)),
        ("Meetings by rep", "Meetings", _bars(turns["before"], turns["after"], names)),
        ("Verdicts", "Requests", _bars(before["verdicts"], after["verdicts"], names)),
        ("How they came there", "Requests", _bars(before["reached"], after["reached"], names)),
    ]
    return [each for each in found if each[2]]


_MOST_BARS = 15


def _bars(before: Mapping[str, int], after: Mapping[str, int], names: Mapping[str, str]) -> list[Bar]:
    keys = sorted({*before, *after}, key=lambda key: (-max(before.get(key, 0), after.get(key, 0)), key))
    most = max([*before.values(), *after.values()], default=0)
    return [Bar(_name(key, names), before.get(key, 0), after.get(key, 0), most) for key in keys[:_MOST_BARS]]


def _name(key: str, names: Mapping[str, str]) -> str:
    return names.get(key) or place_words(key, names).replace("_", " ")


def _get(public_id: str) -> ReplayView:
    view = find_replay_view(db.session(), public_id)
    if view is None:
        raise NotFound("There is no such replay.")
    return view
