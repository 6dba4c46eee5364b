"""What goes wrong, at random from a seed: processes die, connections break, services fail and lose answers."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg
import requests

from app.demo.children import Child
from app.postgres import EmbeddedPostgres, PostgresUnavailable
from tests.fixtures.product import Product

SIDES = ("google", "microsoft")
REACHED_AT = "https://scheduler.test"
"""What services are told is our address: they insist on https. They are shown the way to the web server."""

OPEN_CHANNELS = """
from app.factory import create_app
from app.usecases.push_channels import defer_channels
with create_app().app_context():
    assert defer_channels()
"""
AWAY = (psycopg.Error, PostgresUnavailable, ProcessLookupError, AssertionError, requests.RequestException)
"""Whom trouble was meant for is in trouble already."""

USUAL = {"copies": 1, "is_dropping": False, "delay": 0.0}
MESSAGES = ({"copies": 4}, {"is_dropping": True}, {"delay": 2.5}, {}, {"copies": 3, "delay": 1.0})
"""Messages of changes come in four, not at all, after later ones, as usual, or late and in three."""


@dataclass
class Havoc:
    """One trouble after the other; `happened` counts them by name."""

    product: Product
    postgres: EmbeddedPostgres
    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin; whoever dies is started again, as a supervisor does."""
        self._have_us_told()
        for work in (self._wreak, self._look_after):
            thread = threading.Thread(target=work)
            thread.start()
            self._threads.append(thread)

    def calm(self) -> None:
        """No more troubles; services are well again. Who died is still started again until `end`."""
        self._stop.set()
        self._threads[0].join()
        for side in SIDES:
            self.product.control(side, "heal")
            self.product.control(side, "notices", **USUAL)

    def heard(self) -> int:
        """How many messages of changes were taken."""
        return sum(
            answer["status"] in {202, 204}
            for side in SIDES
            for answer in requests.get(
                f"{self.product.ports.url(side)}/__ctl/notices",
                timeout=20,
                verify=str(self.product.authority) if side == "microsoft" else True,
            ).json()
        )

    def end(self) -> None:
        """Nobody is looked after any longer."""
        self._over = True
        self._threads[1].join()

    _over: bool = False

    def _have_us_told(self) -> None:
        """Let the worker ask services for messages, and let these find the web server."""
        worker = self._child("worker")
        worker.env = {**worker.env, "PUBLIC_BASE_URL": REACHED_AT}
        worker.stop()
        worker.start()
        for side in SIDES:
            self.product.control(side, "notices", routes={REACHED_AT: self.product.web})
        usual, self.product.environment = self.product.environment, dict(worker.env)
        self.product.run("-c", OPEN_CHANNELS)
        self.product.environment = usual

    def _look_after(self) -> None:
        while not self._over:
            self.product.crew.look_after()
            if self.postgres.has_ended or not self.postgres.is_owner:
                with suppress(PostgresUnavailable, psycopg.Error):  # it is tried again
                    self.postgres.stop()
                    self.postgres.start()
            time.sleep(0.2)

    def _wreak(self) -> None:
        chance = random.Random(self.seed)
        troubles: list[tuple[str, Callable[[random.Random], None]]] = [
            ("worker killed", lambda _: self._kill("worker")),
            ("web server killed", lambda _: self._kill("web")),
            ("database connections cut", lambda _: self._cut()),
            ("database killed", self._kill_database),
            ("messages go astray", self._lead_astray),
            ("service refuses", self._refuse),
            ("answer lost after the work", self._lose),
            ("service hangs", self._hang),
        ]
        while not self._stop.wait(chance.uniform(0.8, 3.0)):
            name, trouble = chance.choices(troubles, weights=(4, 1, 3, 1, 4, 4, 5, 2))[0]
            with suppress(*AWAY):
                trouble(chance)
                self.happened[name] += 1

    def _kill(self, name: str) -> None:
        child = self._child(name)
        if child.pid is not None and child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)

    def _child(self, name: str) -> Child:
        return next(each for each in self.product.crew.children if each.name == name)

    def _kill_database(self, chance: random.Random) -> None:
        """At once and without a word, or with just enough time to hang up; it recovers from its log."""
        if self.postgres.pid is not None and not self.postgres.has_ended:
            os.kill(self.postgres.pid, chance.choice((signal.SIGKILL, signal.SIGQUIT)))

    def _lead_astray(self, chance: random.Random) -> None:
        self.product.control(chance.choice(SIDES), "notices", **USUAL | chance.choice(MESSAGES))

    def _cut(self) -> None:
        url = self.postgres.url_of("postgres", superuser=True).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname IS NOT NULL AND datname <> 'postgres'"
            )

    def _refuse(self, chance: random.Random) -> None:
        self.product.control(
            chance.choice(SIDES),
            "fail",
            kind="status",
            path="*",
            status=chance.choice((429, 500, 503)),
            times=4,
        )

    def _lose(self, chance: random.Random) -> None:
        method = chance.choice(("POST", "PATCH", "DELETE"))
        self.product.control(
            chance.choice(SIDES), "fail", kind="reset-after", method=method, path="*events*", times=2
        )

    def _hang(self, chance: random.Random) -> None:
        self.product.control(
            chance.choice(SIDES), "fail", kind="status", path="*", status=504, delay=4, times=2
        )
