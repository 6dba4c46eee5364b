"""Every refusal on the wire: RFC 9457 problem documents with a stable `code`.

`install_problems(app)` answers everything under `/api/` with `application/problem+json`. Pages elsewhere are
rendered by `app.extensions["error_page"]`, a function from a `Problem` to a response, when somebody has set it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, current_app, json, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from app.db import OUTAGES
from app.errors import ApplicationError, Unauthenticated, Unavailable
from app.log import get_logger

log = get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:scheduler:"

_CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
    414: "too-large",
    415: "unsupported-media-type",
    429: "rate-limited",
    431: "too-large",
    500: "internal",
    503: "unavailable",
}
_REPLACED_HEADERS = {"content-type", "content-length"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: status, stable code, a title that names the kind, a detail that says what to do."""

    status: int
    code: str
    title: str
    detail: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The document's members; `extra` stands beside the standard ones, as RFC 9457 wants it."""
        return {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.extra,
        }


def problem_of(error: ApplicationError | HTTPException) -> Problem:
    """What is told about an error; of an unexpected one (500) nothing but that it happened."""
    if isinstance(error, ApplicationError):
        return Problem(
            error.status, error.code, error.title, error.detail, error.extra, _application_headers(error)
        )
    status = error.code or 500
    title = HTTP_STATUS_CODES.get(status, "Error")
    detail = "Something went wrong on our side" if status == 500 else error.description or title
    kept = {
        name: value for name, value in error.get_headers() if name.lower() not in _REPLACED_HEADERS
    }  # Allow, WWW-Authenticate, Retry-After
    return Problem(status, _CODES.get(status, "error"), title, detail, headers=kept)


def problem_response(problem: Problem) -> Response:
    """The problem as `application/problem+json`, never stored by anybody."""
    response = Response(json.dumps(problem.to_json()), status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def install_problems(app: Flask) -> None:
    """Answer every expected refusal, and the unexpected ones, with a problem document or an error page."""
    app.register_error_handler(ApplicationError, _answer)
    app.register_error_handler(HTTPException, _answer)
    for outage in OUTAGES:
        app.register_error_handler(outage, _answer_outage)


def _answer_outage(error: Exception) -> Response:
    log.error("database.unavailable", error=type(error).__name__)
    return _answer(Unavailable())


def _answer(error: Exception) -> Response:
    assert isinstance(error, ApplicationError | HTTPException)
    problem = problem_of(error)
    render_page = current_app.extensions.get("error_page")
    if render_page is None or request.path.startswith("/api/"):
        return problem_response(problem)
    return current_app.make_response(render_page(problem))


def _application_headers(error: ApplicationError) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    retry_after = getattr(error, "retry_after", None)
    return {"Retry-After": str(retry_after)} if retry_after is not None else {}
