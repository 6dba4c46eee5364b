"""Erasing a person in the console: admins only, in two steps, the first of which names what will go."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.cli.main import scheduler
from app.db import db
from app.models import Lead
from tests.fixtures.consoles import Browser, submit

Open = Callable[[str | None], Browser]


def lead_of(email: str) -> Lead | None:
    db.session.rollback()
    return db.session.scalar(select(Lead).where(Lead.email == email))


@pytest.fixture
def priya(app: Flask) -> str:
    with app.app_context():
        submit("priya@erase.example")
        lead = lead_of("priya@erase.example")
        assert lead is not None
        return lead.public_id


def test_a_manager_sees_no_way_to_it(as_user: Open, priya: str) -> None:
    mia = as_user("mia")
    assert "Erase this person" not in mia.get(f"/admin/leads/{priya}").text
    for address in ("erase", "person.json"):
        assert mia.get(f"/admin/leads/{priya}/{address}").status_code in {403, 404}


def test_what_is_kept_is_handed_out_as_a_file(as_user: Open, priya: str) -> None:
    answer = as_user("ada").get(f"/admin/leads/{priya}/person.json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{priya}.json"'
    assert json.loads(answer.text)["requests"][0]["answers"]["name"] == "Priya"


def test_only_the_typed_address_erases(app: Flask, as_user: Open, priya: str) -> None:
    ada, page = as_user("ada"), f"/admin/leads/{priya}/erase"
    assert page in ada.get(f"/admin/leads/{priya}").text
    shown = ada.get(page).text
    assert "Their address, name and company" in shown and "× request with answers" in shown
    refused = ada.post(page, {"email": "somebody@else.example"})
    assert refused.status_code == 422 and "This is not their address" in refused.text
    with app.app_context():
        assert lead_of("priya@erase.example") is not None
    assert ada.post(page, {"email": "Priya@Erase.example "}).status_code == 303
    with app.app_context():
        assert lead_of("priya@erase.example") is None
    assert "This person was erased" in ada.get(f"/admin/leads/{priya}").text
    assert ada.get(page).status_code == 404


def test_the_command_asks_for_the_address_again(
    app: Flask, priya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.extensions["settings"]
    for name in ("database_url", "secret_key", "token_keys"):
        value = getattr(settings, name)
        monkeypatch.setenv(name.upper(), getattr(value, "get_secret_value", lambda value=value: value)())
    run = CliRunner().invoke
    email = "priya@erase.example"
    refused = run(scheduler, ["people", "erase", email], input="other@erase.example\n")
    assert refused.exit_code != 0 and "nothing was changed" in refused.output
    done = run(scheduler, ["people", "erase", email], input=f"{email}\n")
    assert done.exit_code == 0 and "Erased. Remember the backups" in done.output
    again = run(scheduler, ["people", "erase", email])
    assert again.exit_code == 0 and "erased before" in again.output
