"""The demo's Google accounts: three reps with the weeks that reps have, and plenty of room to book."""

from collections.abc import Sequence
from datetime import date
from typing import Any

Event = dict[str, Any]

_WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def demo_seed(
    *, client_id: str, client_secret: str, redirect_uris: Sequence[str], monday: date | None = None
) -> dict[str, Any]:
    """The seed for `create_google`. Days count from `monday`, by default that of the present week."""
    client = {"id": client_id, "secret": client_secret, "redirect_uris": list(redirect_uris)}
    seed: dict[str, Any] = {
        "clients": [client],
        "accounts": {"remy@acme.test": _remy(), "ravi@acme.test": _ravi(), "ruth@acme.test": _ruth()},
    }
    return seed | ({"monday": monday} if monday else {})


def _remy() -> dict[str, Any]:
    return {
        "name": "Remy Brandt",
        "timezone": "Europe/Berlin",
        "calendars": [
            {"id": "sales-emea@group.calendar.google.com", "name": "Sales EMEA", "role": "reader"},
        ],
        "events": [
            _timed("Team stand-up", 0, "09:15", "09:30", repeat=_WEEKDAYS),
            _timed("Pipeline review", 0, "14:00", "15:00", repeat="FREQ=WEEKLY", **{"except": [7]}),
            _timed("1:1 with Mia", 1, "11:00", "11:30", repeat="FREQ=WEEKLY", **_invited("mia@acme.test")),
            _timed("Lunch", 2, "12:30", "13:15", repeat="FREQ=WEEKLY;BYDAY=WE,FR"),
            _timed("Demo: Nordlicht Health", 1, "15:00", "16:00", guests=["it@nordlicht.example"]),
            _timed("Contract call: Alpenwerk", 3, "10:00", "11:00", guests=["einkauf@alpenwerk.example"]),
            _timed("Maybe: partner breakfast", 2, "09:30", "10:30", status="tentative"),
            _timed("Product webinar", 3, "15:00", "16:30", **_invited("events@acme.test", "declined")),
            _timed("Focus: proposal writing", 4, "13:30", "15:30", type="focusTime"),
            _timed("Reading the release notes", 1, "16:30", "17:00", show="free"),
            _whole("Working from home", 2, type="workingLocation", show="free"),
            _timed("Out of office: dentist", 8, "09:00", "11:00", type="outOfOffice"),
            _whole("Company day", 10),
            _whole("Mia's birthday", 9, show="free"),
            _timed("Demo: Rheintal Logistik", 7, "13:00", "14:00", guests=["rheintal@prospect.example"]),
            _timed("Quarterly planning", 11, "09:00", "12:00", **_invited("mia@acme.test", "needsAction")),
            _whole(
                "Trade fair, Hannover",
                15,
                days=2,
                calendar="sales-emea@group.calendar.google.com",
                where="Hannover",
            ),
        ],
    }


def _ravi() -> dict[str, Any]:
    return {
        "name": "Ravi Menon",
        "timezone": "America/New_York",
        "calendars": [{"id": "ravi-private@group.calendar.google.com", "name": "Private"}],
        "events": [
            _timed("East coast sync", 0, "09:30", "10:00", repeat="FREQ=WEEKLY;BYDAY=MO,WE,FR"),
            _timed("Forecast call", 1, "16:00", "16:45", repeat="FREQ=WEEKLY", **_invited("mia@acme.test")),
            _timed("Demo: Hudson Clinics", 0, "13:00", "14:00", guests=["ops@hudson.example"]),
            _timed("Onsite: Beacon Freight", 2, "13:00", "16:00", where="350 5th Ave, New York"),
            _timed("Hold: renewal Liberty", 3, "11:00", "12:00", status="tentative"),
            _timed("Lunch and learn", 4, "12:00", "13:00", **_invited("people@acme.test", "tentative")),
            _timed("Vendor pitch", 1, "10:00", "11:00", **_invited("sales@vendor.example", "declined")),
            _timed(
                "School run",
                0,
                "15:15",
                "15:45",
                repeat=_WEEKDAYS,
                calendar="ravi-private@group.calendar.google.com",
            ),
            _whole("Office: 12th floor", 1, type="workingLocation", show="free"),
            _whole("Out of office", 9, type="outOfOffice"),
            _timed("Demo: Catskill Labs", 7, "11:00", "11:45", guests=["lab@catskill.example"]),
            _timed("Red-eye to SFO", 10, "22:00", "01:30"),
        ],
    }


def _ruth() -> dict[str, Any]:
    return {
        "name": "Ruth Lindqvist",
        "timezone": "America/Chicago",
        "events": [
            _timed("Midwest huddle", 0, "08:45", "09:15", repeat=_WEEKDAYS),
            _timed("Healthcare guild", 2, "15:00", "16:00", repeat="FREQ=WEEKLY;INTERVAL=2"),
            _timed("1:1 with Mia", 3, "13:00", "13:30", repeat="FREQ=WEEKLY", **_invited("mia@acme.test")),
            _timed("Demo: Lakeshore Hospital", 1, "10:00", "11:00", guests=["cio@lakeshore.example"]),
            _timed("Security review: Prairie Bank", 2, "10:30", "12:00", guests=["ciso@prairie.example"]),
            _timed("Maybe: conference dry run", 3, "15:00", "16:00", status="tentative"),
            _timed("Gym", 4, "12:00", "13:00", show="free"),
            _timed("All-hands", 4, "14:00", "15:00", **_invited("ceo@acme.test")),
            _whole("Thanksgiving travel", 11, type="outOfOffice"),
            _timed("Demo: Twin Rivers", 8, "14:00", "14:45", guests=["hello@twinrivers.example"]),
            _timed(
                "Interview: account executive",
                9,
                "11:00",
                "12:00",
                **_invited("people@acme.test", "needsAction"),
            ),
        ],
    }


def _timed(title: str, day: int, start: str, end: str, **more: Any) -> Event:
    return {"title": title, "day": day, "start": start, "end": end, **more}


def _whole(title: str, day: int, **more: Any) -> Event:
    return {"title": title, "day": day, **more}


def _invited(host: str, response: str = "accepted") -> Event:
    return {"organizer": host, "response": response}
