"""An admin sets a company up from nothing, page by page, and a prospect books through it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.journeys.conftest import Arrive
from tests.browser.journeys.person import PASSWORD, Person
from tests.browser.widget.double import company_site, serve
from tests.fixtures.product import ADA, Product, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.server]

REMY, ROSA, GUEST = "remy@acme.test", "rosa@acme.test", "priya@klinik.example"
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TO_THE_DESK = "rules: []\ncatch_all:\n  - queue: desk\n"
CLINICS = """\
rules:
  - name: Clinics in Germany
    when:
      all:
        - {field: country, op: eq, value: DE}
        - {field: industry, op: eq, value: healthcare}
    action: {pool: sales, require_skills: {healthcare: 2}}
    fallback: [{queue: desk}]
catch_all:
  - queue: desk
"""


@pytest.fixture
def website(empty_product: Product) -> Iterator[tuple[str, dict[str, str]]]:
    """The company's own site, another origin with a strict policy, and the pages a test may put on it."""
    pages: dict[str, str] = {}
    server = serve(company_site(pages, empty_product.web))
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()


class Admin:
    """What Ada does on every page that adds something."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def start(self, link: str, first: str) -> None:
        """Go to a list that is still empty, and to the form for its first item."""
        self.person.follow(link)
        self.page.get_by_role("link", name=first).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("New")
        self.person.look()

    def fill(self, **values: str) -> None:
        """Fill in fields by their labels, written with underscores."""
        for label, value in values.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).first.fill(value)

    def save(self, button: str) -> None:
        """Press the button; saving says so."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator(".toast[data-kind=good]")).to_be_visible()
        self.person.look()


def set_up_people(ada: Admin) -> None:
    """Company, schedule, two reps with accounts, a queue, and a pool of both."""
    ada.person.follow("Settings")
    ada.fill(Company="Acme", Home_time_zone="Europe/Berlin")
    ada.save("Save")
    ada.start("Schedules", "Add the first schedule")
    ada.fill(Name="office", Time_zone="Europe/Berlin", **dict.fromkeys(WEEK, "08:00-18:00"))
    ada.save("Add schedule")
    ada.start("Reps", "Add the first rep")
    add_rep(ada, "Remy", REMY, skills="healthcare: 3")
    ada.person.follow("Reps")
    ada.page.get_by_role("link", name="Add rep").click()
    add_rep(ada, "Rosa", ROSA, skills="retail: 2")
    ada.person.goto(f"{ada.page.url.split('/admin')[0]}/admin/settings/users/new")
    ada.fill(Name="Remy", **{"E-mail": REMY, "First_password": PASSWORD})
    ada.save("Add account")
    ada.start("Queues", "Add the first queue")
    ada.fill(Name="desk", People=ADA)
    ada.save("Add queue")
    ada.start("Pools", "Add the first pool")
    ada.fill(Name="sales")
    ada.page.get_by_label("Queue", exact=True).select_option("desk")
    ada.page.get_by_role("checkbox", name="Remy").check()
    ada.page.get_by_role("checkbox", name="Rosa").check()
    ada.save("Add pool")


def add_rep(ada: Admin, name: str, email: str, skills: str) -> None:
    """One rep in the shared hours."""
    ada.fill(Name=name, **{"E-mail": email}, Time_zone="Europe/Berlin")
    ada.page.get_by_label("Working hours", exact=True).select_option("office")
    ada.page.get_by_label("Skills and levels").fill(skills)
    ada.save("Add rep")


def set_up_routing(ada: Admin, website: str) -> None:
    """A meeting type, a first router that sends everybody to the desk, and a form on the company's site."""
    ada.start("Meeting types", "Add the first meeting type")
    ada.fill(Name="Intro call", Short_name="intro", Length="30")
    ada.save("Add meeting type")
    ada.start("Routers", "Write the first rules")
    ada.fill(Name="inbound", Rules_as_YAML=TO_THE_DESK)
    ada.save("Save draft")
    publish(ada)
    ada.start("Forms", "Add the first form")
    ada.fill(Short_name="demo", Websites_it_may_stand_on=website)
    ada.page.get_by_label("Router", exact=True).select_option("inbound")
    ada.page.get_by_label("Meeting type", exact=True).select_option("intro")
    question = ada.page.get_by_role("group", name="A new question").first
    question.get_by_label("Name", exact=True).fill("industry")
    question.get_by_label("Label").fill("Industry")
    question.get_by_label("Kind").select_option("choice")
    question.get_by_label("Choices").fill("healthcare = Health care, retail = Retail")
    ada.save("Add form")


def publish(ada: Admin) -> None:
    """From the draft to what publishing changes, and from there into force."""
    with ada.page.expect_navigation():
        ada.page.get_by_role("button", name="Review and publish", exact=True).click()
    expect(ada.page.get_by_role("region", name="What publishing changes")).to_be_visible()
    expect(ada.page.get_by_role("region", name="Coverage")).to_be_visible()
    ada.person.look()
    ada.save("Publish")


