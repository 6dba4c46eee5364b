"""Editing what is configured: one patch a save, faults beside their fields, nothing of somebody else's lost."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.actor import SYSTEM
from app.usecases.change_configuration import change_configuration
from app.usecases.export_configuration import export_configuration, export_item
from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]

REMY = {
    "name": "Remy",
    "timezone": "Europe/Berlin",
    "schedule": "office",
    "manager": "mia@acme.test",
    "languages": "de, en",
    "skills": "healthcare: 3",
    "territories": ["dach"],
    "limits.per_day": "4",
    "limits.max_utilization": "80%",
    "active": "on",
    "calendars": "on",
}


def item(app: Flask, collection: str, key: str) -> dict[str, object]:
    with app.app_context():
        return export_item(collection, key)


def test_saving_a_rep_writes_what_was_typed(app: Flask, as_user: Open) -> None:
    assert as_user("ada").post("/admin/reps/remy@acme.test", REMY).status_code == 303
    saved = item(app, "reps", "remy@acme.test")
    assert saved["limits"] == {"per_day": 4, "max_utilization": "80%"}
    assert saved["languages"] == ["de", "en"]


def test_saving_the_same_again_changes_nothing(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    browser.post("/admin/reps/remy@acme.test", REMY)
    with app.app_context():
        before = export_configuration()["revision"]
    browser.post("/admin/reps/remy@acme.test", REMY)
    assert "Nothing to save" in browser.get("/admin/reps").text
    with app.app_context():
        assert export_configuration()["revision"] == before


def test_a_fault_is_beside_its_field_and_keeps_what_was_typed(app: Flask, as_user: Open) -> None:
    answer = as_user("ada").post(
        "/admin/reps/remy@acme.test", {**REMY, "timezone": "Europe/Berln", "limits.per_day": "many"}
    )
    assert answer.status_code == 422
    assert 'id="f-timezone-error"' in answer.text
    assert "Europe/Berln" in answer.text
    assert 'value="many"' in answer.text
    assert item(app, "reps", "remy@acme.test")["timezone"] == "Europe/Berlin"


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    page = browser.get("/admin/queues/desk").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    with app.app_context():
        change_configuration({"queues": {"desk": {"members": ["ada@acme.test"]}}}, SYSTEM, "test")
    answer = browser.post("/admin/queues/desk", {"members": "rosa@acme.test", "seen": seen})
    assert answer.status_code == 409
    assert "Somebody changed this while you had it open" in answer.text
    assert "rosa@acme.test" in answer.text
    assert item(app, "queues", "desk")["members"] == ["ada@acme.test"]
    again = answer.text.split('name="seen" value="')[1].split('"')[0]
    assert browser.post("/admin/queues/desk", {"members": "rosa@acme.test", "seen": again}).status_code == 303


def test_a_change_elsewhere_does_not_stand_in_the_way(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    seen = browser.get("/admin/queues/desk").text.split('name="seen" value="')[1].split('"')[0]
    with app.app_context():
        change_configuration({"queues": {"second": {"members": []}}}, SYSTEM, "test")
    assert browser.post("/admin/queues/desk", {"members": "mia@acme.test", "seen": seen}).status_code == 303


def test_a_name_that_is_taken_is_refused(as_user: Open) -> None:
    answer = as_user("ada").post("/admin/queues/new", {"name": "desk", "members": ""})
    assert answer.status_code == 422
    assert "of this name already" in answer.text


def test_what_others_need_cannot_be_archived(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    assert browser.post("/admin/queues/desk", {}, to="/admin/queues/desk/archive").status_code == 303
    assert "Not archived" in browser.get("/admin/queues").text
    assert "Still used by pool everybody" in browser.get("/admin/queues/desk").text
    assert item(app, "queues", "desk")


def test_what_nobody_needs_is_archived_and_brought_back(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    browser.post("/admin/queues/new", {"name": "spare", "members": "mia@acme.test"})
    browser.post("/admin/queues/spare", {}, to="/admin/queues/spare/archive")
    assert browser.get("/admin/queues/spare").status_code == 404
    with app.app_context():
        revision = export_configuration()["revision"]
    browser.post("/admin/settings/history", {}, to=f"/admin/settings/history/{revision}/undo")
    assert item(app, "queues", "spare")["members"] == ["mia@acme.test"]


@pytest.mark.parametrize(
    ("page", "fields", "said"),
    [
        ("/admin/schedules/office", {"timezone": "Europe/Berlin", "weekly.mon": "9-5"}, "hours-mon-error"),
        (
            "/admin/schedules/office",
            {"timezone": "Europe/Berlin", "overrides": "2026-02-30"},
            "overrides-error",
        ),
        ("/admin/territories/dach", {"when": "field: country\nop: resembles\nvalue: DE"}, "f-when-error"),
        ("/admin/territories/dach", {"when": "{field: [broken"}, "f-when-error"),
        ("/admin/meeting-types/demo", {"name": "Demo", "minutes": "0"}, "f-minutes-error"),
        ("/admin/pools/everybody", {"distribution": "dice", "queue": "desk"}, "f-distribution-error"),
        (
            "/admin/forms/demo",
            {
                "router": "nothing",
                "meeting_type": "demo",
                "fields-0-name": "email",
                "fields-0-type": "email",
                "fields-0-label": "E-mail",
                "fields-0-required": "on",
            },
            "f-router-error",
        ),
    ],
)
def test_every_editor_says_what_is_wrong_where_it_is_wrong(
    as_user: Open, page: str, fields: dict[str, str], said: str
) -> None:
    answer = as_user("ada").post(page, fields)
    assert answer.status_code == 422
    assert f'id="{said}"' in answer.text or f"{said}" in answer.text


def test_managers_look_but_do_not_touch(app: Flask, as_user: Open) -> None:
    browser = as_user("mia")
    page = browser.get("/admin/queues/desk")
    assert page.status_code == 200
    assert "Only admins can change this" in page.text
    assert browser.post("/admin/queues/desk", {"members": ""}).status_code == 403


def test_a_form_keeps_its_other_languages_when_the_english_label_changes(app: Flask, as_user: Open) -> None:
    with app.app_context():
        form = export_item("forms", "demo")
        form["fields"][1]["label"] = {"en": "Name", "de": "Ihr Name"}
        change_configuration({"forms": {"demo": form}}, SYSTEM, "test")
    fields = {
        "router": "inbound",
        "meeting_type": "demo",
        "origins": "https://acme.test",
        "branding.theme": "auto",
    }
    for number, question in enumerate(form["fields"]):
        row = f"fields-{number}-"
        fields |= {
            f"{row}was": question["name"],
            f"{row}name": question["name"],
            f"{row}label": "Full name" if question["name"] == "name" else question["label"]["en"],
            f"{row}type": question["type"],
            f"{row}position": str(len(form["fields"]) - number),
            f"{row}choices": "healthcare = Health care, retail" if question["name"] == "industry" else "",
            **({f"{row}required": "on"} if question.get("required") else {}),
        }
    assert as_user("ada").post("/admin/forms/demo", fields).status_code == 303
    saved = item(app, "forms", "demo")
    assert [question["name"] for question in saved["fields"]] == ["industry", "country", "name", "email"]  # type: ignore[attr-defined]
    assert saved["fields"][2]["label"] == {"en": "Full name", "de": "Ihr Name"}  # type: ignore[index]
    assert saved["fields"][0]["choices"][0]["label"] == {"en": "Health care"}  # type: ignore[index]


def test_time_off_by_the_hour_travel_and_limits_are_typed_in_rows(app: Flask, as_user: Open) -> None:
    typed = {
        **REMY,
        "limits.minutes_per_week": "12h",
        "limits.in_a_row": "3",
        "limits.pause": "20m",
        "limits.new_per_day": "2",
        "time_off-0-from": "2030-12-20",
        "time_off-0-start": "13:00",
        "time_off-0-end": "15:00",
        "time_off-0-cover": "rosa@acme.test",
        "time_off-1-from": "",
        "travel-0-from": "2030-12-01",
        "travel-0-to": "2030-12-05",
        "travel-0-timezone": "Asia/Tokyo",
        "travel-1-timezone": "",
    }
    browser = as_user("ada")
    assert browser.post("/admin/reps/remy@acme.test", typed).status_code == 303
    saved = item(app, "reps", "remy@acme.test")
    assert saved["limits"] == {
        "per_day": 4,
        "minutes_per_week": "12h",
        "max_utilization": "80%",
        "in_a_row": 3,
        "pause": "20m",
        "new_per_day": 2,
    }
    assert saved["time_off"] == [
        {"from": "2030-12-20", "to": "2030-12-20", "hours": "13:00-15:00", "cover": "rosa@acme.test"}
    ]
    assert saved["travel"] == [{"from": "2030-12-01", "to": "2030-12-05", "timezone": "Asia/Tokyo"}]
    page = browser.get("/admin/reps/remy@acme.test").text
    assert 'value="15:00"' in page
    assert 'value="Asia/Tokyo"' in page
    wrong = browser.post("/admin/reps/remy@acme.test", {**typed, "travel-0-timezone": "Asia/Atlantis"})
    assert wrong.status_code == 422
    assert "is no time zone" in wrong.text


def test_a_meeting_type_is_given_hours_limits_and_lengths_of_its_own(app: Flask, as_user: Open) -> None:
    typed = {
        "name": "Demo",
        "minutes": "30",
        "other_minutes": "60, 15",
        "slot_interval": "30",
        "slot_offset": "15",
        "booking_window": "2030-12-01 to 2030-12-18",
        "schedule": "office",
        "hours": "instead",
        "rep_schedules": "remy@acme.test: office",
        "limits.per_day": "2",
        "prefer_days": "fullest",
    }
    browser = as_user("ada")
    assert browser.post("/admin/meeting-types/demo", typed).status_code == 303
    saved = item(app, "meeting_types", "demo")
    wanted = {
        "other_minutes": [15, 60],
        "slot_offset": 15,
        "booking_window": "2030-12-01 to 2030-12-18",
        "schedule": "office",
        "hours": "instead",
        "rep_schedules": {"remy@acme.test": "office"},
        "limits": {"per_day": 2},
        "prefer_days": "fullest",
    }
    assert {name: saved[name] for name in wanted} == wanted
    assert "remy@acme.test: office" in browser.get("/admin/meeting-types/demo").text
    for name, value, words in (
        ("slot_offset", "30", "lot_offset must be less than slot_interval"),
        ("other_minutes", "30", "ther_minutes names a length twice"),
        ("rep_schedules", "nobody@acme.test: office", "here is no rep called nobody@acme.test"),
        ("schedule", "nights", "here is no schedule called nights"),
        ("limits.per_week", "1", "er_day must not be more than per_week"),
    ):
        answer = browser.post("/admin/meeting-types/demo", {**typed, name: value})
        assert (answer.status_code, words in answer.text) == (422, True), name
