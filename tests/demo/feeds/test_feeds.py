"""Robin's feed: valid, conditional, realistic, and on the page as in the file."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from flask.testing import FlaskClient

from app.demo.feeds import acme_feeds, create_feeds

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PATH = acme_feeds()[0].path
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def client() -> FlaskClient:
    return create_feeds(acme_feeds(), now=lambda: NOW).test_client()


def occurrences(client: FlaskClient, first: date, days: int) -> dict[str, list[str]]:
    calendar = icalendar.Calendar.from_ical(client.get(PATH).data)
    found: dict[str, list[str]] = {}
    for event in recurring_ical_events.of(calendar).between(first, first + timedelta(days=days)):
        found.setdefault(str(event["summary"]), []).append(str(event["dtstart"].dt))
    return found


def test_the_feed_is_calendar_text_with_its_zone(client: FlaskClient) -> None:
    answer = client.get(PATH)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Europe/London"]
    assert not [event.errors for event in calendar.events if event.errors]
    assert len(max(answer.data.split(b"\r\n"), key=len)) <= 75


def test_what_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(PATH)
    by_tag = client.get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(PATH, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (by_tag.status_code, by_tag.data, by_date.status_code) == (304, b"", 304)
    client.post(
        "/__ctl/add",
        json={
            "email": "robin@acme.test",
            "title": "New",
            "start": "2026-11-25T10:00:00Z",
            "end": "2026-11-25T11:00:00Z",
        },
    )
    assert client.get(PATH, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.get(PATH, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 200


def test_series_have_their_exceptions(client: FlaskClient) -> None:
    found = occurrences(client, date(2026, 11, 16), 21)
    assert len(found["Stand-up"]) == 15
    assert sorted(found["Renewals review"]) == ["2026-11-17 14:00:00+00:00", "2026-11-25 10:00:00+00:00"]
    assert found["Annual leave"] == ["2026-11-27", "2026-12-04"]


def test_the_entries_move_on_with_the_week(client: FlaskClient) -> None:
    before = client.get(PATH).headers["ETag"]
    client.post("/__ctl/clock", json={"advance": 7 * 86400})
    assert client.get(PATH).headers["ETag"] != before
    assert "2026-12-04" in occurrences(client, date(2026, 11, 23), 14)["Annual leave"]


def test_another_address_finds_nothing(client: FlaskClient) -> None:
    assert client.get("/rob.ics").status_code == 404


def test_trouble_can_be_scripted_and_ends_with_a_reset(client: FlaskClient) -> None:
    client.post("/__ctl/fail", json={"kind": "status", "status": 503, "times": 9, "retry_after": 60})
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    client.post("/__ctl/reset", json={})
    assert client.get(PATH).status_code == 200


def test_the_page_shows_the_week_of_the_feed(client: FlaskClient) -> None:
    page = client.get("/calendar/robin@acme.test").text
    assert "Thames Water: review" in page
    assert "11:00–12:00" in page
    assert client.get("/calendar/nobody@acme.test").status_code == 404
    assert "robin@acme.test" in client.get("/").text


def test_the_week_leaves_room_for_demos(client: FlaskClient) -> None:
    calendar = icalendar.Calendar.from_ical(client.get(PATH).data)
    query = recurring_ical_events.of(calendar)
    for week in range(3):
        free = 0
        for day in range(5):
            for quarter in range(9 * 4, 17 * 4):
                start = datetime(2026, 11, 16, tzinfo=LONDON) + timedelta(
                    days=7 * week + day, minutes=15 * quarter
                )
                found = query.between(start, start + timedelta(minutes=15))
                free += not [each for each in found if each.get("transp") != "TRANSPARENT"]
        assert 20 < free / 4 < 38
