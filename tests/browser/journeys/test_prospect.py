"""A prospect on Acme's website, which is another origin than the scheduler, and its policy is strict."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys.card import Card
from tests.browser.journeys.conftest import Arrive
from tests.browser.journeys.person import DESKTOP, PHONE, Person
from tests.fixtures.product import Product, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.server]

REMY = "remy@acme.test"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def event_with(product: Product, guest: str) -> dict[str, Any]:
    """The one event in Remy's calendar with this guest."""
    events = wait_for(lambda: product.google_events(REMY, guest), f"an event with {guest}")
    assert len(events) == 1
    return events[0]


def manage_link(product: Product, guest: str) -> str:
    """The link in the confirmation."""
    letter = product.wait_for_letter(guest, "/b/")
    found = re.search(rf"{product.web}/b/\S+\?t=[\w.~-]+", letter["text"])
    assert found, letter["text"]
    return found.group()


def assert_nothing_leaked(person: Person, product: Product) -> None:
    """No cookie anywhere, and nobody asked but Acme's website and the scheduler."""
    assert person.context.cookies() == []
    own = {product.site.removeprefix("http://"), product.web.removeprefix("http://")}
    assert person.hosts - {""} == own


def at_the_form(person: Person, product: Product) -> Card:
    """Acme's home page, the widget on it in sight."""
    person.goto(f"{product.site}/#demo")
    card = Card(person)
    card.field("Work e-mail").wait_for()
    return card


def answer_by_keyboard(card: Card, email: str) -> None:
    """Fill in the form without a mouse."""
    person, keys = card.person, card.page.keyboard
    typed = {"Your name": "Priya Raman", "Work e-mail": email, "Company": "Nordklinik", "Country": "Germany"}
    for label, value in {**typed, "Postal code": "10115"}.items():
        person.tab_to(card.field(label))
        keys.type(value)
    person.tab_to(card.page.get_by_role("radio", name="1-50", exact=True))
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    person.tab_to(card.field("Industry"))
    keys.type("Healthcare")
    person.tab_to(card.page.get_by_role("button", name="See open times"))
    keys.press("Enter")


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_prospect_books_by_keyboard_and_the_meeting_is_everywhere_it_should_be(
    arrive: Arrive, product: Product, screen: dict[str, Any]
) -> None:
    guest = f"priya@nordklinik-{screen['viewport']['width']}.example"
    priya = arrive(**screen)
    card = at_the_form(priya, product)
    answer_by_keyboard(card, guest)
    expect(card.pick).to_be_focused()
    card.wait_for_times()
    priya.look()
    priya.tab_to(card.page.locator('[role="listbox"] [tabindex="0"]'))
    priya.page.keyboard.press("ArrowDown")
    chosen = card.times.nth(1)
    words, start = chosen.get_attribute("aria-label") or "", chosen.get_attribute("data-start") or ""
    assert re.fullmatch(r"\w+day,? \d{1,2} \w+, \d\d:\d\d, Berlin", words)
    priya.page.keyboard.press("Enter")
    priya.page.get_by_text("We are keeping this time until").wait_for()
    priya.look()
    priya.tab_to(card.book_button)
    priya.page.keyboard.press("Enter")
    expect(card.booked).to_be_focused()
    expect(priya.page.locator(".details")).to_contain_text("Remy")
    priya.look()
    assert_nothing_leaked(priya, product)

    event = event_with(product, guest)
    assert instant(event["start"]["dateTime"]).timestamp() * 1000 == float(start)
    assert event["conferenceData"] or event["hangoutLink"]
    invitation = wait_for(lambda: product.invitations(guest), "the invitation")[0]
    assert instant(invitation["start"]) == instant(event["start"]["dateTime"])
    assert "/b/" in product.wait_for_letter(guest, "/b/")["text"]
    assert "healthcare" in product.wait_for_letter(REMY, guest)["text"].casefold()
    assert len({one["uid"] for one in product.invitations(guest)}) == 1


def test_a_reload_in_the_middle_keeps_the_open_request(arrive: Arrive, product: Product) -> None:
    guest = "reload@nordklinik.example"
    priya = arrive()
    card = at_the_form(priya, product)
    card.reach_times(guest)
    priya.page.reload()
    card.wait_for_times()
    card.choose(3)
    card.book()
    query = "SELECT count(*) FROM requests JOIN leads ON leads.id = requests.lead_id WHERE leads.email = %s"
    assert product.ask_database(query, guest) == [(1,)]
    event_with(product, guest)
    assert_nothing_leaked(priya, product)


