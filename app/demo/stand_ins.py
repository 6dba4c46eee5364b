"""`python -m app.demo.stand_ins`: the services the product talks to, in one process, until interrupted.

Google and Microsoft with their calendars, and a server of iCalendar feeds. Everything they need is in the demo's
settings; they know nothing of the product's database.
"""

import os
import signal
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from app.demo.feeds import acme_feeds, create_feeds
from app.demo.google import create_google
from app.demo.google.seed import demo_seed
from app.demo.microsoft import App, acme_mailboxes, certificate_in, create_microsoft
from app.demo.ports import HOST, Ports
from app.demo.settings import GOOGLE_CALLBACK, MICROSOFT_CALLBACK
from app.demo.stand_in import Server, serve


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
    return serve(app, HOST, ports.google)


def _microsoft(environ: Mapping[str, str], ports: Ports, kept: Path, tls: Path) -> Server:
    callback = environ["PUBLIC_BASE_URL"] + MICROSOFT_CALLBACK
    product = App(environ["MS_CLIENT_ID"], environ["MS_CLIENT_SECRET"], redirect_uris=(callback,))
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
