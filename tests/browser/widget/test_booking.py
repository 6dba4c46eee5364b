"""A prospect books a meeting on a company's page."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Card, Visit
from tests.browser.widget.double import Double

pytestmark = pytest.mark.browser


def test_a_prospect_books_in_three_steps(card: Card, double: Double) -> None:
    card.reach_times()
    label = card.choose(2)
    expect(card.page.locator(".summary")).to_contain_text(re.compile(r"\d\d:\d\d–\d\d:\d\d, Berlin"))
    expect(card.page.locator(".summary")).to_contain_text(
        re.compile(r"We are keeping this time until \d\d:\d\d")
    )
    card.book_button.click()
    expect(card.page.get_by_role("heading", name="You’re booked")).to_be_focused()
    expect(card.page.locator(".details")).to_contain_text(label.split(",")[1].strip())
    expect(card.page.get_by_text("on its way to priya@globex.test")).to_be_visible()
    assert double.calls("book")[0]["body"] == {"start": double.calls("hold")[0]["body"]["start"]}


def test_the_request_says_who_where_and_from_which_campaign(page: Page, visit: Visit, double: Double) -> None:
    visit(page, query="?utm_source=news&campaign=spring&secret=1")
    Card(page).reach_times()
    asked = double.calls("request")[0]["body"]
    assert asked["answers"] == {
        "email": "priya@globex.test",
        "name": "Priya Shah",
        "country": "DE",
        "employees": "51-200",
        "campaign": "spring",
    }
    assert asked["timezone"] == "Europe/Berlin"
    assert asked["locale"] == "en"
    assert asked["source"]["utm"] == {"source": "news"}
    assert "secret" not in asked["source"]["url"]


def test_guests_and_a_note_go_along(card: Card, double: Double) -> None:
    card.reach_times()
    card.choose()
    card.page.get_by_text("Add guests or a note").click()
    card.page.get_by_label("Guests’ e-mail addresses").fill("ann@globex.test, bob@globex.test")
    card.page.get_by_label("Anything we should know?").fill("Bring the price list")
    card.book_button.click()
    card.page.get_by_role("heading", name="You’re booked").wait_for()
    body = double.calls("book")[0]["body"]
    assert body["guests"] == ["ann@globex.test", "bob@globex.test"]
    assert body["notes"] == "Bring the price list"


def test_the_page_hears_of_each_stage_without_personal_data(card: Card) -> None:
    card.page.evaluate(
        """() => { window.heard = []; for (const name of ['routed', 'booked', 'abandoned'])
        document.addEventListener(name, (event) => heard.push([name, event.detail])); }"""
    )
    card.reach_times()
    card.choose()
    card.book_button.click()
    card.page.get_by_role("heading", name="You’re booked").wait_for()
    heard = card.page.evaluate("heard")
    assert heard == [["routed", {"form": "demo", "kind": "offer"}], ["booked", {"form": "demo"}]]


def test_links_lead_into_calendars_and_back_to_the_meeting(card: Card, scheduler: str) -> None:
    card.reach_times()
    card.choose()
    card.book_button.click()
    link = card.page.get_by_role("link", name="Google")
    expect(link).to_have_attribute("href", re.compile(r"dates=\d{8}T\d{6}Z%2F\d{8}T\d{6}Z"))
    expect(card.page.get_by_role("link", name="iCalendar (.ics)")).to_have_attribute(
        "href", f"{scheduler}/b/bkg_1/invite.ics?t=token"
    )
    expect(card.page.get_by_role("link", name="Cancel meeting")).to_have_attribute(
        "href", f"{scheduler}/b/bkg_1?t=token#cancel"
    )


def test_an_open_request_survives_a_reload_and_holds_nothing_personal(card: Card, double: Double) -> None:
    card.reach_times()
    kept = card.page.evaluate("JSON.stringify({ ...sessionStorage })")
    assert json.loads(next(iter(json.loads(kept).values()))) == {"id": "req_1", "token": "secret-token"}
    card.page.reload()
    expect(card.page.get_by_role("heading", name="Pick a time")).to_be_visible()
    card.choose()
    card.book_button.click()
    card.page.get_by_role("heading", name="You’re booked").wait_for()
    assert len(double.calls("request")) == 1
    assert card.page.evaluate("sessionStorage.length") == 0


@pytest.mark.usefixtures("no_storage")
def test_a_blocked_storage_breaks_nothing(card: Card) -> None:
    card.reach_times()
    card.choose()
    card.book_button.click()
    expect(card.page.get_by_role("heading", name="You’re booked")).to_be_visible()


def test_going_back_keeps_the_answers_and_the_request(card: Card, double: Double) -> None:
    card.reach_times()
    card.page.get_by_role("button", name="Change your details").click()
    expect(card.page.get_by_label("Work e-mail")).to_have_value("priya@globex.test")
    expect(card.page.get_by_role("radio", name="51-200", exact=True)).to_be_checked()
    card.send()
    card.page.get_by_role("heading", name="Pick a time").wait_for()
    assert len(double.calls("request")) == 1


def test_a_message_takes_the_place_of_times(page: Page, visit: Visit, double: Double) -> None:
    double.next = {"kind": "message", "title": "Thank you", "text": "Students use the free plan."}
    visit(page)
    card = Card(page)
    card.fill()
    card.send()
    expect(page.get_by_role("heading", name="Thank you")).to_be_focused()
    expect(page.get_by_text("Students use the free plan.")).to_be_visible()


def test_a_redirect_leaves_for_its_address(page: Page, visit: Visit, double: Double, scheduler: str) -> None:
    double.next = {"kind": "redirect", "url": f"{scheduler}/widget.js?welcome"}
    visit(page)
    card = Card(page)
    card.fill()
    card.send()
    page.wait_for_url("**/widget.js?welcome")


def test_a_redirect_to_script_is_not_followed(page: Page, visit: Visit, double: Double) -> None:
    double.next = {"kind": "redirect", "url": "javascript:document.title='owned'"}
    visit(page)
    card = Card(page)
    card.fill()
    card.send()
    page.get_by_role("heading", name="One moment").wait_for()
    assert page.title() == "Acme"
