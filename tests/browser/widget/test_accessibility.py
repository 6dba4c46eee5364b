"""Every step of the card against WCAG 2.2 AA, wide and narrow, light and dark, with easy and hard brand colors."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import Card, Visit
from tests.browser.widget.double import Double

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The page around the card is the company's: its landmarks and headings are not ours to judge.
OUTSIDE = {"region", "landmark-one-main", "page-has-heading-one"}
VISITOR = {"timezone_id": "Europe/Berlin", "locale": "en-GB"}
SCREENS = {
    "wide, light": {**VISITOR, "viewport": {"width": 1100, "height": 800}, "color_scheme": "light"},
    "phone, dark": {
        **VISITOR,
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "dark",
        "has_touch": True,
    },
}


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds wrong, once all movement has ended."""
    page.wait_for_timeout(250)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        (one["id"], node["html"][:120]) for one in found if one["id"] not in OUTSIDE for node in one["nodes"]
    ]


@pytest.mark.parametrize(
    ("visitor", "accent"),
    [
        (SCREENS["wide, light"], "#2f55d4"),
        (SCREENS["wide, light"], "#ffe14d"),
        (SCREENS["phone, dark"], "#e8590c"),
        (SCREENS["phone, dark"], "#111111"),
    ],
    ids=["wide, light, blue", "wide, light, yellow", "phone, dark, orange", "phone, dark, black"],
)
def test_no_step_has_a_violation(
    page: Page, visit: Visit, double: Double, accent: str, visitor: dict[str, Any]
) -> None:
    double.form["branding"]["accent"] = accent
    visit(page)
    card = Card(page)
    page.get_by_label("Work e-mail").wait_for()
    assert violations(page) == []
    card.send()
    assert violations(page) == []
    card.reach_times()
    assert violations(page) == []
    card.choose(3)
    page.get_by_text("We are keeping").wait_for()
    page.get_by_text("Add guests or a note").click()
    assert violations(page) == []
    double.taken.add(double.calls("hold")[-1]["body"]["start"])
    card.book_button.click()
    page.get_by_text("Someone just took").wait_for()
    assert violations(page) == []
    page.locator(".summary").get_by_role("button").first.click()
    card.book_button.click()
    page.get_by_role("heading", name="You’re booked").wait_for()
    assert violations(page) == []


def test_every_step_moves_the_focus_to_its_heading_and_is_announced(card: Card) -> None:
    card.reach_times()
    expect(card.page.get_by_role("heading", name="Pick a time")).to_be_focused()
    expect(card.page.locator('.card > [role="status"]')).to_have_text("Step 2 of 3: Pick a time")
    card.choose()
    card.book_button.click()
    expect(card.page.get_by_role("heading", name="You’re booked")).to_be_focused()
    expect(card.page.locator('.card > [role="status"]')).to_have_text("Step 3 of 3: You’re booked")


def test_loading_does_not_steal_the_focus(page: Page, visit: Visit) -> None:
    visit(page)
    page.get_by_label("Work e-mail").wait_for()
    assert page.evaluate("document.activeElement === document.body")


def test_targets_are_at_least_44_pixels_high(card: Card) -> None:
    card.reach_times()
    expect(card.page.locator(".time:visible").first).to_be_visible()
    # what is folded away has no height and is no target
    heights = card.page.locator(":is(.time, .day.open, .nav button):visible").evaluate_all(
        "(nodes) => nodes.map((node) => node.getBoundingClientRect().height)"
    )
    assert len(heights) > 5 and min(heights) >= 44


@pytest.mark.parametrize(
    "visitor", [{"reduced_motion": "reduce", "locale": "en-GB", "timezone_id": "Europe/Berlin"}]
)
def test_nothing_moves_for_those_who_ask_for_it(card: Card, visitor: dict[str, Any]) -> None:
    card.reach_times()
    card.choose()
    assert (
        card.page.evaluate("document.querySelector('smart-scheduler').shadowRoot.getAnimations().length") == 0
    )
