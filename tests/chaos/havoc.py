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

from tests.fixtures.product import Product

SIDES = ("google", "microsoft")


@dataclass
class Havoc:
    """One trouble after the other; `happened` counts them by name."""

    product: Product
    admin_url: str
    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin; whoever dies is started again, as a supervisor does."""
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

    def end(self) -> None:
        """Nobody is looked after any longer."""
        self._over = True
        self._threads[1].join()

    _over: bool = False

    def _look_after(self) -> None:
        while not self._over:
            self.product.crew.look_after()
            time.sleep(0.2)

    def _wreak(self) -> None:
        chance = random.Random(self.seed)
        troubles: list[tuple[str, Callable[[random.Random], None]]] = [
            ("worker killed", lambda _: self._kill("worker")),
            ("web server killed", lambda _: self._kill("web")),
            ("database connections cut", lambda _: self._cut()),
            ("service refuses", self._refuse),
            ("answer lost after the work", self._lose),
            ("service hangs", self._hang),
        ]
        while not self._stop.wait(chance.uniform(1.0, 3.5)):
            name, trouble = chance.choices(troubles, weights=(4, 1, 3, 4, 5, 2))[0]
            with suppress(psycopg.Error, ProcessLookupError, AssertionError):
                trouble(chance)
                self.happened[name] += 1

    def _kill(self, name: str) -> None:
        child = next(each for each in self.product.crew.children if each.name == name)
        if child.pid is not None and child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)

    def _cut(self) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
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
