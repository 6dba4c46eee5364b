"""`python -m app.demo.site PORT SCHEDULER_URL`: Acme's website, until interrupted."""

import signal
import sys
import threading

from app.demo.ports import HOST
from app.demo.site.pages import create_site
from app.demo.stand_in import serve


def main(port: str, scheduler_url: str) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serve(create_site(scheduler_url), HOST, int(port)) as server:
        print(f"Acme's website is at {server.url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
