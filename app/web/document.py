"""The OpenAPI 3.1 document, composed of what the blueprints declared and of what is the same everywhere."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from flask_openapi3.blueprint import APIBlueprint

from app.web.problems import MEDIA_TYPE

TITLE = "Smart scheduler"
VERSION = "1"
BEARER_SCHEMES = {
    "requestToken": "The token of a request, from the answer that made it",
    "manageToken": "The token of a meeting's manage link",
    "apiKey": "A key for the admin API, made in the console or by `POST /api/v1/admin/keys`",
}
_PREFIX = "#/components/schemas/"
_METHODS = {"get", "put", "post", "delete", "patch"}

PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `errors` names each wrong field of a 422.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}


def compose(blueprints: Sequence[APIBlueprint]) -> dict[str, Any]:
    """One document. Raises ValueError when two blueprints mean different things by one name."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    for blueprint in blueprints:
        for path, item in blueprint.paths.items():
            paths.setdefault(path, {}).update(_plain(item))
        for name, schema in blueprint.components_schemas.items():
            _add(schemas, name, _plain(schema))
    for path, _, operation in _operations(paths):
        _complete(path, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                name: {"type": "http", "scheme": "bearer", "description": words}
                for name, words in BEARER_SCHEMES.items()
            },
        },
    }


def _plain(model: Any) -> dict[str, Any]:
    plain: dict[str, Any] = model.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
    return plain


def _add(schemas: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    if schemas.setdefault(name, schema) != schema:
        raise ValueError(f"two API models are called {name} and differ")


def _operations(paths: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in paths.items():
        for method in sorted(_METHODS & item.keys()):
            yield path, method, item[method]


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Add the refusals that follow from an operation's shape, and give all refusals their one form."""
    responses = operation.setdefault("responses", {})
    for status in _implied(path, operation):
        responses.setdefault(str(status), {})
    for status, response in responses.items():
        response.setdefault("description", "")
        response["description"] = response["description"] or HTTPStatus(int(status)).phrase
        if int(status) >= 400:
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": _PREFIX + "Problem"}}}
        if int(status) in {429, 503}:
            response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    operation["responses"] = dict(sorted(responses.items()))


def _implied(path: str, operation: dict[str, Any]) -> set[int]:
    found: set[int] = set()
    if operation.get("requestBody"):
        found |= {400, 413, 415, 422}
    if operation.get("parameters"):
        found.add(422)
    if operation.get("security"):
        found |= {401, 403}
    if "{" in path:
        found.add(404)
    return found
