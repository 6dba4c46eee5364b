"""`python -m app.demo.stand_ins`: the services the product talks to, in one process, until interrupted.

Google and Microsoft with their calendars, and a server of iCalendar feeds. Everything they need is in the demo's
settings; they know nothing of the product's database.
"""

import json
import os
import signal
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from app.demo.feeds import acme_feeds, create_feeds
from app.demo.google import create_google
from app.demo.google.delegation import new_key, take_key
from app.demo.google.seed import demo_seed
from app.demo.google.world import World
from app.demo.microsoft import App, acme_mailboxes, certificate_in, create_microsoft
from app.demo.ports import HOST, Ports
from app.demo.settings import GOOGLE_CALLBACK, MICROSOFT_CALLBACK
from app.demo.stand_in import Server, serve
from app.postgres.files import write_private
from calendars.providers import google_company, microsoft_company

SERVICE_KEY = "google-service-account.json"


def main(environ: Mapping[str, str] = os.environ) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    ports, data_dir = Ports(int(environ["PORT"])), Path(environ["DATA_DIR"])
    kept = data_dir / "stand-ins"
    kept.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_google(environ, ports, kept))
        stack.enter_context(_microsoft(environ, ports, kept, data_dir / "tls"))
        stack.enter_context(serve(create_feeds(acme_feeds(), now=None), HOST, ports.feeds))
        print("the stand-ins are up", flush=True)
        stop.wait()


def _google(environ: Mapping[str, str], ports: Ports, kept: Path) -> Server:
    seed = demo_seed(
        client_id=environ["GOOGLE_CLIENT_ID"],
        client_secret=environ["GOOGLE_CLIENT_SECRET"],
        redirect_uris=[environ["PUBLIC_BASE_URL"] + GOOGLE_CALLBACK],
    )
    app = create_google(seed, smtp=(HOST, ports.smtp), state_file=kept / "google.json")
    _let_act_for_everybody(app.extensions["google"](), kept.parent / SERVICE_KEY, environ["GOOGLE_TOKEN_URI"])
    return serve(app, HOST, ports.google)


def _let_act_for_everybody(world: World, path: Path, token_uri: str) -> None:
    """A service account that Acme's administrator allowed everything it needs; its key lies in the data directory, to
    be pasted into the console."""
    if not path.exists():
        email = "scheduler@acme-demo.iam.gserviceaccount.com"
        write_private(path, json.dumps(new_key(email, "109876543210987654321", token_uri), indent=2))
    take_key(world, json.loads(path.read_text()), "acme.test").delegated = list(google_company.SCOPES)


def _microsoft(environ: Mapping[str, str], ports: Ports, kept: Path, tls: Path) -> Server:
    callback = environ["PUBLIC_BASE_URL"] + MICROSOFT_CALLBACK
    product = App(environ["MS_CLIENT_ID"], environ["MS_CLIENT_SECRET"], redirect_uris=(callback,))
    product.roles = microsoft_company.PERMISSIONS
    app = create_microsoft(
        acme_mailboxes(datetime.now(UTC), [product]),
        smtp=(HOST, ports.smtp),
        state_file=kept / "microsoft.json",
        now=None,
        base_url=ports.url("microsoft"),
    )
    return serve(app, "localhost", ports.microsoft, certificate_in(tls).server_context())


if __name__ == "__main__":
    main()
