"""A prospect's way from the form to the meeting and out of it again, over HTTP as the widget goes it."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests

from app.demo.ports import Ports

EFFECT_PATIENCE = 60.0
PRIYA = "priya@nordlicht.example"
ANSWERS = {
    "name": "Priya Raman",
    "email": PRIYA,
    "company": "Nordlicht Health",
    "country": "DE",
    "postal_code": "10115",
    "employees": "201-500",
    "industry": "healthcare",
}


class CheckFailed(Exception):
    """A step did not do what it should; the words say what was seen."""


class Journey:
    """What Priya knows at each point, and the steps that take her further."""

    def __init__(self, ports: Ports, api_key: str) -> None:
        self.web, self.site, self.mail = (ports.url(name) for name in ("web", "site", "mail"))
        self.google = ports.url("google")
        self.api_key = api_key
        self.request: dict[str, Any] = {}
        self.slots: list[dict[str, Any]] = []
        self.booking: dict[str, Any] = {}

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """The steps in order, each with its name."""
        return [
            ("the sample page carries the widget", self.see_page),
            ("the form is shown", self.see_form),
            ("a request is captured, routed and offered times", self.ask),
            ("more times are listed", self.list_slots),
            ("a time is held", self.hold),
            ("the time is booked, and the same key books once", self.book),
            ("the event is in the rep's Google calendar", self.find_event),
            ("the invitation reached the prospect, once", self.find_invitation),
            ("our confirmation and the rep's brief arrived", self.find_mails),
            ("the decision explains itself and comes out the same again", self.explain),
            ("the meeting is moved, and the event with it", self.move),
            ("the meeting is called off, and the event is gone", self.cancel),
        ]

    def see_page(self) -> str:
        page = requests.get(self.site, timeout=10).text
        expect(f'{self.web}/widget.js" data-form="demo"' in page, "the page does not load the widget")
        script = requests.get(f"{self.web}/widget.js", timeout=10)
        expect(
            script.ok and "javascript" in script.headers["Content-Type"], f"widget.js: {script.status_code}"
        )
        return f"widget.js is {len(script.content)} bytes"

    def see_form(self) -> str:
        form = self._call("GET", "/api/v1/forms/demo", expected=200)
        return f"{len(form['fields'])} fields, {form['meeting_type']['minutes']} minutes"

    def ask(self) -> str:
        made = self._call(
            "POST",
            "/api/v1/forms/demo/requests",
            {"answers": ANSWERS, "timezone": "Europe/Berlin", "locale": "de", "source": {"url": self.site}},
            expected=201,
        )
        self.request = made["request"]
        expect(made["next"]["kind"] == "offer", f"next is {made['next']}")
        self.slots = _slots(made["slots"])
        expect(bool(self.slots), f"no times: {made['slots'].get('reason')}")
        return f"{len(self.slots)} times, the first {self.slots[0]['start']}"

    def list_slots(self) -> str:
        last = self.slots[-1]["start"][:10]
        path = f"/api/v1/requests/{self.request['id']}/slots?from={last}&timezone=Europe/Berlin"
        found = _slots(self._call("GET", path, token=self.request["token"], expected=200))
        self.slots += [slot for slot in found if slot not in self.slots]
        return f"{len(self.slots)} times in all"

    def hold(self) -> str:
        path = f"/api/v1/requests/{self.request['id']}/holds"
        hold = self._call("POST", path, {"start": self._chosen()}, token=self.request["token"], expected=201)
        return f"until {hold['hold']['expires_at']}"

    def book(self) -> str:
        path, body = f"/api/v1/requests/{self.request['id']}/bookings", {"start": self._chosen()}
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        first, again = (
            self._call("POST", path, body, token=self.request["token"], headers=headers, expected=201)
            for _ in range(2)
        )
        self.booking = first["booking"]
        expect(first["booking"]["id"] == again["booking"]["id"], "the same key made two bookings")
        return f"{self.booking['start']} with {(self.booking['rep'] or {}).get('name', 'a rep not named')}"

    def find_event(self) -> str:
        event = wait_for(self._event, "the event")
        expect(
            _instant(event["start"]["dateTime"]) == _instant(self.booking["start"]),
            f"it starts {event['start']}",
        )
        guests = [guest["email"] for guest in event["attendees"]]
        expect(PRIYA in guests, f"its guests are {guests}")
        expect(bool(event.get("conferenceData") or event.get("hangoutLink")), "it has no video link")
        return f"event {event['id'][:12]}... with {', '.join(guests)}"

    def find_invitation(self) -> str:
        invitation = wait_for(lambda: next(iter(self._invitations("REQUEST")), None), "the invitation")
        expect(
            _instant(invitation["start"]) == _instant(self.booking["start"]),
            f"it is for {invitation['start']}",
        )
        expect(_instant(invitation["end"]) == _instant(self.booking["end"]), f"it ends {invitation['end']}")
        expect(PRIYA in invitation["attendees"], f"it invites {invitation['attendees']}")
        uids = {one["uid"] for one in self._invitations("REQUEST")}
        expect(len(uids) == 1, f"Priya was invited to {len(uids)} events")
        return f"from {invitation['organizer']}"

    def find_mails(self) -> str:
        confirmation = wait_for(lambda: self._letter(PRIYA, "/b/"), "a confirmation with a manage link")
        brief = wait_for(lambda: self._letter("remy@acme.test", PRIYA), "the rep's brief")
        return f"{confirmation['subject']!r}, {brief['subject']!r}"

    def explain(self) -> str:
        answer = self._call(
            "GET", f"/api/v1/admin/requests/{self.request['id']}/decision", token=self.api_key, expected=200
        )
        told = " ".join(answer["sentences"])
        rule = answer["route"]["rule"]
        expect(rule == "Healthcare in DACH", f"the rule was {rule}")
        expect("Remy" in told, f"it does not name Remy: {told[:400]}")
        again = answer["verification"]
        expect(set(again.values()) == {"same"}, f"run again it comes out otherwise: {again}")
        return told[:160]

    def move(self) -> str:
        token = self._manage_token()
        path = f"/api/v1/bookings/{self.booking['id']}"
        offered = _slots(self._call("GET", f"{path}/slots", token=token, expected=200))
        start = next(
            slot["start"] for slot in offered if _instant(slot["start"]) != _instant(self.booking["start"])
        )
        self.booking = self._call("POST", f"{path}/reschedule", {"start": start}, token=token, expected=200)[
            "booking"
        ]

        def moved() -> bool:
            event = self._event()
            return event is not None and _instant(event["start"]["dateTime"]) == _instant(start)

        wait_for(moved, "the event to move")
        return f"to {start}"

    def cancel(self) -> str:
        path = f"/api/v1/bookings/{self.booking['id']}/cancel"
        self._call("POST", path, {"reason": "Plans changed"}, token=self._manage_token(), expected=200)
        wait_for(lambda: self._event() is None, "the event to go")
        wait_for(lambda: self._invitations("CANCEL"), "the cancellation to reach the prospect")
        return "and the prospect was told"

    def _chosen(self) -> str:
        return str(self.slots[len(self.slots) // 2]["start"])

    def _manage_token(self) -> str:
        return str(self.booking["manage_url"]).rpartition("t=")[2]

    def _event(self) -> dict[str, Any] | None:
        """The live event of Remy's calendar that has Priya as its guest."""
        answer = requests.get(
            f"{self.google}/__ctl/events", params={"calendar": "remy@acme.test"}, timeout=10
        )
        for event in answer.json():
            guests = [guest["email"] for guest in event.get("attendees", [])]
            if PRIYA in guests and event.get("status") != "cancelled":
                found: dict[str, Any] = event
                return found
        return None

    def _letters(self, to: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.mail}/api/messages", params={"to": to}, timeout=10)
        letters: list[dict[str, Any]] = answer.json()["messages"]
        return letters

    def _letter(self, to: str, containing: str) -> dict[str, Any] | None:
        """The newest mail of ours to somebody that says something; invitations are the provider's."""
        for one in self._letters(to):
            if containing in one["text"] and not (one["invitation"] or {}).get("method"):
                return one
        return None

    def _invitations(self, method: str) -> list[dict[str, Any]]:
        found = (one["invitation"] for one in self._letters(PRIYA))
        return [one for one in found if one and one["method"] == method]

    def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        expected: int,
        token: str = "",
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Call the product as the widget on the sample page does."""
        sent = {"Origin": self.site, **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        answer = requests.request(method, self.web + path, json=body, headers=sent, timeout=20)
        expect(answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text[:400]}")
        return answer.json()


def expect(holds: bool, otherwise: str) -> None:
    """Raise CheckFailed with the words when it does not hold."""
    if not holds:
        raise CheckFailed(otherwise)


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """Look until something is there, and return it; raise CheckFailed after a minute."""
    until = time.monotonic() + EFFECT_PATIENCE
    while not (found := look()):
        expect(time.monotonic() < until, f"waited {EFFECT_PATIENCE:.0f} s for {what} in vain")
        time.sleep(0.1)
    return found


def _slots(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [slot for day in answer["days"] for slot in day["slots"]]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
