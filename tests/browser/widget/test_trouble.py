"""What the visitor sees when something goes wrong; nothing they typed is lost."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.widget.conftest import Card, Visit
from tests.browser.widget.double import Double

pytestmark = pytest.mark.browser


def test_what_is_missing_is_said_beside_its_field_and_focused(card: Card) -> None:
    card.page.get_by_label("Name", exact=True).fill("Priya")
    card.send()
    email = card.page.get_by_label("Work e-mail")
    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("Please fill this in.")
    email.fill("priya@globex")
    expect(email).to_have_accessible_description(re.compile("does not look like an e-mail"))
    email.fill("priya@globex.test")
    expect(email).to_have_accessible_description("")


def test_a_refused_answer_is_said_beside_its_field(card: Card, double: Double) -> None:
    error = {"field": "answers.email", "code": "no-mail-server", "message": "This domain takes no mail."}
    double.fail["request"] = [{"status": 422, "code": "validation", "errors": [error]}]
    card.fill()
    card.send()
    email = card.page.get_by_label("Work e-mail")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("This domain takes no mail.")
    expect(email).to_have_value("priya@globex.test")


def test_a_retry_after_trouble_is_the_same_request(card: Card, double: Double) -> None:
    double.fail["request"] = [{"status": 503, "code": "unavailable"}]
    card.fill()
    card.send()
    expect(card.page.get_by_role("alert")).to_contain_text("Nothing you entered is lost")
    card.page.get_by_role("button", name="Try again").click()
    card.page.get_by_role("heading", name="Pick a time").wait_for()
    keys = {call["headers"]["idempotency-key"] for call in double.calls("request")}
    assert len(double.calls("request")) == 2
    assert len(keys) == 1


def test_without_a_connection_the_visitor_is_told_and_can_go_on_later(
    card: Card, context: BrowserContext
) -> None:
    card.fill()
    context.set_offline(True)
    card.send()
    expect(card.page.get_by_role("alert")).to_contain_text("offline")
    expect(card.page.get_by_label("Work e-mail")).to_have_value("priya@globex.test")
    context.set_offline(False)
    card.page.get_by_role("button", name="Try again").click()
    expect(card.page.get_by_role("heading", name="Pick a time")).to_be_visible()


def test_too_many_tries_say_how_long_to_wait(card: Card, double: Double) -> None:
    double.fail["request"] = [{"status": 429, "code": "rate-limited", "retry_after": 2}]
    card.fill()
    card.send()
    expect(card.page.get_by_role("alert")).to_contain_text("in 2 s")
    retry = card.page.get_by_role("button", name="Try again")
    expect(retry).to_have_attribute("aria-disabled", "true")
    expect(retry).not_to_have_attribute("aria-disabled", "true")
    retry.click()
    expect(card.page.get_by_role("heading", name="Pick a time")).to_be_visible()


def test_a_time_that_was_taken_fades_and_the_nearest_are_offered(card: Card, double: Double) -> None:
    card.reach_times()
    label = card.choose(3)
    card.page.get_by_text("We are keeping this time until").wait_for()
    double.taken.add(double.calls("hold")[-1]["body"]["start"])
    card.book_button.click()
    notice = card.page.get_by_text(re.compile(r"Someone just took \d\d:\d\d"))
    expect(notice).to_be_focused()
    lost = card.page.get_by_role("option", name=label)
    expect(lost).to_have_attribute("aria-disabled", "true")
    offered = card.page.locator(".summary").get_by_role("button")
    expect(offered).to_have_count(3)
    offered.first.click()
    card.book_button.click()
    expect(card.page.get_by_role("heading", name="You’re booked")).to_be_visible()
    keys = {call["headers"]["idempotency-key"] for call in double.calls("book")}
    assert len(keys) == 2


def test_a_time_taken_before_it_could_be_kept_is_said_at_once(card: Card, double: Double) -> None:
    card.reach_times()
    double.taken.update(double.all_starts())
    card.choose(1)
    expect(card.page.get_by_text(re.compile("Someone just took"))).to_be_visible()
    expect(card.book_button).to_be_hidden()


def test_a_lost_answer_to_a_booking_is_asked_for_with_the_same_key(card: Card, double: Double) -> None:
    card.reach_times()
    card.choose()
    double.fail["book"] = [{"status": 503, "code": "unavailable"}]
    card.book_button.click()
    card.page.get_by_role("button", name="Try again").click()
    card.page.get_by_role("heading", name="You’re booked").wait_for()
    keys = [call["headers"]["idempotency-key"] for call in double.calls("book")]
    assert keys[0] == keys[1]


def test_a_hold_that_cannot_be_had_does_not_stop_the_booking(card: Card, double: Double) -> None:
    card.reach_times()
    double.fail["hold"] = [{"status": 503, "code": "unavailable"}]
    card.choose()
    card.book_button.click()
    expect(card.page.get_by_role("heading", name="You’re booked")).to_be_visible()


def test_a_hold_that_ran_out_is_said_and_booking_is_still_possible(card: Card, double: Double) -> None:
    double.hold_seconds = 1
    card.reach_times()
    card.choose()
    expect(card.page.get_by_text("may still be free")).to_be_visible()
    card.book_button.click()
    expect(card.page.get_by_role("heading", name="You’re booked")).to_be_visible()


def test_someone_with_a_meeting_is_pointed_to_their_mail(card: Card, double: Double) -> None:
    card.reach_times()
    double.fail["book"] = [{"status": 409, "code": "already-booked"}]
    card.choose()
    card.book_button.click()
    expect(card.page.get_by_role("heading", name="You already have a meeting")).to_be_focused()


def test_a_request_that_grew_too_old_starts_again_with_the_answers_kept(card: Card, double: Double) -> None:
    card.reach_times()
    double.fail["hold"] = [{"status": 401, "code": "unauthenticated"}]
    card.choose()
    expect(card.page.get_by_role("alert")).to_contain_text("once more")
    expect(card.page.get_by_label("Work e-mail")).to_have_value("priya@globex.test")
    card.send()
    expect(card.page.get_by_role("heading", name="Pick a time")).to_be_visible()


def test_a_wrong_guest_is_said_beside_the_guests(card: Card, double: Double) -> None:
    card.reach_times()
    card.choose()
    card.page.get_by_text("Add guests or a note").click()
    card.page.get_by_label("Guests’ e-mail addresses").fill("ann")
    error = {"field": "guests.0", "code": "email", "message": "ann is no e-mail address."}
    double.fail["book"] = [{"status": 422, "code": "validation", "errors": [error]}]
    card.book_button.click()
    guests = card.page.get_by_label("Guests’ e-mail addresses")
    expect(guests).to_be_focused()
    expect(guests).to_have_accessible_description(re.compile("ann is no e-mail address"))


def test_a_form_that_does_not_load_can_be_tried_again(page: Page, visit: Visit, double: Double) -> None:
    double.fail["form"] = [{"status": 503, "code": "unavailable"}] * 2
    visit(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("Work e-mail")).to_be_visible()


def test_when_every_time_is_taken_the_reason_is_given(page: Page, visit: Visit, double: Double) -> None:
    double.hours = ()
    visit(page)
    card = Card(page)
    card.fill()
    card.send()
    expect(page.get_by_text("Every time is taken for now.")).to_be_visible()


def test_a_booking_that_overtakes_its_hold_stays_booked(card: Card, double: Double) -> None:
    double.delays["hold"] = 0.5
    double.fail["hold"] = [{"status": 409, "code": "already-booked"}]
    card.reach_times()
    with card.page.expect_response("**/holds"):
        card.choose()
        card.book_button.click()
        expect(card.page.get_by_role("heading", name="You’re booked")).to_be_focused()
    expect(card.page.get_by_role("heading", name="You already have a meeting")).to_have_count(0)
    expect(card.page.get_by_role("heading", name="You’re booked")).to_be_visible()
