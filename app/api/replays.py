"""Replays of past requests: start one, look at how far it is, read what it found."""

from flask import Response

from app.api.keyring import caller, needs
from app.api.replay_shapes import Replay, ReplayBody, ReplayLine, ReplayPath, Replays
from app.db import db
from app.errors import FieldError, Invalid, NotFound
from app.scopes import Scope
from app.store.pages.setup import name_reps
from app.store.replays import ReplayView, find_replay_view, list_replays, read_rows
from app.usecases.replay_words import changes_csv, sentences, unknowns
from app.usecases.start_replay import ReplayOrder, cancel_replay, start_replay
from app.web.openapi import answer, api_blueprint, refusals

api = api_blueprint("admin_replays", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.post("/replays", responses={202: Replay, **refusals(404)})
@needs(Scope.SIMULATE)
def start_router_replay(body: ReplayBody) -> Response:
    """Run past requests through a router's draft or version, in the background. Nobody is moved."""
    rules = body.rules
    if body.rules == "version":
        if body.version is None:
            raise Invalid([FieldError("version", "missing", "is required with rules: version")])
        rules = str(body.version)  # type: ignore[assignment]
    made = start_replay(ReplayOrder(body.router, rules, body.since, body.until), caller().actor)
    return _answer(_get(made), 202)


@api.get("/replays", responses={200: Replays})
@needs(Scope.SIMULATE)
def list_router_replays() -> Response:
    """The newest hundred."""
    rows = list_replays(db.session())
    return answer(Replays(replays=[ReplayLine.model_validate(row, from_attributes=True) for row in rows]))


@api.get("/replays/<string:replay>", responses={200: Replay, **refusals(404)})
@needs(Scope.SIMULATE)
def get_replay(path: ReplayPath) -> Response:
    """How far it is, and what it found."""
    return _answer(_get(path.replay))


@api.post("/replays/<string:replay>/cancel", responses={200: Replay, **refusals(404, 409)})
@needs(Scope.SIMULATE)
def cancel_router_replay(path: ReplayPath) -> Response:
    """Stop it."""
    cancel_replay(path.replay, caller().actor)
    return _answer(_get(path.replay))


@api.get(
    "/replays/<string:replay>/changes.csv", responses={200: {"content": {"text/csv": {}}}, **refusals(404)}
)
@needs(Scope.SIMULATE)
def get_replay_changes(path: ReplayPath) -> Response:
    """The requests that would be decided differently, a line each."""
    session = db.session()
    text = changes_csv(read_rows(session, _get(path.replay).key), name_reps(session))
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{path.replay}.csv"'
    return response


def _get(public_id: str) -> ReplayView:
    view = find_replay_view(db.session(), public_id)
    if view is None:
        raise NotFound
    return view


def _answer(view: ReplayView, status: int = 200) -> Response:
    result = dict(view.result) if view.result else None
    return answer(
        Replay.model_validate(
            {
                **{name: getattr(view, name) for name in Replay.model_fields if hasattr(view, name)},
                "state": view.state.value,
                "result": result,
                "sentences": sentences(result) if result else [],
                "not_known": unknowns(result) if result else [],
            }
        ),
        status,
    )