def write_a_rule(ada: Admin) -> None:
    """A slip is shown with its line; the mended rules become a draft that is not in force yet."""
    ada.person.forgive("status of 422")
    ada.person.follow("Routers")
    ada.page.get_by_role("link", name="inbound", exact=True).click()
    ada.page.get_by_role("link", name="Edit", exact=True).click()
    ada.fill(Rules_as_YAML=CLINICS.replace("pool: sales", "pool: sails"))
    ada.page.get_by_role("button", name="Check", exact=True).click()
    expect(ada.page.locator("#findings")).to_contain_text("Line 7")
    ada.person.look()
    ada.fill(Rules_as_YAML=CLINICS)
    ada.save("Save draft")


def try_a_lead(ada: Admin, product: Product) -> None:
    """What would happen to a clinic, with those passed over and the first times; nothing is left behind."""
    ada.page.get_by_role("link", name="Try a lead").first.click()
    ada.person.arrive("inbound")
    ada.page.get_by_label("Rules", exact=True).select_option("draft")
    ada.fill(Your_name="Made-up Max", **{"Work_e-mail": "max@klinik.example"}, Company="Klinik")
    ada.page.get_by_label("Country", exact=True).select_option("DE")
    ada.page.get_by_label("Industry", exact=True).select_option("healthcare")
    ada.page.get_by_role("button", name="Try it").click()
    why = ada.page.get_by_role("region", name="What would happen")
    expect(why).to_contain_text("Clinics in Germany")
    expect(why).to_contain_text("Rosa")
    expect(ada.page.locator(".times .time").first).to_be_visible()
    ada.person.look()
    for table in ("leads", "requests", "reservations", "ledger_entries WHERE kind = 'assigned'"):
        assert product.ask_database(f"SELECT count(*) FROM {table}") == [(0,)]


def copy_snippet(ada: Admin) -> str:
    """The lines to paste, by the button that copies them."""
    ada.person.follow("Forms")
    ada.page.get_by_role("link", name="demo", exact=True).click()
    ada.person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ada.page.get_by_role("button", name="Copy").click()
    expect(ada.page.get_by_role("button", name="Copied")).to_be_visible()
    copied: str = ada.page.evaluate("navigator.clipboard.readText()")
    return copied


def book_through(priya: Person, address: str) -> None:
    """Priya meets the form on the company's page and books the first time, faster than it can be kept for her."""
    page = priya.page
    priya.forgive("status of 409")  # the answer to a hold that its own booking overtook
    priya.goto(address)
    page.get_by_label("Your name").fill("Priya Raman")
    page.get_by_label("Work e-mail").fill(GUEST)
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Industry").select_option("healthcare")
    page.get_by_role("button", name="See open times").click()
    page.locator('[role="listbox"] [role="option"]').first.click()
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="You’re booked")).to_be_focused()
    priya.look()


def see_why(ada: Admin) -> None:
    """The lead's page says who got it, by which rule, and why not the other."""
    ada.person.follow("Leads")
    ada.page.get_by_role("link", name="Priya Raman").click()
    ada.person.arrive("Priya Raman")
    why = ada.page.get_by_role("region", name="Why this rep")
    expect(why).to_contain_text("Remy got it")
    expect(why).to_contain_text("Clinics in Germany")
    expect(why.locator("[data-outcome=winner]")).to_contain_text("Remy")
    expect(why.locator(".candidate").filter(has_text="Rosa")).to_contain_text("healthcare")


def undo_a_change(ada: Admin) -> None:
    """The meeting gets longer, and is as it was again."""
    length = ada.page.get_by_label("Length", exact=True)
    ada.person.follow("Meeting types")
    ada.page.get_by_role("link", name="Intro call").click()
    length.fill("45")
    ada.save("Save")
    ada.person.follow("Settings")
    ada.page.get_by_role("link", name="History", exact=True).click()
    ada.person.look()
    ada.page.get_by_role("button", name="Undo").first.click()
    ada.person.look()
    ada.save("Take it back")
    ada.person.follow("Meeting types")
    ada.page.get_by_role("link", name="Intro call").click()
    expect(length).to_have_value("30")


def test_an_admin_sets_up_a_company_from_nothing_and_a_prospect_books_through_it(
    arrive: Arrive, empty_product: Product, website: tuple[str, dict[str, str]]
) -> None:
    site, pages = website
    ada = Admin(arrive())
    ada.person.sign_in(empty_product.web, ADA)
    set_up_people(ada)
    set_up_routing(ada, site)
    empty_product.connect(REMY, "google")
    write_a_rule(ada)
    try_a_lead(ada, empty_product)
    ada.page.get_by_role("link", name="Edit", exact=True).click()
    publish(ada)
    pages["contact"] = (
        f'<!doctype html><html lang="en"><title>Acme</title><main><h1>Talk to us</h1>{copy_snippet(ada)}</main>'
    )
    book_through(arrive(), f"{site}/contact")
    events = wait_for(lambda: empty_product.google_events(REMY, GUEST), "the event")
    assert len(events) == 1
    assert wait_for(lambda: empty_product.invitations(GUEST), "the invitation")
    see_why(ada)
    undo_a_change(ada)
