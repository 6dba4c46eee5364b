"""What the console says about rules before they go live, and about versions and reviews after."""

import html
import re
from collections.abc import Callable

from tests.admin.test_routers import CHECKS, EDIT, GOOD, PUBLISH, VERSIONS
from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]

GAPS = """rules:
  - name: Germany
    when: {field: country, op: eq, value: DE}
    action: {pool: everybody}
    review: 2020-01-01
  - name: Germany again
    when: {field: country, op: eq, value: DE}
    action: {queue: desk}
catch_all: [{pool: everybody}]
"""


def test_checks_name_each_finding_with_what_to_do_and_each_gap_with_a_lead_to_try(as_user: Open) -> None:
    browser = as_user("ada")
    browser.post(EDIT, {"document": GAPS, "wish": "draft"})
    page = browser.get(CHECKS).text
    assert "was due on 2020-01-01" in page
    assert "Read it with its owner, then set the next review date." in page
    assert "but does something else, which never happens" in page
    assert "covered by no rule" in page
    link = re.search(r'href="(/admin/routers/inbound/try\?[^"]+)"', page)
    assert link
    tried = browser.get(html.unescape(link.group(1))).text
    assert re.search(r'<option value="AF" selected>|<option value="" ?>', tried)
    assert 'value="priya@clinic.example"' in tried
    assert browser.post(EDIT, {}, to="/admin/routers/inbound/discard").status_code == 303


def test_rules_that_take_everybody_are_proven_to(as_user: Open) -> None:
    browser = as_user("ada")
    whole = GOOD.replace(
        "{field: country, op: eq, value: DE}",
        "{any: [{field: country, op: exists}, {field: country, op: missing}]}",
    )
    page = browser.post(EDIT, {"document": whole, "wish": "check"}).text
    assert "is covered by a rule. This is proven." in page
    assert "covered by no rule" in browser.post(EDIT, {"document": GOOD, "wish": "check"}).text


def test_any_two_versions_and_the_draft_can_be_compared(as_user: Open) -> None:
    browser = as_user("ada")
    browser.post(EDIT, {"document": GOOD.replace("DE}", "AT}"), "wish": "draft"})
    page = browser.get(f"{VERSIONS}?from=1&to=draft").text
    assert "From version 1 to the draft" in page
    assert "Rule &#39;Germany&#39; is new" in page.split("From version 1")[1]
    assert browser.get(f"{VERSIONS}?from=1&to=1").text.count("Both say the same.") == 1
    assert browser.get(f"{VERSIONS}?from=1&to=99").status_code == 404
    assert browser.get(f"{VERSIONS}?from=x&to=1").status_code in (404, 422)
    browser.post(EDIT, {}, to="/admin/routers/inbound/discard")


def test_a_manager_may_look_at_checks_and_not_publish(as_user: Open) -> None:
    mia = as_user("mia")
    assert mia.get(CHECKS).status_code == 200
    assert mia.post("/admin/routers/inbound/try", {}, to=PUBLISH).status_code == 403


def test_rules_to_read_again_are_listed_with_their_owner(as_user: Open) -> None:
    browser = as_user("ada")
    review = "pool: everybody}\n    review: 2020-01-01\n    owner: Mia\ncatch"
    assert "No rule has a date" in browser.get("/admin/reviews").text
    browser.post(EDIT, {"document": GOOD.replace("pool: everybody}\ncatch", review), "wish": "draft"})
    browser.post(CHECKS, {}, to=PUBLISH)
    page = browser.get("/admin/reviews").text
    assert "Overdue" in page
    assert "Mia" in page
    assert "due for review" in browser.get("/admin/").text
    browser.post(VERSIONS, {}, to="/admin/routers/inbound/restore/1")
    assert "due for review" not in browser.get("/admin/").text
