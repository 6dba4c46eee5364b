"""The configuration for programs: export, plan, apply, patch, history, undo, router drafts."""

from flask import Response, jsonify

from app.api.configuration_shapes import (
    CheckBody,
    CompareQuery,
    ConfigurationPlan,
    ConfigurationResult,
    PastChange,
    PastChanges,
    PatchBody,
    PruneQuery,
    PublishBody,
    RevisionPath,
    RouterPath,
    RouterReview,
    VersionComparison,
)
from app.api.keyring import caller, needs
from app.api.shapes import PageQuery, PlainObject
from app.configuration.schema import json_schema
from app.db import db
from app.scopes import Scope
from app.store.configuration.history import list_changes
from app.usecases.change_configuration import apply_document, change_configuration, undo_change
from app.usecases.compare_versions import compare_versions
from app.usecases.export_configuration import export_configuration
from app.usecases.plan_configuration import plan_configuration, plan_document
from app.usecases.publish_router import publish_router
from app.usecases.save_router_draft import review_current, review_router, save_router_draft
from app.web.openapi import answer, api_blueprint, refusals

PAGE = 50

api = api_blueprint("admin_configuration", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.get("/configuration", responses={200: PlainObject})
@needs(Scope.CONFIGURATION_READ)
def get_configuration() -> Response:
    """The whole configuration as a document, with its revision and without secrets."""
    return answer(PlainObject(export_configuration()))


@api.get("/configuration/schema", responses={200: PlainObject})
@needs(Scope.CONFIGURATION_READ)
def get_configuration_schema() -> Response:
    """The JSON Schema of the document."""
    return jsonify(json_schema())


@api.put("/configuration", responses={200: ConfigurationResult, **refusals(409)})
@needs(Scope.CONFIGURATION_WRITE)
def put_configuration(query: PruneQuery, body: PlainObject) -> Response:
    """Bring the configuration to a document. With its `revision`, what changed since is not overwritten (409)."""
    result = apply_document(body.root, caller().actor, "api", prune=query.prune)
    return answer(ConfigurationResult.model_validate(result.to_json()))


@api.post("/configuration/plan", responses={200: ConfigurationPlan, **refusals(409)})
@needs(Scope.CONFIGURATION_READ)
def plan_configuration_document(query: PruneQuery, body: PlainObject) -> Response:
    """What applying a document would change, which future meetings it touches, what to look out for."""
    plan = plan_document(body.root, prune=query.prune)
    return answer(ConfigurationPlan.model_validate(plan.to_json()))


@api.patch("/configuration", responses={200: ConfigurationResult, **refusals(409)})
@needs(Scope.CONFIGURATION_WRITE)
def patch_configuration(body: PatchBody) -> Response:
    """Change, add or archive single items."""
    result = change_configuration(body.patch, caller().actor, "api", body.expected_revision)
    return answer(ConfigurationResult.model_validate(result.to_json()))


@api.post("/configuration/patches/plan", responses={200: ConfigurationPlan})
@needs(Scope.CONFIGURATION_READ)
def plan_configuration_patch(body: PatchBody) -> Response:
    """What a patch would change."""
    return answer(ConfigurationPlan.model_validate(plan_configuration(body.patch).to_json()))


@api.get("/configuration/changes", responses={200: PastChanges})
@needs(Scope.CONFIGURATION_READ)
def list_configuration_changes(query: PageQuery) -> Response:
    """What was changed, newest first."""
    rows = list_changes(db.session(), query.before, PAGE + 1)
    changes = [PastChange.model_validate(row, from_attributes=True) for row in rows[:PAGE]]
    return answer(PastChanges(changes=changes, next=changes[-1].revision if len(rows) > PAGE else None))


@api.post("/configuration/changes/<int:revision>/undo", responses={200: ConfigurationResult, **refusals(409)})
@needs(Scope.CONFIGURATION_WRITE)
def undo_configuration_change(path: RevisionPath) -> Response:
    """Take back one change, as a new change. Refused (409) when what it touched was changed again since."""
    result = undo_change(path.revision, caller().actor, "api undo")
    return answer(ConfigurationResult.model_validate(result.to_json()))


@api.put("/routers/<string:router>/draft", responses={200: RouterReview})
@needs(Scope.CONFIGURATION_WRITE)
def put_router_draft(path: RouterPath, body: PlainObject) -> Response:
    """Keep a draft of a router's rules and say what publishing it would mean; a draft may have faults."""
    review = save_router_draft(path.router, body.root, caller().actor)
    return answer(RouterReview.model_validate(review.to_json()))


@api.post("/routers/<string:router>/publish", responses={200: ConfigurationResult, **refusals(409)})
@needs(Scope.CONFIGURATION_WRITE)
def publish_router_draft(path: RouterPath, body: PublishBody) -> Response:
    """Put the draft into force as a new, immutable version."""
    result = publish_router(path.router, caller().actor, body.note, body.expected_revision)
    return answer(ConfigurationResult.model_validate(result.to_json()))


@api.post("/routers/<string:router>/check", responses={200: RouterReview, **refusals(404)})
@needs(Scope.CONFIGURATION_READ)
def check_router_rules(path: RouterPath, body: CheckBody) -> Response:
    """Everything there is to say about rules before they go live: those sent, the draft, or what is in force."""
    document = body.document
    review = review_current(path.router) if document is None else review_router(path.router, document)
    return answer(RouterReview.model_validate(review.to_json()))


@api.get("/routers/<string:router>/changes", responses={200: VersionComparison, **refusals(404)})
@needs(Scope.CONFIGURATION_READ)
def compare_router_versions(path: RouterPath, query: CompareQuery) -> Response:
    """What differs between two versions of a router, in sentences; by default from what is in force to the draft."""
    comparison = compare_versions(path.router, query.from_, query.to)
    return answer(VersionComparison.model_validate(comparison.to_json()))
