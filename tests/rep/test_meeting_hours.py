"""Hours for some kinds of meetings: a rep keeps them, and document, export and offer agree."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.actor import SYSTEM
from app.db import db
from app.store.configuration import read_state
from app.usecases.change_configuration import apply_document, change_configuration
from app.usecases.export_configuration import export_item
from app.usecases.plan_configuration import plan_document
from tests.fixtures.consoles import Browser, submit

Open = Callable[[str | None], Browser]

MORNINGS = {
    "label": "mornings",
    "timezone": "Europe/Berlin",
    **{f"weekly.{day}": "08:00-09:00" for day in ("mon", "tue", "wed", "thu", "fri")},
    "kinds": "demo",
    "wish": "save",
}
NAME = "remy@acme.test mornings"


@pytest.fixture(autouse=True)
def as_before(app: Flask) -> Any:
    """Every test finds Remy without hours of his own."""
    yield
    with app.app_context():
        state = read_state(db.session())
        kind = {**state["meeting_types"]["demo"], "rep_schedules": {}}
        own = {name: None for name in state["schedules"] if name.startswith("remy@")}
        rep = {**state["reps"]["remy@acme.test"], "schedule": "office"}
        patch = {"schedules": own, "meeting_types": {"demo": kind}, "reps": {"remy@acme.test": rep}}
        change_configuration(patch, SYSTEM, "test")


def given() -> dict[str, str]:
    db.session.rollback()
    chosen: dict[str, str] = export_item("meeting_types", "demo").get("rep_schedules", {})
    return chosen


def starts_for_healthcare() -> set[str]:
    """The clocks at which Remy alone can be met."""
    made = submit()
    days = [day["slots"] for day in made["slots"]["days"]]
    return {datetime.fromisoformat(slot["start"]).strftime("%H:%M") for day in days for slot in day}


def test_a_rep_gives_hours_of_their_own_to_a_kind_of_meeting(app: Flask, as_user: Open) -> None:
    remy = as_user("remy")
    assert "your usual hours" in remy.get("/app/hours").text
    assert remy.post("/app/hours/more", MORNINGS).status_code == 303
    page = remy.get("/app/hours").text
    assert "mornings, yours" in page
    assert "5 hours in the coming week" in page or "5 h in the coming week" in page
    with app.app_context():
        assert given() == {"remy@acme.test": NAME}
        assert export_item("schedules", NAME)["weekly"]["mon"] == ["08:00-09:00"]
        assert starts_for_healthcare() <= {"08:00", "08:15", "08:30"}


def test_the_week_is_shown_before_anything_is_saved(app: Flask, as_user: Open) -> None:
    page = as_user("remy").post("/app/hours/more", {**MORNINGS, "wish": "preview"})
    assert page.status_code == 200
    assert "not saved yet" in page.text
    assert "Product demo: 5" in page.text
    assert 'value="mornings"' in page.text
    with app.app_context():
        assert given() == {}


def test_hours_are_renamed_taken_from_a_meeting_and_removed(app: Flask, as_user: Open) -> None:
    remy = as_user("remy")
    remy.post("/app/hours/more", MORNINGS)
    remy.post("/app/hours/more/mornings", {**MORNINGS, "label": "early birds"})
    with app.app_context():
        assert given() == {"remy@acme.test": "remy@acme.test early birds"}
        assert NAME not in read_state(db.session())["schedules"]
    remy.post("/app/hours/more/early birds", {**MORNINGS, "label": "early birds", "kinds": []})
    with app.app_context():
        assert given() == {}
    page = "/app/hours/more/early birds"
    assert remy.post(page, {}, to=f"{page}/remove").status_code == 303
    assert remy.get(page).status_code == 404


def test_a_change_of_ones_own_hours_is_undone_by_whoever_made_it(app: Flask, as_user: Open) -> None:
    remy = as_user("remy")
    saved = remy.post("/app/hours/more", MORNINGS).headers["Location"]
    undo = f"/app/hours/undo/{saved.rpartition('=')[2]}"
    assert undo in remy.get(saved).text
    as_user("rosa").post("/app/hours", {}, to=undo)
    with app.app_context():
        assert given() == {"remy@acme.test": NAME}, "it was not Rosa's to take back"
    assert remy.post("/app/hours", {}, to=undo).status_code == 303
    with app.app_context():
        assert given() == {}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"label": ""}, "Give them a name"),
        ({"label": "a/b"}, "No slash"),
        ({"weekly.mon": "9 to 5"}, "hours-mon-error"),
        ({"kinds": "nothing"}, "There is no meeting type nothing"),
        ({"timezone": "Mars/Olympus"}, "f-timezone-error"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(
    as_user: Open, typed: dict[str, str], words: str
) -> None:
    answer = as_user("remy").post("/app/hours/more", {**MORNINGS, **typed})
    assert answer.status_code == 422
    assert words.lower() in answer.text.lower()
    assert "08:00-09:00" in answer.text


def test_hours_that_an_admin_chose_for_a_rep_are_not_the_reps_to_change(app: Flask, as_user: Open) -> None:
    with app.app_context():
        kind = read_state(db.session())["meeting_types"]["demo"]
        chosen = {**kind, "rep_schedules": {"remy@acme.test": "office"}}
        change_configuration({"meeting_types": {"demo": chosen}}, SYSTEM, "test")
    remy = as_user("remy")
    assert "chosen by your company" in remy.get("/app/hours").text
    assert "Your company has chosen your hours for Product demo" in remy.get("/app/hours/more").text
    assert remy.post("/app/hours/more", MORNINGS).status_code == 422
    with app.app_context():
        assert given() == {"remy@acme.test": "office"}


def test_a_document_that_takes_a_reps_own_hours_away_says_so_first(app: Flask, as_user: Open) -> None:
    as_user("remy").post("/app/hours/more", MORNINGS)
    as_user("remy").post(
        "/app/hours",
        {key: MORNINGS[key] for key in MORNINGS if "weekly" in key} | {"timezone": "Europe/Berlin"},
    )
    with app.app_context():
        state = read_state(db.session())
        kind = {**state["meeting_types"]["demo"], "rep_schedules": {}}
        rep = {**state["reps"]["remy@acme.test"], "schedule": "office"}
        document = {
            "version": 1,
            "meeting_types": [kind],
            "reps": [rep],
            "schedules": [{"name": NAME, "timezone": "UTC", "weekly": {"mon": ["10:00-11:00"]}}],
        }
        expected = {
            f"schedules[{NAME}]",
            "reps[remy@acme.test].schedule",
            "meeting_types[demo].rep_schedules.remy@acme.test",
        }
        planned = plan_document(document)
        assert {each.field for each in planned.warnings if each.code == "own-hours"} == expected
        done = apply_document(document, SYSTEM, "test")
        assert {each.field for each in done.warnings if each.code == "own-hours"} == expected


def test_a_document_that_does_not_speak_of_them_leaves_a_reps_own_hours(app: Flask, as_user: Open) -> None:
    as_user("remy").post("/app/hours/more", MORNINGS)
    with app.app_context():
        document = {"version": 1, "company": {"name": "Acme", "timezone": "Europe/Berlin"}}
        planned = plan_document(document)
        assert planned.is_empty
        assert not [each for each in planned.warnings if each.code == "own-hours"]
        assert given() == {"remy@acme.test": NAME}


def test_an_admin_sees_whose_hours_they_are(as_user: Open) -> None:
    as_user("remy").post("/app/hours/more", MORNINGS)
    ada = as_user("ada")
    assert "kept by Remy" in ada.get("/admin/schedules").text
    assert "Remy keeps these hours themselves" in ada.get(f"/admin/schedules/{NAME}").text
