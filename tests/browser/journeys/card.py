"""What a prospect does with the widget."""

from playwright.sync_api import Locator, expect

from tests.browser.journeys.person import Person

COMPANY = {"Your name": "Priya Raman", "Company": "Nordklinik", "Postal code": "10115"}

LAST_CHOICE = 8  # the highest place in a day's list that a journey chooses


class Card:
    """The widget on the page a person is at."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        self.booked = self.page.get_by_role("heading", name="You’re booked")
        self.pick = self.page.get_by_role("heading", name="Pick a time", exact=True)
        self.times = self.page.locator('[role="listbox"] [role="option"]')
        self.book_button = self.page.get_by_role("button", name="Book this time")

    def field(self, label: str) -> Locator:
        """A field of the form; the label may say more, such as that an answer is optional."""
        inside = self.page.locator("smart-scheduler")
        return inside.get_by_role("textbox", name=label).or_(inside.get_by_role("combobox", name=label))

    def fill(self, email: str) -> None:
        """Answer as somebody of a clinic in Berlin, whom the rules send to Remy alone."""
        for label, value in {**COMPANY, "Work e-mail": email}.items():
            self.field(label).fill(value)
        self.field("Country").select_option("DE")
        self.page.get_by_role("radio", name="201-500").check()
        self.field("Industry").select_option("healthcare")

    def reach_times(self, email: str) -> None:
        """Fill in and go on to the times."""
        self.fill(email)
        self.page.get_by_role("button", name="See open times").click()
        self.wait_for_times()

    def wait_for_times(self) -> None:
        """The second step is there, with times; where today is nearly over, those of a day with more of them."""
        expect(self.pick).to_be_visible()
        self.times.first.wait_for()
        for at in range(self.page.locator(".day.open").count()):
            if self.times.count() > LAST_CHOICE:
                return
            self.page.locator(".day.open").nth(at).click()

    def choose(self, at: int = 0) -> None:
        """Tap one of the day's times and wait until it is kept."""
        self.times.nth(at).click()
        self.page.get_by_text("We are keeping this time until").wait_for()

    def book(self) -> None:
        """Press the last button."""
        self.book_button.click()
        expect(self.booked).to_be_focused()
