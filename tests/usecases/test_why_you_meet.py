"""What a prospect reads about why they meet somebody: about the two of them, and nobody else."""

import json
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.db import db
from app.models import Booking
from app.usecases.describe_booking import manage_link
from app.usecases.why_you_meet import why_you_meet
from tests.fixtures.consoles import book, running_app, set_up_acme, submit


def a_booking(**answers: Any) -> Booking:
    public_id = book(submit(**answers))
    return db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()


def page_of(app: Flask, booking: Booking) -> str:
    link = manage_link(booking)
    client = app.test_client()
    address = link[link.index("/b/") :]
    return client.get(address, follow_redirects=True).text


def test_the_manage_page_says_why_they_meet_and_names_nobody_else(module_database: str) -> None:
    with running_app(module_database) as app, app.app_context():
        set_up_acme()
        booking = a_booking()
        assert why_you_meet(booking) == ("skill",)
        page = page_of(app, booking)
        assert "Remy knows your field." in page
        assert "Rosa " not in page
        assert ">Rosa<" not in page
        other = a_booking(email="jo@shop.example", country="FR", industry="retail")
        assert why_you_meet(other) == ()
        assert "knows your field" not in page_of(app, other)


def test_every_language_of_the_pages_has_the_words() -> None:
    from importlib.resources import files

    words = json.loads((files("widget") / "static" / "words" / "pages.json").read_text())
    for language, texts in words.items():
        assert {"whyOwner", "whyTerritory", "whyLanguage", "whySkill"} <= texts.keys(), language
