"""Every page of the consoles in both schemes, wide and on a phone: no barrier, nothing cut off, no error."""

from collections.abc import Callable
from importlib.resources import files

import pytest
from playwright.sync_api import Page

Visit = Callable[..., Page]

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK = """rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map(
    each => `${each.id}: ${each.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`))"""

WIDE_LIGHT = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
PHONE_DARK = {
    "viewport": {"width": 390, "height": 844},
    "color_scheme": "dark",
    "has_touch": True,
    "is_mobile": True,
}

ADMIN_PAGES = [
    "/admin/",
    "/admin/leads",
    "/admin/leads?q=nobody",
    "LEAD",
    "/admin/meetings",
    "/admin/meetings?which=past",
    "MEETING",
    "/admin/routers",
    "/admin/routers/new",
    "/admin/routers/inbound",
    "/admin/routers/inbound/edit",
    "/admin/routers/inbound/try",
    "/admin/routers/inbound/replay",
    "/admin/routers/inbound/versions",
    "/admin/experiments",
    "/admin/report",
    "/admin/pools",
    "/admin/pools/new",
    "/admin/pools/everybody",
    "/admin/pools/everybody/ledger",
    "/admin/territories",
    "/admin/territories/dach",
    "/admin/queues",
    "/admin/queues/desk",
    "/admin/lead-facts/scoring",
    "/admin/lead-facts/qualification",
    "/admin/lead-facts/enrichment",
    "/admin/reps",
    "/admin/reps/new",
    "/admin/reps/remy@acme.test",
    "/admin/schedules",
    "/admin/schedules/office",
    "/admin/forms",
    "/admin/forms/new",
    "/admin/forms/demo",
    "/admin/meeting-types",
    "/admin/meeting-types/demo",
    "/admin/calendars",
    "/admin/company-connection",
    "/admin/alerts",
    "CALENDAR",
    "WHAT_COUNTS",
    "/admin/settings",
    "/admin/settings/users",
    "/admin/settings/users/new",
    "/admin/settings/history",
    "/admin/settings/keys",
    "/admin/settings/document",
    "/admin/settings/audit",
    "/admin/settings/jobs",
]
CONNECTED_PAGES = ["/app/calendars", "/app/calendars/cal_rosa/busy"]
REP_PAGES = [
    "/app/",
    "/app/queue",
    "/app/calendars",
    "/app/hours",
    "/app/hours/more",
    "/app/time-off",
    "/app/out",
    "/app/history",
]


def look_at(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    page.evaluate(AXE)
    faults: list[str] = page.evaluate(LOOK, RULES)
    cut = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + ([f"{cut} px wider than the screen"] if cut > 0 else [])


@pytest.mark.parametrize("look", [WIDE_LIGHT, PHONE_DARK], ids=["wide-light", "phone-dark"])
@pytest.mark.parametrize(
    ("name", "pages"),
    [("ada", ADMIN_PAGES), ("remy", REP_PAGES), ("rosa", CONNECTED_PAGES)],
)
def test_no_page_has_a_barrier_or_is_cut_off(
    visit: Visit, server: str, name: str, pages: list[str], look: dict[str, object]
) -> None:
    found: dict[str, list[str]] = {}
    page = visit(name, "/admin/leads?q=priya" if name == "ada" else "/app/", **look)
    named = {}
    if name == "ada":
        named["LEAD"] = str(page.get_attribute("a[data-row]", "href"))
        page.goto(f"{server}/admin/meetings")
        named["MEETING"] = str(page.get_attribute("a[data-row]", "href"))
        page.goto(f"{server}/admin/calendars")
        named["CALENDAR"] = str(page.get_attribute("a[href*='/admin/calendars/']", "href"))
        named["WHAT_COUNTS"] = f"{named['CALENDAR']}/busy"
    for address in pages:
        page.goto(server + named.get(address, address))
        if faults := look_at(page):
            found[address] = faults
    assert found == {}


@pytest.mark.parametrize("look", [WIDE_LIGHT, PHONE_DARK], ids=["wide-light", "phone-dark"])
def test_the_sign_in_has_no_barrier(server: str, chromium: object, look: dict[str, object]) -> None:
    context = chromium.new_context(**look)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{server}/sign-in")
    assert look_at(page) == []
    page.fill("[name=email]", "ada@acme.test")
    page.fill("[name=password]", "not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert look_at(page) == []
    assert page.input_value("[name=email]") == "ada@acme.test"
    context.close()
