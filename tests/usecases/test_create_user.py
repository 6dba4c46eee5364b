"""Accounts with passwords that are long and not common, tied to the rep with the same address."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.errors import Invalid, NotFound
from app.models import Rep, Role, User
from app.password_rules import password_fault
from app.passwords import is_password
from app.usecases.change_configuration import apply_document, change_configuration
from app.usecases.create_user import create_user, set_password
from tests.configuration.sample import sample_document

pytest_plugins = ["tests.fixtures.configuration"]

GOOD = "demo-password-1"


def test_a_new_user_is_the_rep_with_the_same_address(configured_app: Flask) -> None:
    apply_document(sample_document(), SYSTEM)
    public_id = create_user("Remy@acme.test", "Remy", "rep", GOOD, SYSTEM)
    user = db.session.scalars(select(User).where(User.public_id == public_id)).one()
    rep = db.session.scalars(select(Rep).where(Rep.email == "remy@acme.test")).one()
    assert (user.email, user.role, rep.user_id) == ("remy@acme.test", Role.REP, user.id)
    assert is_password(user.password_hash, GOOD)
    assert GOOD not in (user.password_hash or "")


def test_a_rep_who_is_added_later_is_the_user_who_is_there(configured_app: Flask) -> None:
    create_user("rosa@acme.test", "Rosa", Role.REP, GOOD, SYSTEM)
    change_configuration({"reps": {"rosa@acme.test": {"name": "Rosa", "timezone": "UTC"}}}, SYSTEM, "console")
    assert db.session.scalars(select(Rep.user_id)).one() is not None


def test_one_address_has_one_account(configured_app: Flask) -> None:
    create_user("ada@acme.test", "Ada", Role.ADMIN, GOOD, SYSTEM)
    with pytest.raises(Invalid) as refused:
        create_user("ADA@acme.test", "Ada", Role.ADMIN, GOOD, SYSTEM)
    assert (refused.value.errors[0].field, refused.value.errors[0].code) == ("email", "duplicate")


@pytest.mark.parametrize(
    ("email", "name", "role", "field", "code"),
    [
        ("ada", "Ada", "admin", "email", "invalid-email"),
        ("ada@acme.test", "", "admin", "name", "too-short"),
        ("ada@acme.test", "Ada", "emperor", "role", "unknown-value"),
    ],
)
def test_who_it_is_is_checked(
    configured_app: Flask, email: str, name: str, role: str, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_user(email, name, role, GOOD, SYSTEM)
    assert (refused.value.errors[0].field, refused.value.errors[0].code) == (field, code)


def test_another_password_replaces_the_old_one(configured_app: Flask) -> None:
    create_user("ada@acme.test", "Ada", Role.ADMIN, GOOD, SYSTEM)
    set_password("ada@acme.test", "violet kettle ladder", SYSTEM)
    db.session.expire_all()
    assert is_password(db.session.scalars(select(User)).one().password_hash, "violet kettle ladder")
    with pytest.raises(NotFound):
        set_password("nobody@acme.test", "violet kettle ladder", SYSTEM)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Passw0rd!2026",
        "P@ssword12345",
        "123456789012",
        "qwertyuiopas",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "adminpassword",
        "letmein-welcome",
        "iloveyou1234!",
        "            ",
        "987654321098",
        "Ada Lovelace",
        "ada.lovelace@acme.test",
        "ada.lovelace1",
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str) -> None:
    fault = password_fault(password, "ada.lovelace@acme.test", "Ada Lovelace")
    assert fault is not None
    assert fault.code in {"common-password", "invalid"}


@pytest.mark.parametrize("password", ["short", "elevenchars", "x" * 1025])
def test_passwords_have_a_length(password: str) -> None:
    fault = password_fault(password)
    assert fault is not None
    assert fault.code in {"too-short", "too-long"}


@pytest.mark.parametrize(
    "password",
    [GOOD, "violet kettle ladder", "correct-donkey-9-battery", "пароль-из-трёх-слов", "x7#kPq92mLw!"],
)
def test_other_long_passwords_are_fine(password: str) -> None:
    assert password_fault(password, "ada@acme.test", "Ada") is None
