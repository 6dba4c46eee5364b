"""The card on other people's pages: what it takes, what it leaves, and the ways to put it there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Card, Visit
from tests.browser.widget.double import Double

pytestmark = pytest.mark.browser

LOADER = '<script nonce="page" src="{src}" async></script>'


def test_the_host_page_changes_nothing_inside_and_nothing_leaks_out(card: Card) -> None:
    style = card.page.get_by_role("heading", name="About you").evaluate(
        """(node) => { const { fontStyle, letterSpacing, textTransform, fontSize } = getComputedStyle(node);
        return [fontStyle, letterSpacing, textTransform, fontSize] }"""
    )
    assert style == ["normal", "-0.2px", "none", "20px"]
    color = card.page.locator(".card").evaluate("(node) => getComputedStyle(node).color")
    assert color != "rgb(255, 0, 0)"
    assert card.page.evaluate("getComputedStyle(document.body).letterSpacing") == "4px"
    assert card.page.evaluate("document.styleSheets.length + document.adoptedStyleSheets.length") == 1


def test_no_cookie_no_third_party_and_no_policy_violation(page: Page, visit: Visit, scheduler: str) -> None:
    hosts: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    visit(page)
    card = Card(page)
    card.reach_times()
    card.choose()
    card.book_button.click()
    page.get_by_role("heading", name="You’re booked").wait_for()
    assert hosts == {page.url.split("/")[2], scheduler.split("/")[2]}
    assert page.context.cookies() == []
    assert complaints == []


def test_an_element_takes_its_form_theme_and_language(page: Page, visit: Visit) -> None:
    visit(page, LOADER + '<smart-scheduler form="demo" theme="dark" locale="de"></smart-scheduler>')
    expect(page.get_by_role("heading", name="Über Sie")).to_be_visible()
    expect(page.locator("smart-scheduler .ss")).to_have_attribute("data-theme", "dark")


def test_the_language_of_the_page_is_spoken(page: Page, visit: Visit) -> None:
    visit(page, lang="fr-CA")
    expect(page.get_by_role("heading", name="Vos coordonnées")).to_be_visible()


def test_a_right_to_left_page_mirrors_the_card(page: Page, visit: Visit) -> None:
    visit(page, lang="ar")
    expect(page.locator("smart-scheduler .ss")).to_have_attribute("dir", "rtl")
    facts, step = page.locator(".facts").bounding_box(), page.locator(".step").bounding_box()
    assert facts is not None
    assert step is not None
    assert facts["x"] > step["x"]


def test_a_form_may_say_things_its_own_way(page: Page, visit: Visit, double: Double) -> None:
    double.form["strings"] = {"en": {"next": "Show me times"}, "de": {"next": "Los"}}
    visit(page)
    expect(page.get_by_role("button", name="Show me times")).to_be_visible()


def test_a_popup_opens_from_any_element_and_goes_on_where_it_was_left(page: Page, visit: Visit) -> None:
    script = '<script nonce="page" src="{src}" data-form="demo" data-mode="popup"></script>'
    body = '<a href="/f/demo" data-smart-scheduler-open>Book</a>' + script
    visit(page, body)
    opener = page.get_by_text("Book", exact=True)
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Work e-mail").fill("priya@globex.test")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    expect(page.get_by_label("Work e-mail")).to_have_value("priya@globex.test")


def test_leaving_a_popup_gives_the_time_back_and_is_told_once(
    page: Page, visit: Visit, double: Double
) -> None:
    body = '<p data-smart-scheduler-open="demo">Book</p>' + LOADER
    visit(page, body)
    page.evaluate("window.left = 0; document.addEventListener('abandoned', () => { left += 1 })")
    page.wait_for_function("window.SmartScheduler")
    page.get_by_text("Book", exact=True).click()
    card = Card(page)
    card.reach_times()
    card.choose()
    page.get_by_text("We are keeping this time until").wait_for()
    for _ in range(2):
        page.keyboard.press("Escape")
        page.get_by_text("Book", exact=True).click()
    assert page.evaluate("left") == 1
    page.wait_for_timeout(300)
    assert len(double.calls("release")) == 1


def test_an_existing_form_leads_straight_to_the_times(page: Page, visit: Visit, double: Double) -> None:
    visit(page, LOADER)
    page.wait_for_function("window.SmartScheduler")
    page.evaluate(
        """() => { SmartScheduler.submit('demo', { email: 'priya@globex.test', country: 'DE' })
        .then((done) => { window.done = done }) }"""
    )
    expect(page.get_by_role("heading", name="Pick a time")).to_be_visible()
    card = Card(page)
    card.choose()
    card.book_button.click()
    page.get_by_role("heading", name="You’re booked").wait_for()
    assert double.calls("request")[0]["body"]["answers"] == {"email": "priya@globex.test", "country": "DE"}
    assert page.evaluate("done") == {"kind": "booked"}


def test_refused_answers_of_an_existing_form_are_asked_for_in_ours(
    page: Page, visit: Visit, double: Double
) -> None:
    error = {"field": "email", "code": "email", "message": "This is no e-mail address."}
    double.fail["request"] = [{"status": 422, "code": "validation", "errors": [error]}]
    visit(page, LOADER)
    page.wait_for_function("window.SmartScheduler")
    page.evaluate("() => { SmartScheduler.submit('demo', { email: 'priya@', name: 'Priya' }) }")
    email = page.get_by_label("Work e-mail")
    expect(email).to_have_accessible_description("This is no e-mail address.")
    expect(email).to_have_value("priya@")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Priya")


def test_a_fallback_stays_until_the_card_is_ready_and_hands_over_what_was_typed(
    page: Page, visit: Visit
) -> None:
    fallback = '<form><input name="email" value="typed@globex.test" aria-label="Plain e-mail"></form>'
    visit(page, LOADER + f'<smart-scheduler form="demo">{fallback}</smart-scheduler>')
    expect(page.get_by_label("Work e-mail")).to_have_value("typed@globex.test")


def test_a_fallback_stays_when_the_form_cannot_be_had(page: Page, visit: Visit) -> None:
    visit(page, LOADER + '<smart-scheduler form="nobody"><p>Call us</p></smart-scheduler>')
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Call us")).to_be_visible()


def test_two_forms_live_on_one_page(page: Page, visit: Visit) -> None:
    one = '<script nonce="page" src="{src}" data-form="demo"></script>'
    visit(page, one + one)
    expect(page.get_by_label("Work e-mail")).to_have_count(2)


def test_nothing_is_fetched_for_a_card_far_below(page: Page, visit: Visit, double: Double) -> None:
    spacer = '<style nonce="page">i { display: block; height: 5000px }</style><i></i>'
    visit(page, LOADER + spacer + '<smart-scheduler form="demo"></smart-scheduler>')
    page.wait_for_load_state("networkidle")
    assert double.calls("form") == []
    page.locator("smart-scheduler").scroll_into_view_if_needed()
    expect(page.get_by_label("Work e-mail")).to_be_visible()


@pytest.mark.parametrize(
    ("written", "sent"),
    [('[{"kind": "page", "topic": "pricing"}]', [{"kind": "page", "topic": "pricing"}]), ("not json", [])],
)
def test_the_request_says_what_the_page_knows_that_the_visitor_did(
    page: Page, visit: Visit, double: Double, written: str, sent: list[object]
) -> None:
    visit(page, LOADER + f"<smart-scheduler form='demo' data-behaviors='{written}'></smart-scheduler>")
    Card(page).reach_times()
    assert double.calls("request")[0]["body"]["context"] == {"behaviors": sent}
