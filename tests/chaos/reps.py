"""A rep who moves and deletes meetings in their own calendar, as people do."""

import random
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from calendars.providers.google_busy import BOOKING
from tests.fixtures.product import Product

REMY = "remy@acme.test"


@dataclass
class BusyRep:
    """Remy, on Google's screen. `edited` are the meetings whose entries he touched: those go where he put them, or
    ask him; what their prospects were promised no longer binds."""

    product: Product
    seed: int
    edited: set[str] = field(default_factory=set)
    moved: int = 0
    deleted: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Let him loose."""
        self._thread = threading.Thread(target=self._live)
        self._thread.start()

    def stop(self) -> None:
        """No more edits."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _live(self) -> None:
        chance = random.Random(self.seed * 7)
        while not self._stop.wait(chance.uniform(3.0, 7.0)):
            with suppress(requests.RequestException, AssertionError):
                if entries := self._entries():
                    self._edit(chance, chance.choice(entries))

    def _entries(self) -> list[dict[str, Any]]:
        url = f"{self.product.ports.url('google')}/__ctl/events"
        found = requests.get(url, params={"calendar": REMY}, timeout=20).json()
        return [each for each in found if _mark(each) and each["status"] != "cancelled"]

    def _edit(self, chance: random.Random, entry: dict[str, Any]) -> None:
        self.edited.add(_mark(entry))  # before it is done: the answer may be lost
        if chance.random() < 0.3:
            self.product.control("google", "mutate-event", op="delete", email=REMY, id=entry["id"])
            self.deleted += 1
            return
        by = timedelta(minutes=30 * chance.choice((-2, -1, 1, 2, 3)))
        fields = {edge: _later(entry[edge], by) for edge in ("start", "end")}
        self.product.control("google", "mutate-event", op="change", email=REMY, id=entry["id"], fields=fields)
        self.moved += 1


def _mark(entry: dict[str, Any]) -> str:
    return str(entry.get("extendedProperties", {}).get("private", {}).get(BOOKING, ""))


def _later(edge: dict[str, str], by: timedelta) -> dict[str, str]:
    return {**edge, "dateTime": (datetime.fromisoformat(edge["dateTime"]) + by).isoformat()}
