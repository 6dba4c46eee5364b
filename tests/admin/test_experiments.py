"""The page of experiments: what is tried, and what is known."""

from collections.abc import Callable

from flask import Flask

from app.actor import SYSTEM
from app.usecases.change_configuration import change_configuration
from tests.fixtures.consoles import Browser, submit

Open = Callable[[str | None], Browser]
VARIANTS = [
    {"name": "as before", "share": 50, "pool": "everybody"},
    {"name": "a letter <first>", "share": 50, "queue": "desk"},
]


def test_without_an_experiment_the_page_says_what_one_is(as_user: Open) -> None:
    assert "No experiments yet" in as_user("mia").get("/admin/experiments").text


def test_an_experiment_shows_its_variants_and_says_that_it_is_early(app: Flask, as_user: Open) -> None:
    split = {"split": {"name": "who", "variants": VARIANTS}}
    rule = {"name": "all", "when": {"field": "email", "op": "exists"}, "action": split}
    with app.app_context():
        router = {"rules": [rule], "catch_all": [{"pool": "everybody"}]}
        change_configuration({"routers": {"inbound": router}}, SYSTEM, "test")
        made = [submit(f"priya@clinic{number}.example") for number in range(6)]
    page = as_user("mia").get("/admin/experiments").text
    assert "Not enough data to compare a letter &lt;first&gt; with as before" in page
    assert "rule all" in page
    assert "<first>" not in page
    rules = as_user("mia").get("/admin/routers/inbound").text
    assert "Experiment who: 50 % to the pool everybody, 50 % to the queue desk" in rules
    assert made


def test_reps_do_not_see_experiments(as_user: Open) -> None:
    assert as_user("remy").get("/admin/experiments").status_code == 403
