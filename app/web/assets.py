"""Static files under names that change with their content, so that browsers may keep them for a year."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Blueprint, Flask, Response, url_for

from app.errors import NotFound
from app.web.policy import Policy, policy
from app.web.route_class import RouteClass

assets = Blueprint("assets", __name__)

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
_FOREVER = "public, max-age=31536000, immutable"


def register_assets(app: Flask) -> None:
    """Serve `app/web/static` and give templates `asset("console.css")`."""
    app.register_blueprint(assets)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a static file, with its content's digest in it. Raises NotFound."""
    stem, _, kind = name.rpartition(".")
    return url_for("assets.show", name=f"{stem}.{_digest(name)}.{kind}")


@assets.get("/static/<name>")
@policy(Policy.PUBLIC, route_class=RouteClass.STATIC)
def show(name: str) -> Response:
    """One static file. Under an outdated digest it answers too, but is not kept."""
    parts = name.split(".")
    plain = f"{parts[0]}.{parts[-1]}"
    content = _read(plain)
    is_current = len(parts) == 3 and parts[1] == _digest(plain)
    response = Response(content, content_type=_TYPES[parts[-1]])
    response.headers["Cache-Control"] = _FOREVER if is_current else "no-cache"
    return response


@assets.get("/favicon.ico")
@policy(Policy.PUBLIC, route_class=RouteClass.STATIC)
def favicon() -> Response:
    """The icon that browsers ask for unasked."""
    response = Response(_read("favicon.svg"), content_type=_TYPES["svg"])
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _folder() -> Traversable:
    return files("app.web") / "static"


@cache
def _known() -> frozenset[str]:
    return frozenset(entry.name for entry in _folder().iterdir() if entry.name.rpartition(".")[2] in _TYPES)


@cache
def _read(name: str) -> bytes:
    if name not in _known():
        raise NotFound(f"There is no file called {name}.")
    return (_folder() / name).read_bytes()


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(_read(name)).hexdigest()[:12]
