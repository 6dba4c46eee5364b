"""Settings: history that can be taken back, the document, accounts, keys and jobs."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.db import db
from app.models import ApiKey, User
from app.store.people import hash_secret
from app.usecases.export_configuration import export_configuration, export_yaml
from tests.fixtures.consoles import PASSWORD, Browser

Open = Callable[[str | None], Browser]


def user_page(app: Flask, name: str) -> str:
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == f"{name}@acme.test")).one()
        return f"/admin/settings/users/{user.public_id}"


def test_a_change_is_told_in_words_and_taken_back(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    browser.post("/admin/settings", {"name": "Acme Europe", "timezone": "Europe/Berlin"})
    history = browser.get("/admin/settings/history").text
    assert "Acme Europe" in history
    assert "ada@acme.test" in history
    with app.app_context():
        revision = export_configuration()["revision"]
    browser.post("/admin/settings/history", {}, to=f"/admin/settings/history/{revision}/undo")
    with app.app_context():
        assert export_configuration()["company"]["name"] == "Acme"


def test_what_was_changed_again_since_is_not_taken_back(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    browser.post("/admin/settings", {"name": "Acme One", "timezone": "Europe/Berlin"})
    with app.app_context():
        revision = export_configuration()["revision"]
    browser.post("/admin/settings", {"name": "Acme", "timezone": "Europe/Berlin"})
    browser.post("/admin/settings/history", {}, to=f"/admin/settings/history/{revision}/undo")
    assert "Not taken back" in browser.get("/admin/settings/history").text


def test_the_document_says_what_it_would_change_before_it_does(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    with app.app_context():
        text = export_yaml().replace("Product demo", "Guided tour")
    planned = browser.post("/admin/settings/document", {"document": text, "wish": "plan"})
    assert "Guided tour" in planned.text
    with app.app_context():
        assert "Guided tour" not in export_yaml()
    assert browser.post("/admin/settings/document", {"document": text, "wish": "apply"}).status_code == 303
    with app.app_context():
        assert "Guided tour" in export_yaml()


def test_a_document_of_an_older_revision_is_refused(as_user: Open) -> None:
    stale = "version: 1\nrevision: 0\ncompany: {name: Old, timezone: UTC}"
    answer = as_user("ada").post("/admin/settings/document", {"document": stale, "wish": "apply"})
    assert answer.status_code == 422
    assert "revision" in answer.text
    assert "name: Old" in answer.text


def test_the_export_is_a_file_that_applies_without_changes(as_user: Open) -> None:
    browser = as_user("ada")
    exported = browser.get("/admin/settings/document.yaml")
    assert "attachment" in exported.headers["Content-Disposition"]
    planned = browser.post("/admin/settings/document", {"document": exported.text, "wish": "plan"})
    assert "Nothing would change" in planned.text


def test_a_new_account_can_sign_in_and_a_closed_one_cannot(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    fields = {
        "name": "Nora",
        "email": "nora@acme.test",
        "role": "manager",
        "password": "four plain words here",
    }
    assert browser.post("/admin/settings/users/new", fields).status_code == 303
    nora = as_user(None)
    assert nora.sign_in("nora@acme.test", "four plain words here").location == "/admin/"
    browser.post(user_page(app, "nora"), {"role": "manager"})
    assert nora.get("/admin/").status_code == 303
    assert as_user(None).sign_in("nora@acme.test", "four plain words here").status_code == 422


def test_a_weak_password_is_refused_beside_its_field(as_user: Open) -> None:
    fields = {"name": "Nils", "email": "nils@acme.test", "role": "rep", "password": "short"}
    answer = as_user("ada").post("/admin/settings/users/new", fields)
    assert answer.status_code == 422
    assert "f-password-error" in answer.text
    assert "nils@acme.test" in answer.text
    assert "short" not in answer.text.split("f-password")[1].split(">")[0]


def test_the_last_admin_stays_one(app: Flask, as_user: Open) -> None:
    browser, page = as_user("ada"), user_page(app, "ada")
    browser.post(page, {"role": "rep", "is_active": "on"})
    assert "only admin" in browser.get(page).text
    browser.post(page, {"role": "admin"})
    assert browser.get("/admin/settings").status_code == 200


def test_a_lesser_role_ends_what_was_open(app: Flask, as_user: Open) -> None:
    mia = as_user("mia")
    as_user("ada").post(user_page(app, "mia"), {"role": "rep", "is_active": "on"})
    assert mia.get("/admin/").status_code == 303
    as_user("ada").post(user_page(app, "mia"), {"role": "manager", "is_active": "on"})


def test_a_new_password_ends_every_session(app: Flask, as_user: Open) -> None:
    rosa, page = as_user("rosa"), user_page(app, "rosa")
    as_user("ada").post(page, {"password": "another plain phrase"}, to=f"{page}/password")
    assert rosa.get("/app/").status_code == 303
    assert as_user(None).sign_in("rosa@acme.test", "another plain phrase").status_code == 303
    as_user("ada").post(page, {"password": PASSWORD}, to=f"{page}/password")


def test_a_key_is_shown_once_and_only_its_hash_is_kept(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    page = browser.get("/admin/settings/keys").text
    scope = page.split('name="scopes" value="')[1].split('"')[0]
    made = browser.post("/admin/settings/keys", {"name": "pipeline", "scopes": [scope]})
    secret = made.text.split('id="made">')[1].split("<")[0]
    assert secret not in browser.get("/admin/settings/keys").text
    with app.app_context():
        key = db.session.scalars(select(ApiKey)).one()
        assert key.secret_hash == hash_secret(secret)
        address = f"/admin/settings/keys/{key.public_id}/revoke"
    browser.post("/admin/settings/keys", {}, to=address)
    assert "Over" in browser.get("/admin/settings/keys").text


def test_a_key_without_a_scope_is_refused(as_user: Open) -> None:
    answer = as_user("ada").post("/admin/settings/keys", {"name": "pipeline"})
    assert answer.status_code == 422
    assert "scope" in answer.text


def test_what_was_done_is_in_the_audit_with_who_did_it(as_user: Open) -> None:
    page = as_user("ada").get("/admin/settings/audit").text
    assert "Configuration changed" in page
    assert "Ada" in page
