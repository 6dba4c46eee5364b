"""`python -m app.demo.mail FOLDER SMTP_PORT VIEWER_PORT`: the sink and its page, until interrupted."""

import signal
import sys
import threading
from pathlib import Path

from app.demo.mail.mailbox import Mailbox
from app.demo.mail.sink import start_sink
from app.demo.mail.viewer import create_viewer
from app.demo.stand_in import serve

HOST = "127.0.0.1"


def main(folder: str, smtp_port: str, viewer_port: str) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    mailbox = Mailbox(Path(folder))
    sink = start_sink(mailbox, HOST, int(smtp_port))
    with serve(create_viewer(mailbox), HOST, int(viewer_port)):
        print(f"mail is kept in {folder}", flush=True)
        stop.wait()
    sink.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
