"""The consoles used as people use them: a phone's menu, the keyboard, an editor, a form with a fault."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]

pytestmark = pytest.mark.browser

FAULTY = """\
rules:
  - name: Germany
    when: {field: country, op: resembles, value: DE}
    action: {pool: everybody}
catch_all: [{pool: everybody}]
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_on_a_phone_the_menu_opens_leads_on_and_closes(visit: Visit) -> None:
    page = visit("ada", "/admin/", **PHONE)
    menu = page.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).tap()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).tap()
    menu.get_by_role("link", name="Pools").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pools")


def test_rows_answer_to_the_keyboard(visit: Visit) -> None:
    page = visit("ada", "/admin/leads")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("a[data-row]").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("priya")
    page.keyboard.press("Enter")
    expect(page.locator("a[data-row]")).to_have_count(1)
    assert "q=priya" in page.url


def test_the_first_tab_leads_past_the_navigation(visit: Visit) -> None:
    page = visit("ada", "/admin/leads")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="All", exact=True)).to_be_focused()


def test_the_rule_editor_indents_numbers_its_lines_and_leads_to_a_fault(visit: Visit) -> None:
    page = visit("ada", "/admin/routers/inbound/edit")
    area = page.locator("#document")
    area.fill("")
    area.focus()
    page.keyboard.type("rules:")
    page.keyboard.press("Enter")
    page.keyboard.type("- name: Germany")
    assert area.input_value() == "rules:\n  - name: Germany"
    area.fill(FAULTY)
    expect(page.locator(".lines")).to_have_text("1\n2\n3\n4\n5\n6\n", use_inner_text=True)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Line 3").first.click()
    picked = area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert "resembles" in picked
    expect(page.locator(".lines b")).to_have_text("3\n", use_inner_text=True)


def test_escape_and_tab_leave_the_rule_editor(visit: Visit) -> None:
    page = visit("ada", "/admin/routers/inbound/edit")
    page.locator("#document").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#document")).not_to_be_focused()


def test_a_lead_is_tried_and_the_winner_is_marked(visit: Visit) -> None:
    page = visit("ada", "/admin/routers/inbound/try")
    page.get_by_label("Work e-mail").fill("priya@clinic.example")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Industry").select_option("healthcare")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".candidate[data-outcome=winner]")).to_contain_text("Remy")
    expect(page.locator(".time").first).to_be_visible()


def test_a_fault_takes_the_focus_and_unsaved_work_is_guarded(visit: Visit) -> None:
    page = visit("ada", "/admin/reps/remy@acme.test")
    page.get_by_label("Time zone").fill("Europe/Berln")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.get_by_label("Time zone")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Name", exact=True).fill("Remy R.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Meetings", exact=True).first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/admin/reps/remy@acme.test")


def test_archiving_asks_first_and_says_what_it_touches(visit: Visit) -> None:
    page = visit("ada", "/admin/forms/demo")
    page.get_by_role("button", name="Archive form").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Nothing that is planned is touched")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
