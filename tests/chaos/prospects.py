"""Prospects who book, move and cancel over HTTP, and remember what they were promised."""

import random
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.fixtures.product import Product

ZONE = "Europe/Berlin"
COUNTRIES = ("DE", "ES", "US", "FR", "GB")


@dataclass
class Promise:
    """A meeting that was acknowledged. `is_certain` is False when the last change of it got no answer."""

    booking: str
    email: str
    token: str
    start: str
    is_cancelled: bool = False
    is_certain: bool = True


@dataclass
class Prospects:
    """So many people at once, each doing one thing after the other until told to stop."""

    product: Product
    seed: int
    promises: list[Promise] = field(default_factory=list)
    refused: int = 0
    moved: int = 0
    silent: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, count: int) -> None:
        """Let them loose."""
        for number in range(count):
            thread = threading.Thread(
                target=self._live, args=(random.Random(self.seed * 1000 + number), number)
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let each finish what it does."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _live(self, chance: random.Random, number: int) -> None:
        for turn in range(10_000):
            if self._stop.is_set():
                return
            promise = self._book(chance, f"prospect-{number}-{turn}@globex{number}.test")
            if promise is not None:
                self.promises.append(promise)
                if chance.random() < 0.25:
                    self._cancel(promise)
                elif chance.random() < 0.5:
                    self._move(chance, promise)

    def _book(self, chance: random.Random, email: str) -> Promise | None:
        answers = {
            "name": "Pat Prospect",
            "email": email,
            "country": chance.choice(COUNTRIES),
            "employees": "51-200",
            "industry": "retail",
        }
        made = self._insist("forms/demo/requests", {"answers": answers, "timezone": ZONE, "locale": "en"})
        body = made.json() if made is not None and made.status_code == 201 else {}
        times = [slot["start"] for day in (body.get("slots") or {}).get("days", []) for slot in day["slots"]]
        if not times:
            self.refused += 1
            return None
        request, start = body["request"], chance.choice(times[:40])
        booked = self._insist(f"requests/{request['id']}/bookings", {"start": start}, request["token"])
        if booked is None or booked.status_code != 201:
            self.refused += 1
            return None
        booking = booked.json()["booking"]
        return Promise(booking["id"], email, booking["manage_url"].partition("?t=")[2], booking["start"])

    def _cancel(self, promise: Promise) -> None:
        done = self._insist(f"bookings/{promise.booking}/cancel", {"reason": "chaos"}, promise.token)
        promise.is_cancelled = done is not None and done.status_code == 200
        promise.is_certain = done is not None

    def _move(self, chance: random.Random, promise: Promise) -> None:
        address = f"{self.product.web}/api/v1/bookings/{promise.booking}/slots"
        try:
            listed = requests.get(
                address, params={"timezone": ZONE}, headers=_bearer(promise.token), timeout=20
            ).json()
            times = [slot["start"] for day in listed["days"] for slot in day["slots"]]
        except (requests.RequestException, ValueError, KeyError):
            return
        if not times:
            return
        start = chance.choice(times[:40])
        done = self._insist(f"bookings/{promise.booking}/reschedule", {"start": start}, promise.token)
        if done is None:
            promise.is_certain = False
        elif done.status_code == 200:
            promise.start = done.json()["booking"]["start"]
            self.moved += 1

    def _insist(self, path: str, body: dict[str, Any], token: str = "") -> requests.Response | None:
        """Send, and send again with the same key while nobody answers or the service is busy."""
        headers = {**_bearer(token), "Idempotency-Key": str(uuid.uuid4())}
        for _ in range(12):
            with suppress(requests.RequestException):
                answer = requests.post(
                    f"{self.product.web}/api/v1/{path}", json=body, headers=headers, timeout=30
                )
                if answer.status_code < 500:
                    return answer
            time.sleep(0.7)
        self.silent += 1
        return None


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
