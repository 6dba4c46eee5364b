"""A process that does one thing of the product and is killed at the Nth moment that matters.

Moments are found, not listed: before and after each commit, each request to a calendar service, and each mail. So
whatever is added to the product has its moments from the first day. `python -m tests.faults.dying` reads orders from
its input and forks for each, so that the application is loaded once.
"""

import json
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import event
from sqlalchemy.orm import Session, configure_mappers

from app.services import services
from tests.faults.deeds import act
from tests.fixtures.company import SECRET, TOKEN_KEY

FINISHED = "finished"


@dataclass
class Mortal:
    """Orders a process about."""

    process: "subprocess.Popen[str]"

    def do(self, deed: str, moment: int, **arguments: Any) -> str:
        """Have it done by a process that is killed at this moment (0 is the first). Returns the moment's name, or
        `finished` if it did not come that far."""
        assert self.process.stdin is not None and self.process.stdout is not None
        print(json.dumps([deed, moment, arguments]), file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()


@contextmanager
def mortal() -> Iterator[Mortal]:
    """The process, over the present application's settings and database."""
    made = services().settings.model_dump(mode="json", exclude={"secret_key", "token_keys"})
    environment = {key.upper(): str(value) for key, value in made.items() if value is not None}
    environment |= {"SECRET_KEY": SECRET, "TOKEN_KEYS": TOKEN_KEY, "LOG_LEVEL": "CRITICAL"}
    environment["GOOGLE_CLIENT_SECRET"] = services().settings.google_client_secret.get_secret_value()
    command = [sys.executable, "-m", "tests.faults.dying"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=os.environ | environment, stdin=pipe, stdout=pipe, text=True
    ) as process:
        try:
            yield Mortal(process)
        finally:
            process.kill()


class _Moments:
    """Counts what matters, and ends the process at one of them without any good-bye."""

    def __init__(self, last: int, said: int) -> None:
        self._left, self._said = last, said

    def watch(self) -> None:
        event.listen(Session, "before_commit", lambda session: self._pass_by("before a commit"))
        event.listen(Session, "after_commit", lambda session: self._pass_by("after a commit"))
        self._around(requests.Session, "send", lambda args: _where(args[1]))
        self._around(smtplib.SMTP, "send_message", lambda args: "a mail")

    def _pass_by(self, name: str) -> None:
        if self._left == 0:
            os.write(self._said, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def _around(self, owner: type, method: str, name: Callable[[tuple[Any, ...]], str]) -> None:
        bare = getattr(owner, method)

        def watched(*args: Any, **kwargs: Any) -> Any:
            self._pass_by(f"before {name(args)}")
            result = bare(*args, **kwargs)
            self._pass_by(f"after {name(args)}")
            return result

        setattr(owner, method, watched)


def _where(request: requests.PreparedRequest) -> str:
    return f"{request.method} {urlsplit(request.url or '').path}"


def _live_once(deed: str, moment: int, arguments: dict[str, Any]) -> str:
    """Fork, do it in the child, and say how the child ended."""
    reading, said = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _Moments(moment, said).watch()
            act(deed, **arguments)
            code = 0
        finally:
            os._exit(code)
    os.close(said)
    with os.fdopen(reading) as words:
        name = words.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return name
    return FINISHED if os.WEXITSTATUS(status) == 0 else "failed"


def _load() -> None:
    """What each child would load anew."""
    for name in ("calendars.providers.google", "email.policy", "cryptography.fernet"):
        import_module(name)
    configure_mappers()
    assert services().secrets


if __name__ == "__main__":
    from app.factory import Surface, create_app

    with create_app(surface=Surface.PUBLIC).app_context():
        _load()
        for line in sys.stdin:
            print(_live_once(*json.loads(line)), flush=True)
