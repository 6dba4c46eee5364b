"""Picking a time: suggestions, the month, the day, the zone."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Card, Visit
from tests.browser.widget.double import Double

pytestmark = pytest.mark.browser


def test_three_suggestions_come_first_and_one_is_on_another_day(card: Card) -> None:
    card.reach_times()
    suggested = card.page.locator(".suggestions").first.get_by_role("button")
    expect(suggested).to_have_count(3)
    days = {str(one.get_attribute("aria-label")).split(",")[0] for one in suggested.all()}
    assert len(days) == 2
    suggested.nth(1).click()
    expect(suggested.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(card.book_button).to_be_visible()


def test_each_time_says_weekday_date_time_and_zone(card: Card) -> None:
    card.reach_times()
    label = card.times.first.get_attribute("aria-label") or ""
    assert re.fullmatch(r"\w+day,? \d{1,2} \w+, \d\d:\d\d, Berlin", label)


def test_arrow_keys_walk_the_month_and_one_day_is_in_the_tab_order(card: Card) -> None:
    card.reach_times()
    grid = card.page.get_by_role("grid")
    assert grid.locator('[tabindex="0"]').count() == 1
    start = grid.locator('[tabindex="0"]')
    first = str(start.get_attribute("data-date"))
    start.focus()
    for key, days in (("ArrowRight", 1), ("ArrowDown", 8), ("ArrowLeft", 7), ("ArrowUp", 0)):
        card.page.keyboard.press(key)
        expected = dt.date.fromisoformat(first) + dt.timedelta(days=days)
        expect(card.page.locator(f'[data-date="{expected}"]')).to_be_focused()
    assert grid.locator('[tabindex="0"]').count() == 1


def test_arrow_keys_walk_a_day_and_enter_takes_a_time(card: Card, double: Double) -> None:
    card.reach_times()
    card.times.first.focus()
    card.page.keyboard.press("ArrowDown")
    card.page.keyboard.press("ArrowRight")
    expect(card.times.nth(2)).to_be_focused()
    card.page.keyboard.press("Enter")
    expect(card.times.nth(2)).to_have_attribute("aria-selected", "true")
    expect(card.times.nth(2)).to_be_focused()
    assert card.page.locator('[role="option"][tabindex="0"]').count() == 1


def test_another_month_is_asked_for_once(card: Card, double: Double) -> None:
    card.reach_times()
    for _ in range(2):
        card.page.get_by_role("button", name="Next month").click()
        expect(card.page.locator(".month.waiting")).to_have_count(0)
        expect(card.page.locator(".day.open").first).to_be_visible()
        card.page.get_by_role("button", name="Previous month").click()
    spans = [(call["query"]["from"], call["query"]["to"]) for call in double.calls("slots")]
    assert len(spans) == len(set(spans))
    for first, last in spans:
        assert (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days <= 30


def test_the_months_end_where_nothing_follows(card: Card, double: Double) -> None:
    card.reach_times()
    last = max(dt.datetime.fromisoformat(one).date() for one in double.all_starts())
    following = card.page.get_by_role("button", name="Next month")
    for _ in range(6):
        expect(card.page.locator(".day.open").first).to_be_visible()
        expect(card.page.locator(".month.waiting")).to_have_count(0)
        card.page.wait_for_timeout(400)  # the month after is asked for in a quiet moment
        if following.get_attribute("aria-disabled"):
            break
        following.click()
    dates = card.page.locator(".day.open").evaluate_all("(nodes) => nodes.map((one) => one.dataset.date)")
    assert dates[-1] == last.isoformat()


def test_an_empty_month_leads_to_the_next_open_time(page: Page, visit: Visit, double: Double) -> None:
    double.closed_until = 35
    double.window_days = 75
    visit(page)
    card = Card(page)
    card.fill()
    card.send()
    page.get_by_role("button", name="Go to the next open time").click()
    expect(card.times.first).to_be_focused()


def test_another_zone_moves_the_times(card: Card, double: Double) -> None:
    card.reach_times()
    before = card.times.first.get_attribute("data-start")
    zone = card.page.get_by_role("combobox", name="Time zone")
    expect(zone).to_have_value("Europe/Berlin")
    with card.page.expect_response(lambda answer: "Tokyo" in answer.url):
        zone.select_option("Asia/Tokyo")
    expect(card.page.locator(f'[data-start="{before}"][role="option"]')).to_have_text("17:00")
    expect(card.times.first).to_have_attribute("aria-label", re.compile("Tokyo$"))
    assert double.calls("slots")[-1]["query"]["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    "visitor",
    [{"timezone_id": "America/New_York", "locale": "en-US", "viewport": {"width": 1100, "height": 800}}],
)
def test_an_american_reads_twelve_hours_and_nights_wait_behind_a_button(
    page: Page, visit: Visit, double: Double, visitor: dict[str, Any]
) -> None:
    double.hours = (9, 10, 15, 16)  # in Berlin: 3, 4, 9 and 10 in the morning of New York
    visit(page)
    card = Card(page)
    card.reach_times()
    expect(card.times).to_have_count(4)
    expect(card.times.first).to_have_text(re.compile(r"9:00\sAM"))
    page.get_by_role("button", name="More times").click()
    expect(card.times).to_have_count(8)
    expect(card.times.first).to_be_focused()
    expect(card.times.first).to_have_text(re.compile(r"3:00\sAM"))


@pytest.mark.parametrize(
    "visitor", [{"timezone_id": "Asia/Tokyo", "locale": "en-GB", "viewport": {"width": 1100, "height": 800}}]
)
def test_night_times_show_when_there_are_no_others(
    page: Page, visit: Visit, double: Double, visitor: dict[str, Any]
) -> None:
    double.hours = (15, 16)  # in Berlin: the small hours of Tokyo
    visit(page)
    card = Card(page)
    card.reach_times()
    assert card.times.count() >= 1
    expect(page.get_by_role("button", name="More times")).to_have_count(0)


def test_times_show_while_a_hold_is_still_on_its_way(card: Card, double: Double) -> None:
    double.delays["hold"] = 1.5
    card.reach_times()
    card.choose()
    expect(card.book_button).to_be_visible(timeout=500)


def test_of_two_quick_choices_the_last_one_counts(card: Card, double: Double) -> None:
    card.reach_times()
    double.delays["hold"] = 0.4
    card.choose(0)
    card.choose(4)
    card.book_button.click()
    card.page.get_by_role("heading", name="You’re booked").wait_for()
    starts = sorted(double.all_starts())
    assert double.calls("book")[0]["body"]["start"] == starts[4]
