"""Which pages may use which form: the browser's Origin against the form's list. No cookies are involved."""

from urllib.parse import urlsplit

from flask import Response, current_app, request

from app import clock
from app.config import Settings
from app.db import db
from app.errors import OriginRefused
from app.store.company import CompanyView, FormView, load_company

_MAX_AGE = "7200"
_CHECKED = "scheduler.origin_was_checked"


def check_origin(form: FormView) -> None:
    """Raise OriginRefused when a browser sends this request from a page the form does not list.

    Requests without an Origin come from servers and scripts, which no list can bind.
    """
    origin = request.headers.get("Origin")
    if origin and origin not in form.origins and origin != own_origin():
        raise OriginRefused(f"{origin} is not among the pages where this form may stand")
    request.environ[_CHECKED] = True


def own_origin() -> str:
    """The origin of our own pages."""
    settings: Settings = current_app.extensions["settings"]
    parts = urlsplit(settings.public_base_url)
    return f"{parts.scheme}://{parts.netloc}"


def form_by_id(company: CompanyView, form_id: int) -> FormView | None:
    """A form in use by its key."""
    return next((form for form in company.forms.values() if form.id == form_id), None)


def answer_preflight() -> Response | None:
    """Answer a browser's question whether it may ask: yes for the origins that any form lists."""
    if request.method != "OPTIONS":
        return None
    response = Response(status=204)
    response.headers["Allow"] = "GET, POST, DELETE, OPTIONS"
    return allow_origin(response)


def allow_origin(response: Response) -> Response:
    """Let the listed page read the answer, a refusal included."""
    origin = request.headers.get("Origin")
    response.headers.add("Vary", "Origin")
    if origin and (_CHECKED in request.environ or origin == own_origin() or origin in _listed()):
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = (
                "GET, POST, DELETE, OPTIONS"  # asked to warm a preflight
            )
            headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
            headers["Access-Control-Max-Age"] = _MAX_AGE
    return response


def _listed() -> frozenset[str]:
    company = load_company(db.session(), clock.now().date())
    return frozenset().union(*(form.origins for form in company.forms.values()))
