"""How Graph and Entra say no."""

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify


class GraphError(Exception):
    """A refusal by Graph: HTTP status, stable code, words, and headers to go with it."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def graph_error(error: GraphError) -> Response:
    """The body Graph wraps a refusal in."""
    inner = {"date": _stamp("T"), "request-id": str(uuid.uuid4()), "client-request-id": str(uuid.uuid4())}
    answer = jsonify({"error": {"code": error.code, "message": error.message, "innerError": inner}})
    answer.status_code = error.status
    answer.headers.update(error.headers)
    return answer


class EntraError(Exception):
    """A refusal by the token endpoint: OAuth `error`, AADSTS number, words."""

    def __init__(
        self, error: str, number: int, message: str, *, status: int = 400, suberror: str | None = None
    ) -> None:
        super().__init__(message)
        self.error = error
        self.number = number
        self.message = message
        self.status = status
        self.suberror = suberror


def entra_error(refusal: EntraError) -> Response:
    """The body Entra answers with; decide by `error` and `error_codes`, never by the text."""
    trace, correlation, stamp = str(uuid.uuid4()), str(uuid.uuid4()), _stamp(" ") + "Z"
    text = (
        f"AADSTS{refusal.number}: {refusal.message} "
        f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
    )
    body: dict[str, Any] = {
        "error": refusal.error,
        "error_description": text,
        "error_codes": [refusal.number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={refusal.number}",
    }
    if refusal.suberror:
        body["suberror"] = refusal.suberror
    answer = jsonify(body)
    answer.status_code = refusal.status
    return answer


def _stamp(between: str) -> str:
    return datetime.now(UTC).strftime(f"%Y-%m-%d{between}%H:%M:%S")
