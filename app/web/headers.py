"""Security headers by class of route: one table, applied to every answer, error pages included."""

import secrets

from flask import Flask, Response, current_app, g, request

from app.config import Settings
from app.web.policy import rule_of
from app.web.route_class import RouteClass

_YEAR = 365 * 24 * 3600
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"

_PAGES = {RouteClass.PAGE, RouteClass.CONSOLE, RouteClass.MANAGE, RouteClass.EMBED}
_ISOLATED = {RouteClass.PAGE, RouteClass.CONSOLE, RouteClass.MANAGE}
_CACHED = {RouteClass.SCRIPT, RouteClass.STATIC}


def csp_nonce() -> str:
    """The nonce of this answer's own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def allow_form_targets(*origins: str) -> None:
    """Let this page's forms end at `origins` too: browsers apply form-action to the redirects of a form."""
    g.form_targets = (*g.get("form_targets", ()), *origins)


def allow_framing(*origins: str) -> None:
    """Let pages of `origins` frame this answer (embed pages only); without any, only our own pages may."""
    g.frame_ancestors = origins


def register_headers(app: Flask, settings: Settings) -> None:
    """Send the matrix with every answer."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def add_headers(response: Response) -> Response:
        _apply(response, _class_of_request(), is_secure=settings.is_secure)
        return response


def _class_of_request() -> RouteClass:
    rule = rule_of(current_app, request.endpoint)
    if rule is not None:
        return rule.route_class
    return RouteClass.API if request.path.startswith("/api/") else RouteClass.PAGE


def _apply(response: Response, kind: RouteClass, *, is_secure: bool) -> None:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Content-Security-Policy", _content_security_policy(kind))
    if is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains")
    if kind in _PAGES:
        headers.setdefault("Permissions-Policy", _PERMISSIONS)
    if kind in _ISOLATED:
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("X-Robots-Tag", "noindex")
    if kind is RouteClass.EMBED:
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
    if kind in _CACHED:
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"


def _content_security_policy(kind: RouteClass) -> str:
    if kind not in _PAGES:
        return "default-src 'none'; frame-ancestors 'none'"
    form_targets = " ".join(("'self'", *g.get("form_targets", ())))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{csp_nonce()}' 'strict-dynamic'",
            "style-src 'self'",
            "img-src 'self' https: data:" if kind is not RouteClass.CONSOLE else "img-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action {form_targets}",
            "base-uri 'none'",
            "object-src 'none'",
            f"frame-ancestors {_frame_ancestors(kind)}",
        )
    )


def _frame_ancestors(kind: RouteClass) -> str:
    if kind is not RouteClass.EMBED:
        return "'none'"
    return " ".join(g.get("frame_ancestors", ())) or "'self'"
