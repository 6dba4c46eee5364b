"""`scheduler serve`: the web server (granian)."""

import os

import click
from flask import Flask

TARGETS = {"all": "app.cli.serve:create_whole_app", "public": "app.cli.serve:create_public_app"}
WORKER_LIFETIME = 6 * 3600
SLOW_HEADERS = 10_000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on. [default: PORT, or 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes. [default: a core each, at most 4]")
@click.option("--only", type=click.Choice(["public"]), help="Serve prospects only: no console has a route.")
def serve(host: str, port: int | None, workers: int | None, only: str | None) -> None:
    """Serve the widget, the public API and, unless `--only public`, the consoles."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings

    from app.config import load_settings

    settings = load_settings()  # what is wrong with them is said here, once, and not by every process
    Granian(
        TARGETS[only or "all"],
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port or settings.port,
        workers=workers or min(os.cpu_count() or 1, 4),
        blocking_threads=settings.database_pool_size,
        backlog=1024,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=SLOW_HEADERS),
        respawn_failed_workers=True,
        workers_lifetime=WORKER_LIFETIME,
        workers_kill_timeout=20,
    ).serve()


def create_whole_app() -> Flask:
    """The whole application, for the server to load."""
    from app.factory import create_app

    _warm_up()
    return create_app()


def create_public_app() -> Flask:
    """The application as prospects meet it, for the server to load."""
    from app.factory import Surface, create_app

    _warm_up()
    return create_app(surface=Surface.PUBLIC)


def _warm_up() -> None:
    """Read the names of countries and the lists of mail services now, so that the first prospect does not wait."""
    from app.enrichment.addresses import is_free_mail
    from app.enrichment.places import find_place

    find_place("Germany")
    is_free_mail("priya@example.com")
