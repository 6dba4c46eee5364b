"""Several people change the configuration at the same moment: no change is lost, none is half done."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM
from app.config import load_settings
from app.crypto import new_key
from app.db import db
from app.errors import Conflict
from app.models import ConfigurationChange, Pool
from app.services import configure_services
from app.store.ledger import load_ledger, replay_ledger
from app.usecases.change_configuration import apply_document, change_configuration
from app.usecases.export_configuration import export_configuration, export_item
from tests.configuration.sample import sample_document

PEOPLE = 6


@pytest.fixture
def app(fresh_database: str) -> Iterator[Flask]:
    settings = load_settings(
        database_url=fresh_database, secret_key="for-tests-only-" * 3, token_keys=new_key()
    )
    app = Flask("at-once")
    app.config.update(SQLALCHEMY_DATABASE_URI=settings.database_url)
    configure_services(settings)
    db.init_app(app)
    with app.app_context():
        apply_document(sample_document(), SYSTEM)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """Run `act` with 0, 1, 2 … in threads that start together; what each returned or raised."""
    start = Barrier(PEOPLE)

    def one(number: int) -> Any:
        with app.app_context():
            start.wait()
            try:
                return act(number)
            except Conflict as refusal:
                return refusal

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def test_changes_to_different_items_all_land(app: Flask) -> None:
    results = at_once(
        app, lambda n: change_configuration({"queues": {f"queue-{n}": {"members": []}}}, SYSTEM, "test")
    )
    assert sorted(result.revision for result in results) == list(range(2, PEOPLE + 2))
    with app.app_context():
        assert {queue["name"] for queue in export_configuration()["queues"]} == {
            "managers",
            *(f"queue-{n}" for n in range(PEOPLE)),
        }
        assert len(db.session.scalars(select(ConfigurationChange)).all()) == PEOPLE + 1


def test_of_several_who_saw_the_same_revision_one_wins(app: Flask) -> None:
    results = at_once(
        app,
        lambda n: change_configuration(
            {"company": {"name": f"Acme {n}", "timezone": "UTC"}}, SYSTEM, "test", expected_revision=1
        ),
    )
    winners = [number for number, result in enumerate(results) if not isinstance(result, Conflict)]
    assert len(winners) == 1
    with app.app_context():
        assert export_configuration()["company"]["name"] == f"Acme {winners[0]}"


def test_the_ledger_can_be_replayed_after_many_changes_of_members(app: Flask) -> None:
    emails = ["remy@acme.test", "rosa@acme.test", "ravi@acme.test"]

    def act(number: int) -> Any:
        pool = export_item("pools", "dach-ae")
        db.session.rollback()
        pool["members"] = [
            {"rep": emails[number % 3], "weight": number + 1},
            {"rep": emails[(number + 1) % 3]},
        ]
        return change_configuration({"pools": {"dach-ae": pool}}, SYSTEM, "test")

    results = at_once(app, act)
    assert not any(isinstance(result, Conflict) for result in results)
    with app.app_context():
        row = db.session.scalars(select(Pool).where(Pool.name == "dach-ae")).one()
        ledger = load_ledger(db.session(), row.id, row.name)
        assert ledger == replay_ledger(db.session(), row.id, row.name)
        weights = {member.rep.public_id: member.weight for member in row.members}
        assert {rep: at.weight for rep, at in ledger.positions.items() if at.is_active} == weights
