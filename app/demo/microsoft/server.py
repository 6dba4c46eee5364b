"""Puts the Microsoft stand-in together."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from app.demo.microsoft import memory
from app.demo.microsoft.batch import add_batch_call
from app.demo.microsoft.control import control_blueprint, scripted_refusal
from app.demo.microsoft.courier import Courier
from app.demo.microsoft.entra import entra_blueprint
from app.demo.microsoft.events_api import add_event_calls
from app.demo.microsoft.gate import Throttle
from app.demo.microsoft.graph import graph_blueprint
from app.demo.microsoft.mailbox import Mailbox
from app.demo.microsoft.pages import pages_blueprint
from app.demo.microsoft.signing import Signer
from app.demo.microsoft.subscriptions import Subscriptions
from app.demo.microsoft.subscriptions_api import add_subscription_calls
from app.demo.microsoft.world import Seed, World
from app.demo.stand_in import Clock, Outbox, StandIn, install


def create_microsoft(
    seed: Seed,
    *,
    smtp: tuple[str, int] | None,
    state_file: Path | None,
    now: Callable[[], datetime] | None,
    base_url: str,
) -> Flask:
    """Entra at `/<tenant>/…`, Graph at `/v1.0`, pages for people at `/`, tests' door at `/__ctl/`.

    `base_url` is the https address it is reached under (no slash at the end); `smtp` where invitations are mailed
    to, `state_file` where the world is kept between starts: None for neither.
    """
    parts = StandIn(Clock(now), Outbox(smtp))
    world = World(seed, parts.clock)
    memory.load(world, state_file)
    mailbox = Mailbox(world, Courier(world, parts.outbox))

    def reset() -> None:
        world.reset(seed)
        subscriptions.reset()

    def settle() -> None:
        subscriptions.tell()
        memory.save(world, state_file)

    app = Flask(__name__)
    app.register_blueprint(pages_blueprint(world))
    subscriptions = Subscriptions(world, parts.notices)
    app.register_blueprint(control_blueprint(world, mailbox, subscriptions))
    graph = graph_blueprint(world, base_url)
    add_event_calls(graph, mailbox, base_url)
    add_subscription_calls(graph, subscriptions)
    add_batch_call(graph)
    app.register_blueprint(graph)
    app.register_blueprint(entra_blueprint(world, Signer(), base_url))
    install(
        app,
        parts,
        refuse=scripted_refusal,
        on_reset=reset,
        after=settle,
    )
    app.wsgi_app = Throttle(app, world)  # type: ignore[method-assign]
    return app
