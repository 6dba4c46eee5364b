"""The widget's files: a loader whose address never changes, and everything else under names that never lie."""

from flask import Blueprint, Response, request

from app.errors import NotFound
from app.web.policy import Policy, policy
from app.web.route_class import RouteClass
from widget.assets import SERVED_UNDER, Asset, build_assets

scripts = Blueprint("widget_scripts", __name__)

_LOADER = "public, max-age=300, stale-while-revalidate=86400"
_FOREVER = "public, max-age=31536000, immutable"


@scripts.get("/widget.js")
@policy(Policy.PUBLIC, route_class=RouteClass.SCRIPT)
def loader() -> Response:
    """The script that a page of any origin embeds."""
    return _serve(build_assets().loader, _LOADER)


@scripts.get(f"{SERVED_UNDER}<name>")
@policy(Policy.PUBLIC, route_class=RouteClass.STATIC)
def asset(name: str) -> Response:
    """A bundle, a style sheet or a language's words, named by its contents."""
    found = build_assets().find(name)
    if found is None:
        raise NotFound
    return _serve(found, _FOREVER)


def _serve(asset: Asset, cached: str) -> Response:
    is_zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(asset.zipped() if is_zipped else asset.body, content_type=asset.media_type)
    response.headers["Vary"] = "Accept-Encoding"
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = cached
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Timing-Allow-Origin"] = "*"
    response.set_etag(asset.etag + ("-gzip" if is_zipped else ""))
    response.make_conditional(request)
    return response
