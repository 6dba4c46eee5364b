"""For those who run it: is it alive, is it ready, and how much is going on."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from app.clock import now
from app.db import db
from app.log import get_logger
from app.store.health import find_heartbeat, find_revision, read_gauges
from app.store.lives import is_paused
from app.web.policy import Policy, policy
from app.web.route_class import RouteClass

log = get_logger(__name__)
health = Blueprint("health", __name__)

_SILENT_FOR = timedelta(seconds=90)


@health.get("/healthz")
@policy(Policy.PUBLIC, route_class=RouteClass.PLAIN)
def alive() -> Response:
    """The process answers. Asks nothing of anybody else, so that a slow database restarts no web server."""
    return jsonify(status="ok")


@health.get("/readyz")
@policy(Policy.PUBLIC, route_class=RouteClass.PLAIN)
def ready() -> tuple[Response, int]:
    """Whether prospects can be served. A missing worker is reported but does not take the web server away:
    bookings are kept and their effects follow when it is back."""
    checks = _checks()
    is_ready = checks["database"] == "ok" and checks["migrations"] == "ok"
    return jsonify(status="ready" if is_ready else "not-ready", checks=checks), 200 if is_ready else 503


@health.get("/metrics")
@policy(Policy.PUBLIC, route_class=RouteClass.PLAIN)
def metrics() -> Response:
    """Prometheus text, for scrapers on our own network only."""
    if not _is_neighbor():
        abort(404)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Database())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _checks() -> dict[str, str]:
    try:
        revision = find_revision(db.session())
    except Exception as error:
        log.warning("readiness.database", reason=type(error).__name__)
        db.session.rollback()
        return {
            "database": "unreachable, or never migrated",
            "migrations": "unknown",
            "life": "unknown",
            "worker": "unknown",
        }
    head = _head()
    beat = find_heartbeat(db.session()) if revision == head else None
    is_restored = revision == head and is_paused(db.session())
    return {
        "database": "ok",
        "migrations": "ok" if revision == head else f"at {revision}, needs {head}: run `scheduler migrate`",
        "life": "restored: nothing goes out before `scheduler restore finish`" if is_restored else "ok",
        "worker": "ok" if beat and now() - beat < _SILENT_FOR else "silent: start `scheduler worker`",
    }


@cache
def _head() -> str | None:
    from alembic.script import ScriptDirectory

    migrate = current_app.extensions["migrate"].migrate
    return ScriptDirectory.from_config(migrate.get_config()).get_current_head()


def _is_neighbor() -> bool:
    try:
        caller = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    # through a proxy that we were not told of, everybody looks like a neighbor
    return caller.is_private and "X-Forwarded-For" not in request.headers


class _Database(Collector):
    def collect(self) -> Iterator[Any]:
        """The counts of this moment."""
        for gauge in read_gauges(db.session()):
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=[gauge.label])
            for key, value in sorted(gauge.values.items()):
                family.add_metric([key], value)
            yield family
