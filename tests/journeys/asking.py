"""Other prospects, over HTTP as the widget goes it: they ask, they hold a time, they book."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from tests.fixtures.product import Product


@dataclass
class Asked:
    """One request and the times it was offered."""

    product: Product
    answers: dict[str, str]
    timezone: str
    request: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)
    starts: list[datetime] = field(default_factory=list)

    def hold(self, start: datetime) -> None:
        """Have a time kept."""
        self._call(f"/requests/{self.request['id']}/holds", {"start": start.isoformat()})

    def book(self, start: datetime) -> dict[str, Any]:
        """Book a time; the booking."""
        answer = self._call(f"/requests/{self.request['id']}/bookings", {"start": start.isoformat()})
        booking: dict[str, Any] = answer["booking"]
        return booking

    def _call(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Origin": self.product.site, "Idempotency-Key": str(uuid.uuid4())}
        if self.request:
            headers["Authorization"] = f"Bearer {self.request['token']}"
        answer = requests.post(f"{self.product.web}/api/v1{path}", json=body, headers=headers, timeout=60)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def send(self) -> "Asked":
        """Send the form."""
        body = {"answers": self.answers, "timezone": self.timezone, "locale": "en", "source": {}}
        made = self._call("/forms/demo/requests", body)
        self.request, self.next = made["request"], made["next"]
        days = (made.get("slots") or {}).get("days", [])
        self.starts = [datetime.fromisoformat(slot["start"]) for day in days for slot in day["slots"]]
        return self


def ask(product: Product, email: str, timezone: str, **answers: str) -> Asked:
    """Somebody sends Acme's form."""
    given = {
        "name": "Paula Prospect",
        "email": email,
        "company": "Tidewater",
        "employees": "51-200",
        **answers,
    }
    return Asked(product, given, timezone).send()
