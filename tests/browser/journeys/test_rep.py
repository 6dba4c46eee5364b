"""A rep connects calendars through the real consent pages, says when they work, and gets meetings."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.journeys.conftest import Arrive
from tests.browser.journeys.person import PHONE, Person
from tests.fixtures.product import Product, wait_for
from tests.journeys.asking import Asked, ask

pytestmark = [pytest.mark.browser, pytest.mark.server]

RENEE, RUTH = "renee@acme.test", "ruth@acme.test"
PACIFIC = "America/Los_Angeles"
FAMILY = "family-of-renee@group.calendar.google.com"
AT_GOOGLE = {"name": "Renee Park", "timezone": PACIFIC, "calendars": [{"id": FAMILY, "name": "Family"}]}


def ask_renee(product: Product, number: int) -> Asked:
    """A shop in Los Angeles asks; of those who take such leads only Renee has a calendar."""
    email = f"paula{number}@tidewater.example"
    return ask(product, email, PACIFIC, country="US", postal_code="90001", industry="retail")


def ask_ruth(product: Product, number: int) -> Asked:
    """A factory in New York asks; of those who take such leads only Ruth has a calendar."""
    email = f"paul{number}@foundry.example"
    return ask(product, email, "America/Chicago", country="US", postal_code="10001", industry="manufacturing")


def afternoons(asked: Asked) -> list[datetime]:
    """Times on offer after noon in America. When nobody there can come, Europe steps in, and sleeps by then."""
    return [start for start in asked.starts if start.hour >= 12]


def consent(person: Person, email: str) -> None:
    """Choose the account on the provider's own page and allow what is asked."""
    page = person.page
    page.get_by_role("button", name="Allow").wait_for()
    person.look()
    page.locator(f"input[name=account][value='{email}']").check()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url("**/app/calendars")
    person.told("Connected")
    person.look()


def busy(start: datetime, summary: str) -> dict[str, Any]:
    """An event of an hour, in Google's words."""
    end = start + timedelta(hours=1)
    return {
        "summary": summary,
        "start": {"dateTime": start.isoformat()},
        "end": {"dateTime": end.isoformat()},
    }


def test_a_revoked_grant_closes_the_rep_until_they_sign_in_again(arrive: Arrive, product: Product) -> None:
    product.connect(RUTH, "google")
    lead = ask_ruth(product, 1)
    assert afternoons(lead)
    product.control("google", "revoke", email=RUTH)
    lead.hold(afternoons(lead)[-1])  # has her calendar checked live
    query = """SELECT count(*) FROM connections JOIN reps ON reps.id = connections.rep_id
        WHERE reps.email = %s AND connections.state = 'needs_reconnect'"""
    wait_for(lambda: product.ask_database(query, RUTH) == [(1,)], "the refusal to be noticed")
    assert afternoons(ask_ruth(product, 2)) == []

    ruth = arrive(timezone_id="America/Chicago", locale="en-US", **PHONE)
    page = ruth.page
    ruth.sign_in(product.web, RUTH)
    expect(page.get_by_text("Please sign in to your calendar again")).to_be_visible()
    letter = product.wait_for_letter(RUTH, "/app/calendars")
    assert re.search("sign in|connect", letter["text"], re.IGNORECASE)
    page.get_by_role("main").get_by_role("link", name="My calendars").click()
    ruth.look()
    page.get_by_role("button", name="Reconnect").click()
    consent(ruth, RUTH)
    product.wait_until_read(RUTH)
    ruth.follow("My day")
    expect(page.get_by_text("Please sign in to your calendar again")).to_have_count(0)
    assert afternoons(ask_ruth(product, 3))

    ruth.follow("My calendars")
    page.get_by_role("button", name="Disconnect").first.click()
    ruth.look()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    ruth.told("Disconnected")
    assert afternoons(ask_ruth(product, 4)) == []