def test_when_somebody_else_takes_the_time_the_nearest_are_offered_in_its_place(
    arrive: Arrive, product: Product
) -> None:
    priya = arrive(**PHONE)
    card = at_the_form(priya, product)
    card.reach_times("slower@nordklinik.example")
    faster = arrive()
    other = at_the_form(faster, product)
    other.reach_times("faster@nordklinik.example")
    other.choose(5)
    other.book()

    priya.forgive("status of 409")
    taken = card.times.nth(5).get_attribute("aria-label")
    card.times.nth(5).click()
    expect(priya.page.get_by_text(re.compile(r"Someone just took \d\d:\d\d"))).to_be_focused()
    offered = priya.page.locator(".summary").get_by_role("button")
    words = [one.get_attribute("aria-label") or "" for one in offered.all()]
    assert len(words) >= 2
    assert taken not in words
    priya.look()
    offered.first.click()
    card.book()
    event = event_with(product, "slower@nordklinik.example")
    start = instant(event["start"]["dateTime"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{start:%-d %B, %H:%M}, Berlin" in words[0]


def test_a_meeting_is_moved_and_called_off_by_the_link_in_the_mail(arrive: Arrive, product: Product) -> None:
    guest = "mover@nordklinik.example"
    priya = arrive()
    card = at_the_form(priya, product)
    card.reach_times(guest)
    card.choose(8)
    card.book()
    before = event_with(product, guest)

    phone = arrive(**PHONE)
    phone.goto(manage_link(product, guest))
    assert "t=" not in phone.page.url
    start = move(phone.page, instant(before["start"]["dateTime"]))
    phone.look()
    wait_for(
        lambda: instant(event_with(product, guest)["start"]["dateTime"]) == instant(start),
        "the event to move",
    )
    after = event_with(product, guest)
    assert after["id"] == before["id"]

    phone.page.get_by_text("Cancel this meeting").or_(phone.page.locator("#cancel > summary")).first.click()
    phone.look()
    phone.page.get_by_role("button", name="Cancel meeting").click()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("cancelled", ignore_case=True)
    phone.look()
    wait_for(lambda: product.google_events(REMY, guest) == [], "the event to go")
    wait_for(lambda: product.invitations(guest, "CANCEL"), "the cancellation")
    assert len({one["uid"] for one in product.invitations(guest)}) == 1
    query = "SELECT kind::text FROM ledger_entries ORDER BY id DESC LIMIT 1"
    assert product.ask_database(query) == [("credited",)]


def move(page: Page, before: datetime) -> str:
    """Choose another time on the manage page; the new start."""
    page.locator("#move > summary").click()
    choices = page.locator("#move").get_by_role("radio").all()
    starts = {one.get_attribute("value") or "": one for one in choices}
    start = next(text for text in starts if instant(text) != before)
    starts[start].check(force=True)
    page.get_by_role("button", name="Move the meeting").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("moved", ignore_case=True)
    return start


def test_the_same_form_books_without_a_script(arrive: Arrive, product: Product) -> None:
    guest = "scriptless@nordklinik.example"
    priya = arrive(java_script_enabled=False)
    page = priya.page
    page.goto(product.site)
    page.get_by_role("link", name="Book without scripts").click()
    answers = {
        "Your name": "Priya Raman",
        "Work e-mail": guest,
        "Company": "Nordklinik",
        "Postal code": "10115",
    }
    for label, value in answers.items():
        page.get_by_role("textbox", name=label).fill(value)
    for label, value in (("Country", "DE"), ("Company size", "201-500"), ("Industry", "healthcare")):
        page.get_by_label(label).select_option(value)
    page.get_by_role("button", name="See open times").click()
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Update").click()
    choice = page.get_by_role("radio").last
    start = choice.get_attribute("value") or ""
    choice.check(force=True)
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    assert instant(event_with(product, guest)["start"]["dateTime"]) == instant(start)
    assert wait_for(lambda: product.invitations(guest), "the invitation")


def test_a_form_of_acmes_own_leads_straight_to_the_times(arrive: Arrive, product: Product) -> None:
    guest = "own-form@nordklinik.example"
    priya = arrive()
    page = priya.page
    priya.goto(f"{product.site}/contact")
    for label, value in (("Your name", "Priya"), ("Work e-mail", guest), ("Postal code", "10115")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Company size").select_option("201-500")
    page.get_by_role("button", name="See free times").click()
    card = Card(priya)
    card.wait_for_times()
    priya.look()
    card.choose(1)
    card.book()
    page.keyboard.press("Escape")
    expect(page.locator("[data-status]")).to_have_text("You are booked. See you soon.")
    priya.look()
    # Without an industry both Remy and Robin may take it. Robin's feed cannot be written: there we invite ourselves
    assert wait_for(lambda: product.invitations(guest), "the invitation")
    assert wait_for(lambda: product.letters(guest, "/b/"), "a mail with the manage link")
    assert len({one["uid"] for one in product.invitations(guest)}) == 1
    assert_nothing_leaked(priya, product)
