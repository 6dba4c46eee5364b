"""Refusals in Google's words."""

from typing import Any

from flask import Response, jsonify

from app.demo.stand_in import Fault

_MESSAGES = {
    "authError": "Invalid Credentials",
    "required": "Login Required.",
    "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
    "quotaExceeded": "Calendar usage limits exceeded.",
    "insufficientPermissions": "Request had insufficient authentication scopes.",
    "requiredAccessLevel": "You need to have writer access to this calendar.",
    "forbidden": "Forbidden",
    "notFound": "Not Found",
    "duplicate": "The requested identifier already exists.",
    "deleted": "Resource has been deleted",
    "fullSyncRequired": "Sync token is no longer valid, a full sync is required.",
    "conditionNotMet": "Precondition Failed",
    "timeRangeEmpty": "The specified time range is empty.",
    "timeRangeTooLong": "The requested time range is too long.",
    "backendError": "Backend Error",
}
_USUAL = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    410: "deleted",
    429: "rateLimitExceeded",
}
_OF_OAUTH = {
    "invalid_grant",
    "invalid_client",
    "unauthorized_client",
    "deleted_client",
    "temporarily_unavailable",
}
_DOMAINS = {
    "rateLimitExceeded": "usageLimits",
    "userRateLimitExceeded": "usageLimits",
    "quotaExceeded": "usageLimits",
    "accessNotConfigured": "usageLimits",
    "fullSyncRequired": "calendar",
    "requiredAccessLevel": "calendar",
    "timeRangeEmpty": "calendar",
}


class OAuthError(Exception):
    """A refusal by the sign-in server: OAuth's code, words and status."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


class Refused(Exception):
    """The API says no. `location` names the parameter at fault."""

    def __init__(
        self, status: int, reason: str, message: str | None = None, location: str | None = None
    ) -> None:
        super().__init__(reason)
        self.status, self.reason, self.location = status, reason, location
        self.message = message or _MESSAGES.get(reason, reason)


def render_refusal(refused: Refused) -> Response:
    """The error document that Calendar v3 answers with."""
    detail: dict[str, Any] = {
        "domain": _DOMAINS.get(refused.reason, "global"),
        "reason": refused.reason,
        "message": refused.message,
    }
    if refused.location:
        detail |= {"locationType": "parameter", "location": refused.location}
    error = {"code": refused.status, "message": refused.message, "errors": [detail]}
    response = jsonify({"error": error})
    response.status_code = refused.status
    return response


def render_fault(fault: Fault) -> Response:
    """A scripted refusal. Those of the token endpoint have OAuth's shape, told by a reason that OAuth knows."""
    if fault.reason in _OF_OAUTH:
        response = jsonify({"error": fault.reason, "error_description": "scripted"})
        response.status_code = fault.status
    else:
        reason = fault.reason or _USUAL.get(fault.status, "backendError")
        response = render_refusal(Refused(fault.status, reason))
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response
