"""A person at a browser of their own: what they see is checked for barriers, what goes wrong is kept."""

import re
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, expect

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Of all rules only that of contrast can come out otherwise in the dark
SCHEMES = {"light": RULES, "dark": {"type": "rule", "values": ["color-contrast"]}}
RUN_AXE = """rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map(
    each => `${each.id}: ${each.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`))"""
PATIENCE = 60_000

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
IN_BERLIN = {"timezone_id": "Europe/Berlin", "locale": "en-GB"}
PASSWORD = "demo-password-1"


class Person:
    """One browser context with one page, in Berlin with an English browser unless said otherwise."""

    def __init__(self, chromium: Browser, **look: Any) -> None:
        self.context = chromium.new_context(**{"reduced_motion": "reduce", **DESKTOP, **IN_BERLIN, **look})
        self.context.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.forgiven: list[str] = []
        self.hosts: set[str] = set()
        self.context.on("console", self._note)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page = self.context.new_page()

    def _note(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.errors.append(f"{line.text} ({line.location.get('url', '')})")

    def goto(self, address: str) -> None:
        """Go to an address, and look at what is there."""
        self.page.goto(address)
        self.look()

    def look(self) -> None:
        """No barrier on the page as it stands, light and dark, and nothing cut off."""
        faults: dict[str, list[str]] = {}
        for scheme, rules in SCHEMES.items():
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if not self.page.evaluate("'axe' in window"):
                self.page.evaluate(AXE)
            if found := self.page.evaluate(RUN_AXE, rules):
                faults[scheme] = found
        cut = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert not faults, (self.page.url, faults)
        assert cut <= 0, f"{self.page.url} is {cut} px wider than the screen"

    def forgive(self, *parts: str) -> None:
        """Errors that belong to the story: the browser reports every refused call on its console."""
        self.forgiven += parts

    def sign_in(self, web: str, email: str, password: str = PASSWORD) -> None:
        """Sign in at the console."""
        page = self.page
        self.goto(f"{web}/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(r"/(admin|app)/"))
        self.look()

    def follow(self, link: str, title: str = "") -> None:
        """Follow the console's navigation, which on a phone is behind a button."""
        menu = self.page.get_by_role("navigation", name="Main")
        if not menu.is_visible():
            self.page.get_by_role("button", name="Menu", exact=True).click()
        menu.get_by_role("link", name=link, exact=True).click()
        self.arrive(title or link)

    def arrive(self, title: str) -> None:
        """A page with this title is there; look at it."""
        expect(self.page.get_by_role("heading", name=title, level=1)).to_be_visible()
        self.look()

    def told(self, words: str) -> None:
        """The page says so in passing."""
        expect(self.page.locator(".toast")).to_contain_text(words)

    def tab_to(self, target: Locator) -> None:
        """Reach something as a person without a mouse does."""
        for _ in range(60):
            if target.evaluate("node => node.getRootNode().activeElement === node"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached with the Tab key")

    def close(self) -> None:
        """Leave; fails when the browser had something to complain about."""
        self.context.close()
        left = [one for one in self.errors if not any(part in one for part in self.forgiven)]
        assert left == [], left
