"""The card on a page of another origin, with a scripted API behind it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.widget.double import Double, company_site, scheduler_site, serve

Visit = Callable[..., Page]

HOSTILE_STYLE = """
body { margin: 0; padding: 24px; font: italic 33px/3 serif; color: red; letter-spacing: 4px; text-transform: uppercase }
button, input, h2 { display: none !important; background: lime !important }
smart-scheduler { font-size: 60px !important; color: red !important; --accent: lime; --text: lime }
"""


@pytest.fixture
def visitor() -> dict[str, Any]:
    """How the visitor's browser is set up: in Berlin, with an English browser. Tests may parametrize it."""
    return {"timezone_id": "Europe/Berlin", "locale": "en-GB", "viewport": {"width": 1100, "height": 800}}


@pytest.fixture
def context(chromium: Browser, visitor: dict[str, Any]) -> Iterator[BrowserContext]:
    """The visitor's browser."""
    context = chromium.new_context(**visitor)
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty tab."""
    return context.new_page()


@pytest.fixture
def double() -> Double:
    """The API's answers, to be scripted."""
    return Double()


@pytest.fixture
def scheduler(double: Double) -> Iterator[str]:
    """The address of the scheduler's origin."""
    server = serve(scheduler_site(double))
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def company(scheduler: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The company's own site, and the pages a test may add to it."""
    pages: dict[str, str] = {}
    server = serve(company_site(pages, scheduler))
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()


@pytest.fixture
def visit(company: tuple[str, dict[str, str]], scheduler: str) -> Visit:
    """Open a page of the company that embeds the card; `body` may use {src}."""
    address, pages = company

    def go(page: Page, body: str | None = None, *, lang: str = "en", query: str = "") -> Page:
        embed = body or '<script nonce="page" src="{src}" data-form="demo"></script>'
        pages["contact"] = (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Acme</title>'
            '<meta name="viewport" content="width=device-width">'
            f'<style nonce="page">{HOSTILE_STYLE}</style><body>{embed.replace("{src}", scheduler + "/widget.js")}'
        )
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto(f"{address}/contact{query}")
        return page

    return go


class Card:
    """What a visitor does with the card."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.host = page.locator("smart-scheduler")

    def fill(self, email: str = "priya@globex.test") -> None:
        """Answer the form without sending it."""
        self.page.get_by_label("Work e-mail").fill(email)
        self.page.get_by_label("Name", exact=True).fill("Priya Shah")
        self.page.get_by_label("Country").select_option("DE")
        self.page.get_by_role("radio", name="51-200", exact=True).check()

    def send(self) -> None:
        """Press the first button."""
        self.page.get_by_role("button", name="See open times").click()

    def reach_times(self) -> None:
        """Fill in and go on to the times."""
        self.fill()
        self.send()
        self.page.get_by_role("heading", name="Pick a time").wait_for()
        self.times.first.wait_for()

    @property
    def times(self) -> Locator:
        """The chosen day's times."""
        return self.page.locator('[role="listbox"] [role="option"]')

    def choose(self, at: int = 0) -> str:
        """Tap one of the day's times; its words for a screen reader."""
        label = self.times.nth(at).get_attribute("aria-label") or ""
        self.times.nth(at).click()
        return label

    @property
    def book_button(self) -> Locator:
        """The last button."""
        return self.page.get_by_role("button", name="Book this time")


@pytest.fixture
def card(page: Page, visit: Visit) -> Card:
    """The card, inline on the company's page, form shown."""
    visit(page)
    page.get_by_label("Work e-mail").wait_for()
    return Card(page)


@pytest.fixture
def no_storage(context: BrowserContext) -> None:
    """A browser that blocks storage."""
    context.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('blocked') } })"
    )
