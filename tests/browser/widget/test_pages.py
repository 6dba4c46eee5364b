"""The pages that work without a script: every state renders in every language, passes axe, and works by keyboard."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import jinja2
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, render_template
from playwright.sync_api import Browser, Page, expect

from tests.browser.widget.double import Double, booking_json, scheduler_site, serve
from widget.assets import LANGUAGES
from widget.page import page_context
from widget.words import words_for

pytestmark = pytest.mark.browser

CSP = (
    "default-src 'none'; script-src 'nonce-n' 'strict-dynamic'; style-src 'self'; img-src 'self' https: data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
ZONE = "Europe/Berlin"


def states(double: Double) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each state of each page: its template and what it is given."""
    form = double.form
    today = dt.datetime.now(dt.UTC).date()
    slots = double.slots(today, today + dt.timedelta(days=10), ZONE)
    booking = booking_json(double.all_starts()[3])
    about = {"form": form, "answers": {}, "errors": {}, "problem": None, "countries": [], "enhance": False}
    times = {
        "form": form,
        "request": {"id": "r", "token": "t"},
        "slots": slots,
        "zone": ZONE,
        "problem": None,
        "key": "k",
    }
    manage = {
        "form": form,
        "booking": booking,
        "zone": ZONE,
        "slots": slots,
        "can_change": True,
        "reasons": ("territory", "language"),
        "csrf_token": lambda: "c",
        "reschedule_url": "/move",
        "cancel_url": "/cancel",
        "notice": None,
        "problem": None,
        "again_url": "/f/demo",
    }
    empty = {**slots, "days": [], "reason": {"code": "fully-booked", "message": "Every time is taken."}}
    message = {
        "form": None,
        "title": "This link is over",
        "text": "",
        "action_url": "/",
        "action_text": "Go on",
    }
    return {
        "form": ("form", about),
        "mistakes": ("form", {**about, "answers": {"email": "x"}, "errors": {"email": "No e-mail address."}}),
        "trouble": ("form", {**about, "problem": "Please try again."}),
        "enhanced": ("form", {**about, "enhance": True}),
        "times": ("times", times),
        "no-times": ("times", {**times, "slots": empty}),
        "booked": ("booked", {"form": form, "booking": booking, "zone": ZONE, "email": None}),
        "manage": ("manage", manage),
        "moved": ("manage", {**manage, "notice": "moved", "form": None}),
        "taken": ("manage", {**manage, "problem": "Someone was faster."}),
        "past": ("manage", {**manage, "can_change": False, "slots": None}),
        "cancelled": (
            "manage",
            {**manage, "can_change": False, "booking": {**booking, "state": "cancelled"}},
        ),
        "message": ("message", message),
    }


@pytest.fixture
def pages(double: Double) -> Iterator[str]:
    """All states under /page/<language>/<state>, with the policy of the real pages."""
    site: Flask = scheduler_site(double)
    site.jinja_loader = jinja2.PackageLoader("widget", "templates")
    site.jinja_env.undefined = jinja2.StrictUndefined
    site.jinja_env.globals["csp_nonce"] = lambda: "n"

    @site.get("/page/<language>/<state>")
    def page(language: str, state: str) -> Response:
        template, facts = states(double)[state]
        html = render_template(f"widget/{template}.html", **{**page_context(double.form, language), **facts})
        return Response(
            html, headers={"Content-Security-Policy": CSP}, content_type="text/html; charset=utf-8"
        )

    server = serve(site)
    yield f"http://127.0.0.1:{server.server_port}/page"
    server.shutdown()


def test_no_state_has_a_violation_or_breaks_its_policy(page: Page, pages: str, double: Double) -> None:
    complaints: list[str] = []
    page.emulate_media(reduced_motion="reduce")  # what is still fading in has no contrast yet
    page.on("console", lambda message: complaints.append(message.text))
    for state in states(double):
        page.goto(f"{pages}/en/{state}")
        if state == "enhanced":
            page.get_by_role("combobox", name="Time zone").wait_for()
        found = Axe().run(page, options=RULES).response["violations"]
        assert [
            (state, one["id"], one["nodes"][0]["html"])
            for one in found
            if one["id"] != "page-has-heading-one"
        ] == []
    assert complaints == []


def test_every_language_has_all_words_of_every_page(page: Page, pages: str, double: Double) -> None:
    for language in (*LANGUAGES, "ar", "en-US"):
        for state in states(double):
            assert page.request.get(f"{pages}/{language}/{state}").ok, (language, state)
    assert {frozenset(words_for(language).texts) for language in LANGUAGES} == {
        frozenset(words_for("en").texts)
    }


def test_a_time_is_booked_without_a_script(chromium: Browser, pages: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{pages}/en/times")
    choice = page.get_by_role("radio").nth(2)
    choice.focus()
    page.keyboard.press("Space")
    expect(choice).to_be_checked()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Book this time").click()
    body = sent.value.post_data or ""
    assert "step=book" in body
    assert "start=20" in body
    assert "request=r&token=t" in body
    context.close()


def test_links_in_mails_open_what_they_name(page: Page, pages: str) -> None:
    page.goto(f"{pages}/en/manage#cancel")
    expect(page.get_by_role("button", name="Cancel meeting")).to_be_visible()
    page.goto(f"{pages}/en/manage#move")
    expect(page.get_by_role("button", name="Move the meeting")).to_be_visible()


def test_the_widget_takes_the_place_of_the_form(page: Page, pages: str) -> None:
    page.goto(f"{pages}/en/enhanced")
    expect(page.get_by_role("combobox", name="Time zone")).to_have_value(ZONE)
    expect(page.get_by_label("Work e-mail").filter(visible=True)).to_have_count(1)
