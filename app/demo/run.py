"""`scheduler demo`: the whole product on one machine, with everything it talks to.

The embedded database, the stand-ins, the mail sink and the sample site come up together; then the schema and the
company; then the web server and the worker; then the reps connect their calendars over HTTP as they would.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

from app.demo.children import Child, Crew
from app.demo.ports import Ports
from app.demo.settings import child_environment, make_environment
from app.demo.words import SIGN_INS, DemoFailed, Words
from app.postgres import EmbeddedPostgres, PostgresUnavailable
from app.postgres.files import write_private
from app.postgres.locks import FileLock

PATIENCE = 120.0
READY = "demo.json"


class Demo:
    """One running demo: its database, its processes, its words."""

    def __init__(self, data_dir: Path, port: int, words: Words) -> None:
        self.data_dir, self.ports, self.words = data_dir.absolute(), Ports(port), words
        self.logs = self.data_dir / "logs"
        self.crew = Crew()
        self.stopping = threading.Event()
        self._postgres: EmbeddedPostgres | None = None

    def run(self) -> None:
        """Start everything, look after it until somebody asks to stop, and stop it all. Raises DemoFailed."""
        self._prepare()
        lock = FileLock(self.data_dir / "demo.lock")
        if not lock.try_acquire():
            raise DemoFailed(f"A demo already runs on {self.data_dir}. Stop it, or choose another DATA_DIR.")
        (self.data_dir / READY).unlink(missing_ok=True)  # left by one that was killed
        try:
            with _stop_on_signals(self.stopping):
                self._start()
                self._look_after()
        finally:
            self.stop()
            lock.close()

    def stop(self) -> None:
        """Stop all that was started."""
        (self.data_dir / READY).unlink(missing_ok=True)
        self.crew.stop()
        if self._postgres is not None:
            self._postgres.stop()
            self._postgres = None

    def _prepare(self) -> None:
        taken = self.ports.find_taken()
        if taken:
            names = ", ".join(f"{number} ({name})" for name, number in taken)
            raise DemoFailed(
                f"These ports are in use: {names}. Stop what listens there, or choose another row of seven with "
                f"PORT=9000 make demo."
            )
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True, mode=0o700)

    def _start(self) -> None:
        began = time.monotonic()
        self.words.say(f"Starting the demo; data is kept in {self.data_dir}")
        with self.words.step("database"):
            env = child_environment(make_environment(self.data_dir, self.ports, self._database_url()))
        with self.words.step("stand-ins for Google and Microsoft, mail, Acme's website"):
            self._start_surroundings(env)
            self._once("migrate", env, "-m", "app.cli.main", "migrate")
            self._wait_for("site", "mail", "google", "microsoft", "feeds")
        with self.words.step("company, people, accounts"):
            self._once("seed", env, "-m", "app.demo.seed", "company")
        with self.words.step("web server and worker"):
            self._add("web", env, "-m", "app.cli.main", "serve")
            self._add("worker", env, "-m", "app.cli.main", "worker")
            self._wait_for("web")
        with self.words.step("calendars connected"):
            self._once("seed", env, "-m", "app.demo.seed", "calendars")
        self._announce()
        self.words.show_addresses(self.ports, self.data_dir)
        self.words.say(f"  Ready after {time.monotonic() - began:.1f} s.")

    def _start_surroundings(self, env: Mapping[str, str]) -> None:
        ports = self.ports
        mail = str(self.data_dir / "mail")
        self._add("mail", env, "-m", "app.demo.mail", mail, str(ports.smtp), str(ports.mail))
        self._add("stand-ins", env, "-m", "app.demo.stand_ins")
        self._add("site", env, "-m", "app.demo.site", str(ports.site), ports.url("web"))

    def _database_url(self) -> str:
        """The database of `DATABASE_URL` if that is set, else our own."""
        if chosen := os.environ.get("DATABASE_URL"):
            return chosen
        self._postgres = EmbeddedPostgres(self.data_dir / "postgres")
        try:
            return self._postgres.start().url
        except PostgresUnavailable as error:
            raise DemoFailed(str(error)) from error

    def _look_after(self) -> None:
        while not self.stopping.wait(0.25):
            for news in self.crew.look_after():
                self.words.say(f"  {news}")
            if self._postgres is not None and self._postgres.has_ended:
                self.words.say("  the database ended and starts again")
                self._postgres.stop()
                self._postgres.start()
        self.words.say("\nStopping.")

    def _add(self, name: str, env: Mapping[str, str], *arguments: str) -> None:
        self.crew.add(Child(name, [sys.executable, *arguments], env, self.logs))

    def _once(self, name: str, env: Mapping[str, str], *arguments: str) -> None:
        child = Child(name, [sys.executable, *arguments], env, self.logs)
        if child.run(timeout=PATIENCE) != 0:
            raise DemoFailed(f"{name} failed:\n{child.last_words()}\n(the whole log: {child.log})")

    def _wait_for(self, *names: str) -> None:
        """Wait until each of these servers answers; give up as soon as a process keeps ending."""
        until = time.monotonic() + PATIENCE
        for name in names:
            while not self._answers(name):
                self._give_up_if_hopeless(until, name)
                time.sleep(0.05)

    def _answers(self, name: str) -> bool:
        authority = self.data_dir / "tls" / "ca.pem"
        path = "/readyz" if name == "web" else "/healthz" if name in {"site", "mail"} else "/"
        try:
            verify = str(authority) if name == "microsoft" else True
            answer = requests.get(
                self.ports.url(name) + path, timeout=5, verify=verify, allow_redirects=False
            )
        except (requests.RequestException, OSError):
            return False
        return answer.status_code < 500

    def _give_up_if_hopeless(self, until: float, name: str) -> None:
        if self.stopping.is_set():
            raise DemoFailed("Stopped while starting.")
        for child in self.crew.children:
            if child.poll() is not None:
                raise DemoFailed(f"{child.name} ended while starting:\n{child.last_words()}\n({child.log})")
        if time.monotonic() > until:
            raise DemoFailed(f"{name} did not answer within {PATIENCE:.0f} s; its log is in {self.logs}")

    def _announce(self) -> None:
        """Leave the addresses in a file, for checks and tests."""
        addresses = {
            name: self.ports.url(name) for name in ("web", "site", "google", "microsoft", "feeds", "mail")
        }
        facts = {
            "addresses": addresses,
            "people": {name.lower(): email for name, _, email in SIGN_INS},
            "api_key": (self.data_dir / "api-key").read_text(),
        }
        write_private(self.data_dir / READY, json.dumps(facts))


@contextlib.contextmanager
def _stop_on_signals(stopping: threading.Event) -> Iterator[None]:
    """While the block runs, SIGINT, SIGTERM and SIGHUP ask for an orderly end."""

    def ask(*_: object) -> None:
        stopping.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_demo(data_dir: Path, port: int, words: Words | None = None) -> int:
    """Run the demo until it is stopped; return an exit code. What went wrong is said in words."""
    words = words or Words()
    try:
        Demo(data_dir, port, words).run()
    except DemoFailed as failure:
        words.say(f"\n{failure}")
        return 1
    return 0