def test_a_rep_connects_calendars_says_when_they_work_and_gets_a_meeting(
    arrive: Arrive, product: Product
) -> None:
    product.control("google", "seed", **{RENEE: AT_GOOGLE})
    assert afternoons(ask_renee(product, 1)) == []
    renee = arrive(timezone_id=PACIFIC, locale="en-US", ignore_https_errors=True)
    page = renee.page
    renee.sign_in(product.web, RENEE)
    expect(page.get_by_text("Connect your calendar to get meetings")).to_be_visible()

    renee.follow("My calendars")
    for service in ("Microsoft", "Google"):
        page.get_by_role("button", name=f"Connect {service}").click()
        consent(renee, RENEE)
    product.wait_until_read(RENEE)
    renee.follow("My day")
    expect(page.get_by_text("Connect your calendar to get meetings")).to_have_count(0)
    offered = afternoons(ask_renee(product, 2))
    assert offered

    dinner = offered[len(offered) // 2]
    product.control("google", "mutate-event", op="create", calendar=FAMILY, fields=busy(dinner, "Dentist"))
    renee.follow("My calendars")
    page.get_by_role("checkbox", name="Family closes my time").check()
    page.get_by_role("radio", name="Meetings go to Calendar", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    renee.told("Calendars saved")
    product.wait_until_read(RENEE)
    assert dinner not in ask_renee(product, 3).starts

    set_hours(renee)
    within = ask_renee(product, 4).starts
    assert within
    assert all(10 <= start.hour < 12 and start.minute <= 30 + 30 * (start.hour < 11) for start in within)

    day_off = within[-1].date()
    take_off(renee, day_off.isoformat())
    left = ask_renee(product, 5)
    assert left.starts
    assert day_off not in {start.date() for start in left.starts}

    booking = left.book(left.starts[0])
    assert booking["rep"]["name"] == "Renee"
    guest = left.answers["email"]
    events = wait_for(lambda: product.microsoft_events(RENEE, guest), "the event at Microsoft")
    assert len(events) == 1
    assert product.google_events(RENEE, guest) == []
    wait_for(lambda: product.invitations(guest), "the invitation")
    see_meeting(renee)
    brief = product.wait_for_letter(RENEE, guest)
    link = re.search(rf"{product.web}/app/meetings/\w+", brief["text"])
    assert link
    renee.goto(link.group())
    expect(page.get_by_role("article").get_by_text("Path through the rules")).to_be_visible()
    renee.goto(f"{product.web}/app/meetings/bkg_of_somebody_else")
    expect(page.get_by_text("The meeting you asked for is over")).to_be_visible()


def set_hours(renee: Person) -> None:
    """Ten to twelve, Monday to Friday; a slip is said beside its day first."""
    page = renee.page
    renee.follow("Working hours")
    expect(page.get_by_text("You share the hours of")).to_be_visible()
    renee.forgive("status of 422")
    page.get_by_label("Monday").fill("10 to 12")
    page.get_by_role("button", name="Save my hours").click()
    expect(page.get_by_label("Monday")).to_have_attribute("aria-invalid", "true")
    renee.look()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        page.get_by_label(day).fill("10:00-12:00")
    page.get_by_role("button", name="Save my hours").click()
    renee.told("saved")
    renee.look()


def take_off(renee: Person, on: str) -> None:
    """A day off."""
    page = renee.page
    renee.follow("Time off")
    form = page.get_by_role("form", name="Add time off")
    form.get_by_label("First day").fill(on)
    form.get_by_label("Note").fill("Whale watching")
    form.get_by_role("button", name="Add time off").click()
    expect(page.get_by_role("table")).to_contain_text("Whale watching")
    renee.look()


def see_meeting(renee: Person) -> None:
    """The meeting on the day's page, with why and with what the lead wrote."""
    page = renee.page
    renee.follow("My day")
    meeting = page.get_by_role("article").filter(has_text="Paula Prospect")
    expect(meeting).to_contain_text("Why you:")
    meeting.get_by_text("Lead details").click()
    expect(meeting).to_contain_text("90001")
    expect(meeting).to_contain_text("Path through the rules")
    expect(meeting).to_contain_text("United States by territory")
    renee.look()
    renee.follow("Assignment history")
    expect(page.get_by_role("table").last).to_contain_text("Paula Prospect")
