"""A manager sees leads and meetings, and may not change how the company is set up."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys.conftest import Arrive
from tests.browser.journeys.person import DESKTOP, PHONE
from tests.fixtures.product import Product
from tests.journeys.asking import ask

pytestmark = [pytest.mark.browser, pytest.mark.server]

MIA = "mia@acme.test"


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_manager_sees_everything_and_changes_nothing(
    arrive: Arrive, product: Product, screen: dict[str, object]
) -> None:
    name = f"Petra {'Wide' if screen is DESKTOP else 'Narrow'}"
    email = f"{name.replace(' ', '-').lower()}@bergklinik.example"
    lead = ask(product, email, "Europe/Berlin", name=name, country="DE", industry="healthcare")
    lead.book(lead.starts[-1])
    mia = arrive(**screen)
    page = mia.page
    mia.sign_in(product.web, MIA)
    mia.follow("Leads")
    page.get_by_role("link", name=name).click()
    mia.arrive(name)
    expect(page.get_by_role("region", name="Why this rep")).to_contain_text("Remy got it")
    mia.follow("Meetings")
    expect(page.get_by_role("main")).to_contain_text(name)
    mia.follow("Calendars")
    expect(page.get_by_role("main")).to_contain_text("Remy")
    mia.follow("Pools")
    expect(page.get_by_role("link", name="Add pool")).to_have_count(0)
    page.get_by_role("link", name="europe", exact=True).click()
    mia.arrive("europe")
    expect(page.get_by_text("Only admins can change this")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)

    mia.forgive("status of 403")
    for closed in ("pools/new", "settings/users"):
        answer = page.goto(f"{product.web}/admin/{closed}")
        assert answer is not None
        assert answer.status == 403
        expect(page.get_by_role("main")).to_contain_text("admin")
        mia.look()
    page.get_by_role("link", name="Go to the start").click()
    mia.arrive("Today")
