"""A browser without a window: enough to sign in, press buttons and follow an OAuth consent as a person would.

It keeps cookies, follows redirects between servers, and sends a form with the values its page gave it. No scripts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import requests

SECONDS = 20.0


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and what it would send as it stands."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> set[str]:
        """The names of its fields and buttons."""
        return {name for name, _ in [*self.values, *self.buttons]}


@dataclass(slots=True)
class Page:
    """What came back: where we ended up, the text, its forms and links."""

    url: str
    status: int
    text: str
    forms: list[Form]
    links: list[str]

    def form(self, *, to: str = "", having: str = "") -> Form:
        """Return the first form whose address contains `to` and that has a field `having`; raise LookupError."""
        for one in self.forms:
            if to in one.action and (not having or having in one.names()):
                return one
        raise LookupError(f"{self.url} ({self.status}) has no form to {to!r} with {having!r}")


class Browser:
    """One person at one browser. `authority` is a file with certificates to trust besides the usual ones."""

    def __init__(self, authority: Path | None = None) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._authority = authority

    def open(self, address: str) -> Page:
        """Go to an address and follow wherever it leads."""
        return self._send("GET", address, None)

    def submit(self, page: Page, form: Form, values: Mapping[str, str] | None = None) -> Page:
        """Send a form of a page, some of its fields filled in by us."""
        values = dict(values or {})
        data = [(name, value) for name, value in form.values if name not in values] + list(values.items())
        return self._send(form.method, urljoin(page.url, form.action or page.url), data)

    def _send(self, method: str, address: str, data: list[tuple[str, str]] | None) -> Page:
        verify: bool | str = (
            str(self._authority) if self._authority and address.startswith("https:") else True
        )
        answer = self._session.request(
            method,
            address,
            params=data if method == "GET" else None,
            data=data if method != "GET" else None,
            headers={
                "Referer": address,
                "Origin": address.split("/", 3)[0] + "//" + address.split("/", 3)[2],
            },
            allow_redirects=False,
            timeout=SECONDS,
            verify=verify,
        )
        if answer.is_redirect:
            return self._send("GET", urljoin(address, answer.headers["Location"]), None)
        return read_page(answer.url, answer.status_code, answer.text)


def read_page(url: str, status: int, text: str) -> Page:
    """Read the forms and links of a page."""
    reader = _Reader()
    reader.feed(text)
    return Page(url, status, text, reader.forms, [urljoin(url, link) for link in reader.links])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self._open = Form(found.get("action", ""), found.get("method", "get").upper())
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(self._open, tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None

    def _field(self, form: Form, tag: str, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            form.values.append((self._select, found.get("value", "")))
        elif tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.append((name, found.get("value", "")))
        elif tag == "input" and name and (kind not in {"checkbox", "radio"} or "checked" in found):
            form.values.append((name, found.get("value", "on" if kind == "checkbox" else "")))
