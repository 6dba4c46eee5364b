"""Graph's $batch: up to twenty calls in one, each with an answer of its own inside a 200.

Source: https://learn.microsoft.com/graph/json-batching
"""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.test import Client

from app.demo.microsoft.errors import GraphError

JSON = dict[str, Any]
_MOST = 20
_METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE"}
_FAILED = 400
_DEPENDENCY = {"error": {"code": "FailedDependency", "message": "A request it depends on has failed."}}


def add_batch_call(graph: Blueprint) -> None:
    """Register the call."""

    @graph.post("/$batch")
    def batch() -> Response:
        parts = _read(request.get_json(silent=True))
        client, answers = Client(current_app.wsgi_app), dict[str, JSON]()
        for part in parts:
            failed = any(answers[each]["status"] >= _FAILED for each in part.get("dependsOn") or ())
            answers[part["id"]] = _failed(part) if failed else _call(client, part)
        # in any order: whoever relies on the order of the questions is to notice
        return jsonify({"responses": list(reversed(answers.values()))})


def _read(body: Any) -> list[JSON]:
    parts = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(parts, list) or not 1 <= len(parts) <= _MOST:
        raise GraphError(400, "BadRequest", "Between 1 and 20 requests may be in a batch.")
    seen: list[str] = []
    for part in parts:
        if not part.get("id") or part["id"] in seen:
            raise GraphError(400, "BadRequest", "Each request of a batch needs an id of its own.")
        if part.get("method") not in _METHODS or not str(part.get("url", "")).startswith("/"):
            raise GraphError(400, "BadRequest", "Each request of a batch needs a method and a relative url.")
        if not set(part.get("dependsOn") or ()) <= set(seen):
            raise GraphError(400, "BadRequest", "A request may depend on requests before it.")
        seen.append(part["id"])
    _check_order(parts)
    return parts


def _check_order(parts: list[JSON]) -> None:
    """All at once, or strictly one after the other; nothing in between."""
    chain = [part.get("dependsOn") or [] for part in parts]
    in_turn = [[], *([part["id"]] for part in parts[:-1])]
    if any(chain) and chain != in_turn:
        raise GraphError(400, "BadRequest", "A batch is either fully parallel or fully sequential.")


def _call(client: Client, part: JSON) -> JSON:
    headers = {"Authorization": request.headers.get("Authorization", ""), **(part.get("headers") or {})}
    answer = client.open(
        f"/v1.0{part['url']}",
        method=part["method"],
        base_url=request.host_url,
        headers=headers,
        json=part.get("body") if "body" in part else None,
    )
    shown = {name: value for name, value in answer.headers.items() if name in ("Content-Type", "Retry-After")}
    body = answer.get_json(silent=True)
    return {"id": part["id"], "status": answer.status_code, "headers": shown, "body": body}


def _failed(part: JSON) -> JSON:
    return {"id": part["id"], "status": 424, "headers": {}, "body": _DEPENDENCY}
