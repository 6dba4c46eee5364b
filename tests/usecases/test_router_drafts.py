"""Draft, review, publish, go back: published versions never change."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.errors import Invalid, NotFound
from app.models import Router, RouterVersion
from app.usecases.change_configuration import apply_document
from app.usecases.export_configuration import export_item
from app.usecases.publish_router import publish_router, restore_router
from app.usecases.save_router_draft import discard_router_draft, save_router_draft
from tests.configuration.sample import sample_document

pytest_plugins = ["tests.fixtures.configuration"]


@pytest.fixture
def draft(configured_app: Flask) -> dict[str, Any]:
    apply_document(sample_document(), SYSTEM)
    document = export_item("routers", "inbound")
    document["rules"] = document["rules"][:2]
    return document


def versions() -> list[int]:
    return list(db.session.scalars(select(RouterVersion.number).order_by(RouterVersion.number)))


def test_a_draft_is_kept_and_reviewed_while_the_published_rules_stay(draft: dict[str, Any]) -> None:
    review = save_router_draft("inbound", draft, SYSTEM)
    assert review.plan is not None
    assert "Router inbound: Rule 'students' was removed." in review.plan.changes[0].sentences
    assert len(export_item("routers", "inbound")["rules"]) == 4
    assert db.session.scalars(select(Router.draft)).one() == draft


def test_a_draft_may_have_faults_but_cannot_be_published(draft: dict[str, Any]) -> None:
    draft["rules"][1]["action"] = {"pool": "nowhere"}
    review = save_router_draft("inbound", draft, SYSTEM)
    assert [(error.field, error.code) for error in review.errors] == [
        ("rules[1].action.pool", "unknown-reference")
    ]
    with pytest.raises(Invalid):
        publish_router("inbound", SYSTEM)
    assert versions() == [1]


def test_publishing_makes_a_version_and_ends_the_draft(draft: dict[str, Any]) -> None:
    save_router_draft("inbound", draft, SYSTEM)
    result = publish_router("inbound", SYSTEM, note="fewer rules")
    assert (result.revision, versions()) == (2, [1, 2])
    assert db.session.scalars(select(Router.draft)).one() is None
    newest = db.session.scalars(select(RouterVersion).where(RouterVersion.number == 2)).one()
    assert newest.note == "publish inbound: fewer rules"
    with pytest.raises(NotFound):
        publish_router("inbound", SYSTEM)


def test_an_older_version_comes_back_as_a_new_one(draft: dict[str, Any]) -> None:
    save_router_draft("inbound", draft, SYSTEM)
    publish_router("inbound", SYSTEM)
    restore_router("inbound", 1, SYSTEM)
    assert versions() == [1, 2, 3]
    assert len(export_item("routers", "inbound")["rules"]) == 4
    with pytest.raises(NotFound):
        restore_router("inbound", 9, SYSTEM)


def test_rules_that_nothing_can_reach_block_publication(draft: dict[str, Any]) -> None:
    draft["rules"][1]["when"] = {
        "all": [
            {"field": "country", "op": "eq", "value": "DE"},
            {"field": "country", "op": "ne", "value": "DE"},
        ]
    }
    save_router_draft("inbound", draft, SYSTEM)
    with pytest.raises(Invalid) as refused:
        publish_router("inbound", SYSTEM)
    assert {error.code for error in refused.value.errors} == {"unreachable"}


def test_a_draft_can_be_thrown_away(draft: dict[str, Any]) -> None:
    save_router_draft("inbound", draft, SYSTEM)
    discard_router_draft("inbound", SYSTEM)
    with pytest.raises(NotFound):
        discard_router_draft("inbound", SYSTEM)


def test_a_new_router_starts_as_a_draft(draft: dict[str, Any]) -> None:
    save_router_draft("outbound", {"catch_all": [{"queue": "managers"}]}, SYSTEM)
    with pytest.raises(NotFound):
        export_item("routers", "outbound")
    publish_router("outbound", SYSTEM)
    assert export_item("routers", "outbound")["catch_all"] == [{"queue": "managers"}]


def test_what_is_no_router_at_all_is_not_kept(draft: dict[str, Any]) -> None:
    for name, document in (("x", []), ("", {}), ("a\nb", {})):
        with pytest.raises(Invalid):
            save_router_draft(name, document, SYSTEM)
