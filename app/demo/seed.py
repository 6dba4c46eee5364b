"""`python -m app.demo.seed company|calendars`: fill an empty product with Acme, by its own use cases.

`company` applies the configuration document, makes the people and imports the accounts. `calendars` has each rep
sign in and connect a calendar in a browser, over HTTP, as they would. Both leave alone what is there already, so
that changes made in the console survive the next start.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.demo.browser import Browser, Page
from app.demo.ports import HOST, Ports
from app.demo.settings import PASSWORD
from app.postgres.files import write_private

HERE = Path(__file__).resolve().parent
GOOGLE, MICROSOFT = "google", "microsoft"
USERS = (
    ("ada@acme.test", "Ada", "admin"),
    ("mia@acme.test", "Mia", "manager"),
)
CONNECTIONS = (
    ("remy@acme.test", GOOGLE),
    ("ravi@acme.test", GOOGLE),
    ("ruth@acme.test", GOOGLE),
    ("rosa@acme.test", MICROSOFT),
    ("renee@acme.test", MICROSOFT),
)
CALENDARS = "/app/calendars"
MIRROR_PATIENCE = 90.0


class SeedFailed(Exception):
    """The demo's data could not be made; the words say where it stopped."""


def company_document(ports: Ports) -> dict[str, Any]:
    """Acme's configuration, its form open to the website of a demo on these ports."""
    from app.configuration.text import read_yaml

    document: dict[str, Any] = read_yaml((HERE / "company.yaml").read_text())
    for form in document["forms"]:
        form["origins"] += [f"http://{name}:{ports.site}" for name in (HOST, "localhost")]
    return document


def seed_company(ports: Ports, data_dir: Path) -> None:
    """Make the configuration, the people and the accounts, unless there is a company already."""
    from app.actor import SYSTEM
    from app.db import db, transaction
    from app.scopes import Scope
    from app.store.people import list_users
    from app.usecases.change_configuration import apply_document
    from app.usecases.create_api_key import create_api_key
    from app.usecases.create_user import create_user
    from app.usecases.import_accounts import import_accounts

    with _application():
        if list_users(db.session()):
            print("the company is there already")
            return
        document = company_document(ports)
        reps = [(rep["email"], rep["name"], "rep") for rep in document["reps"]]
        with transaction():  # all of it or nothing: the next start tries again
            apply_document(document, SYSTEM, "demo")
            for email, name, role in (*USERS, *reps):
                create_user(email, name, role, PASSWORD, SYSTEM)
            report = import_accounts((HERE / "accounts.csv").read_bytes(), SYSTEM)
            if report.errors:
                raise SeedFailed(f"accounts.csv: {report.errors[0].message}")
            key = create_api_key("demo", Scope, SYSTEM)
            write_private(data_dir / "api-key", key.secret)
    print("Acme is set up")


def seed_calendars(environ: Mapping[str, str]) -> None:
    """Connect each rep's calendar, unless it is connected, and wait until all mirrors have been read once."""
    base, authority = environ["PUBLIC_BASE_URL"], Path(environ["OUTBOUND_CA_BUNDLE"])
    states = read_states()
    for email, provider in CONNECTIONS:
        if (email, provider) not in states:
            connect(Browser(authority), base, email, provider)
            print(f"{email} connected {provider}")
    wait_for(lambda: all(state == "ok" for state in read_states().values()), "the calendars to be read")


def connect(browser: Browser, base: str, email: str, provider: str) -> None:
    """Sign in as a rep and go through the provider's consent."""
    page = browser.open(f"{base}/sign-in")
    form = page.form(having="password")
    browser.submit(page, form, {"email": email, "password": PASSWORD})
    page = browser.open(base + CALENDARS)
    consent = _begin(browser, page, provider)
    answer = {"account": email, "decision": "allow"}
    page = browser.submit(consent, consent.form(having="decision"), answer)
    if page.status != 200 or CALENDARS not in page.url:
        raise SeedFailed(f"{email} could not connect {provider}: ended at {page.url} ({page.status})")


def _begin(browser: Browser, page: Page, provider: str) -> Page:
    """Press the button, or follow the link, that starts connecting."""
    for form in page.forms:
        if f"/{provider}" in form.action or ("provider", provider) in [*form.values, *form.buttons]:
            chosen = {"provider": provider} if ("provider", provider) in form.buttons else {}
            return browser.submit(page, form, chosen)
    for link in page.links:
        if f"/{provider}/" in link or link.endswith(f"/{provider}"):
            return browser.open(link)
    raise SeedFailed(f"{page.url} ({page.status}) offers no way to connect {provider}")


def read_states() -> dict[tuple[str, str], str]:
    """The state of every rep's calendars that count: (rep, provider) to `ok`, or to the first other state."""
    from app.db import db
    from app.store.overview import list_calendar_health

    states: dict[tuple[str, str], str] = {}
    with _application():
        for row in list_calendar_health(db.session()):
            if row.checks_conflicts and states.get((row.rep, row.provider), "ok") == "ok":
                states[row.rep, row.provider] = row.state
    return states


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Look until something holds; raise SeedFailed after a minute and a half."""
    until = time.monotonic() + MIRROR_PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise SeedFailed(f"Waited {MIRROR_PATIENCE:.0f} s for {what} in vain")
        time.sleep(0.2)


@contextmanager
def _application() -> Iterator[None]:
    """The application's context, its connections given back at the end."""
    from app.db import db
    from app.factory import create_app

    with create_app().app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def main(what: str) -> None:
    """Run one half."""
    if what == "company":
        seed_company(Ports(int(os.environ["PORT"])), Path(os.environ["DATA_DIR"]))
    else:
        seed_calendars(os.environ)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (SeedFailed, LookupError) as failure:
        sys.exit(str(failure))
