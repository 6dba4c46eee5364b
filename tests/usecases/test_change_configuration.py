"""The one way to change the configuration: whole, checked, idempotent, and with the way back."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.actor import Actor
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotFound
from app.models import (
    AuditEntry,
    Calendar,
    ConfigurationChange,
    Connection,
    ConnectionState,
    LedgerEntry,
    LedgerPosition,
    Pool,
    Rep,
    RouterVersion,
)
from app.services import services
from app.store.ledger import load_ledger, replay_ledger
from app.usecases.change_configuration import apply_document, change_configuration, undo_change
from app.usecases.export_configuration import export_configuration, export_item, export_yaml
from app.usecases.plan_configuration import plan_configuration, plan_document
from tests.configuration.sample import sample_document

ADA = Actor("user_ada")
FEED = "https://calendars.acme.test/remy.ics"

pytest_plugins = ["tests.fixtures.configuration"]


@pytest.fixture
def sample(configured_app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("SECRET_REMY_FEED", FEED)
    apply_document(sample_document(), ADA)
    return export_configuration()


def rep(email: str) -> Rep:
    return db.session.scalars(
        select(Rep).where(Rep.email == email).execution_options(populate_existing=True)
    ).one()


def test_the_sample_of_the_design_is_applied_and_comes_back(sample: dict[str, Any]) -> None:
    assert sample["revision"] == 1
    assert sample["company"] == {"name": "Acme", "timezone": "America/New_York"}
    remy = next(item for item in sample["reps"] if item["email"] == "remy@acme.test")
    assert remy["limits"] == {"per_day": 4, "per_week": 15, "max_utilization": "80%"}
    assert remy["calendars"] == [{"kind": "ics", "secret": "remy-feed"}]
    rules = {rule["name"]: rule for rule in sample["routers"][0]["rules"]}
    assert rules["leading zero"]["when"]["value"] == "01234"
    nordics = next(item for item in sample["territories"] if item["name"] == "nordics")
    assert nordics["when"]["value"] == ["NO", "SE", "DK"]


def test_applying_twice_changes_nothing(sample: dict[str, Any]) -> None:
    assert apply_document(sample_document(), ADA).changes == ()
    assert apply_document(export_configuration(), ADA).changes == ()
    result = apply_document({**sample_document(), "revision": "1"}, ADA, prune=True)
    assert (result.revision, result.changes) == (1, ())
    assert db.session.scalar(select(func.count()).select_from(ConfigurationChange)) == 1
    assert db.session.scalar(select(func.count()).select_from(RouterVersion)) == 1


def test_the_exported_yaml_is_the_same_document(sample: dict[str, Any]) -> None:
    from app.configuration.text import read_yaml

    assert plan_document(read_yaml(export_yaml())).is_empty


def test_what_changed_since_the_export_is_not_overwritten(sample: dict[str, Any]) -> None:
    change_configuration({"company": {"name": "Acme Inc", "timezone": "UTC"}}, ADA, "console")
    with pytest.raises(Conflict):
        apply_document(sample, ADA)
    with pytest.raises(Conflict):
        plan_document(sample)
    with pytest.raises(Conflict):
        change_configuration({"company": {"name": "X", "timezone": "UTC"}}, ADA, "api", expected_revision=1)
    assert export_configuration()["company"]["name"] == "Acme Inc"


def test_one_changed_weight_is_one_change_with_its_way_back(sample: dict[str, Any]) -> None:
    pool = export_item("pools", "dach-ae")
    pool["members"][0]["weight"] = 5
    result = change_configuration({"pools": {"dach-ae": pool}}, ADA, "console")
    assert [change.sentences for change in result.changes] == [
        ("Pool dach-ae: members, remy@acme.test, weight: 2 becomes 5.",)
    ]
    undone = undo_change(result.revision, ADA)
    assert undone.revision == 3
    assert {**export_configuration(), "revision": 1} == sample


def test_a_change_from_before_a_field_existed_can_be_undone(sample: dict[str, Any]) -> None:
    for name in ("First", "Second"):
        change_configuration({"company": {"name": name, "timezone": "UTC"}}, ADA, "console")
    with transaction() as session:  # history is never changed: only a migration would
        session.execute(text("ALTER TABLE configuration_changes DISABLE TRIGGER USER"))
        for change in session.scalars(select(ConfigurationChange).where(ConfigurationChange.revision == 3)):
            for column in ("patch", "inverse"):
                item = dict(getattr(change, column)["company"]["company"])
                del item["calendar_moves"]
                setattr(change, column, {"company": {"company": item}})
    undo_change(3, ADA)
    assert export_configuration()["company"]["name"] == "First"


def test_undo_refuses_when_the_item_changed_again(sample: dict[str, Any]) -> None:
    for name in ("First", "Second"):
        change_configuration({"company": {"name": name, "timezone": "UTC"}}, ADA, "console")
    with pytest.raises(Conflict):
        undo_change(2, ADA)
    undo_change(3, ADA)
    assert export_configuration()["company"]["name"] == "First"
    with pytest.raises(NotFound):
        undo_change(99, ADA)


def test_absent_items_stay_unless_pruned_and_then_are_archived(sample: dict[str, Any]) -> None:
    slim = {**sample_document(), "meeting_types": [sample_document()["meeting_types"][0]]}
    assert apply_document(slim, ADA).changes == ()
    result = apply_document(slim, ADA, prune=True)
    assert [(change.action, change.key) for change in result.changes] == [("archived", "deep-dive")]
    back = apply_document(sample_document(), ADA)
    assert [(change.action, change.key) for change in back.changes] == [("added", "deep-dive")]
    assert {**export_configuration(), "revision": 1} == sample


def test_a_collection_left_out_is_left_alone_even_when_pruning(sample: dict[str, Any]) -> None:
    company = {"company": {"name": "Acme", "timezone": "America/New_York"}}
    assert apply_document(company, ADA, prune=True).changes == ()


def test_nothing_is_written_when_anything_is_wrong(sample: dict[str, Any]) -> None:
    patch = {
        "company": {"name": "Changed", "timezone": "Mars/Olympus"},
        "pools": {"dach-ae": {**export_item("pools", "dach-ae"), "queue": "nowhere", "color": "red"}},
        "reps": {"remy@acme.test": None},
    }
    with pytest.raises(Invalid) as refused:
        change_configuration(patch, ADA, "api")
    assert {(error.field, error.code) for error in refused.value.errors} == {
        ("company.timezone", "unknown-zone"),
        ("pools[dach-ae].color", "unknown-field"),
    }
    assert export_configuration() == sample


def test_a_rep_still_in_a_pool_cannot_be_archived(sample: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        change_configuration({"reps": {"remy@acme.test": None}}, ADA, "api")
    assert [(error.field, error.code) for error in refused.value.errors] == [
        ("pools[dach-ae].members[0].rep", "unknown-reference")
    ]


def test_time_versions_grow_only_where_time_changed(sample: dict[str, Any]) -> None:
    before = {row.email: row.time_version for row in db.session.scalars(select(Rep))}
    schedule = export_item("schedules", "ny-office")
    schedule["weekly"]["wed"] = ["09:00-17:00"]
    remy = {**export_item("reps", "remy@acme.test"), "name": "Rémy"}
    change_configuration(
        {"schedules": {"ny-office": schedule}, "reps": {"remy@acme.test": remy}}, ADA, "console"
    )
    db.session.expire_all()
    after = {row.email: row.time_version for row in db.session.scalars(select(Rep))}
    assert {email for email in after if after[email] > before[email]} == {"ravi@acme.test", "ruth@acme.test"}


def test_pool_members_join_reweigh_and_leave_the_ledger(sample: dict[str, Any]) -> None:
    pool = export_item("pools", "dach-ae")
    pool["members"] = [{"rep": "remy@acme.test", "weight": 3}, {"rep": "ravi@acme.test"}]
    change_configuration({"pools": {"dach-ae": pool}}, ADA, "console")
    row = db.session.scalars(select(Pool).where(Pool.name == "dach-ae")).one()
    kinds = db.session.scalars(
        select(LedgerEntry.kind).where(LedgerEntry.pool_id == row.id).order_by(LedgerEntry.sequence)
    ).all()
    assert kinds == ["joined", "joined", "left", "reweighted", "joined"]
    assert load_ledger(db.session(), row.id, row.name) == replay_ledger(db.session(), row.id, row.name)


def test_a_rep_who_is_switched_off_leaves_the_rotation(sample: dict[str, Any]) -> None:
    rosa = {**export_item("reps", "rosa@acme.test"), "active": False}
    change_configuration({"reps": {"rosa@acme.test": rosa}}, ADA, "console")
    active = db.session.scalars(
        select(LedgerPosition.is_active).where(LedgerPosition.rep_id == rep("rosa@acme.test").id)
    ).all()
    assert list(active) == [False, False]


def test_a_feed_is_connected_with_its_address_sealed(sample: dict[str, Any]) -> None:
    row = db.session.scalars(select(Connection)).one()
    assert row.secret is not None
    assert FEED.encode() not in row.secret
    assert services().secrets.open(row.public_id, row.secret) == {"url": FEED}
    calendar = db.session.scalars(select(Calendar)).one()
    assert (calendar.checks_conflicts, calendar.is_destination, row.state.value) == (True, False, "active")


def test_a_feed_without_its_secret_keeps_what_is_stored(
    sample: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_REMY_FEED")
    apply_document(sample_document(), ADA)
    row = db.session.scalars(select(Connection)).one()
    assert row.secret is not None
    assert services().secrets.open(row.public_id, row.secret) == {"url": FEED}


def test_a_new_address_behind_the_same_name_is_taken_over(
    sample: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = rep("remy@acme.test").time_version
    monkeypatch.setenv("SECRET_REMY_FEED", "webcal://elsewhere.acme.test/remy.ics")
    result = apply_document(sample_document(), ADA)
    db.session.expire_all()
    row = db.session.scalars(select(Connection)).one()
    assert row.secret is not None
    opened = services().secrets.open(row.public_id, row.secret)
    assert (result.revision, opened) == (1, {"url": "https://elsewhere.acme.test/remy.ics"})
    assert rep("remy@acme.test").time_version == version + 1


def test_a_feed_nobody_knows_the_address_of_closes_the_rep_and_warns(configured_app: Flask) -> None:
    result = apply_document(sample_document(), ADA)
    assert ("reps[remy@acme.test].calendars", "unresolved-secret") in {
        (warning.field, warning.code) for warning in result.warnings
    }
    row = db.session.scalars(select(Connection)).one()
    assert (row.secret, row.state) == (None, ConnectionState.NEEDS_RECONNECT)
    assert "remy-feed" in (row.error or "")


def test_a_feed_that_is_taken_out_is_disconnected_and_forgotten(sample: dict[str, Any]) -> None:
    remy = {**export_item("reps", "remy@acme.test"), "calendars": []}
    change_configuration({"reps": {"remy@acme.test": remy}}, ADA, "console")
    row = db.session.scalars(select(Connection).execution_options(populate_existing=True)).one()
    assert (row.state, row.secret) == (ConnectionState.DISCONNECTED, None)
    assert db.session.scalars(select(Calendar)).all() == []


def test_who_changed_what_is_kept(sample: dict[str, Any]) -> None:
    change_configuration({"company": {"name": "Acme SE", "timezone": "UTC"}}, ADA, "console")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.actor, entry.action, entry.object_id) == ("user_ada", "configuration.changed", "2")
    assert entry.detail["changes"] == ["changed company[company]"]


def test_a_plan_says_what_would_change_and_changes_nothing(sample: dict[str, Any]) -> None:
    plan = plan_configuration({"meeting_types": {"deep-dive": None}})
    assert [change.sentences for change in plan.changes] == [("Archive the meeting type deep-dive.",)]
    assert export_configuration() == sample


def test_a_plan_warns_of_people_nobody_knows(sample: dict[str, Any]) -> None:
    plan = plan_configuration({})
    assert {(warning.field, warning.code) for warning in plan.warnings} >= {
        ("queues[managers].members[0]", "unknown-person"),
        ("reps[remy@acme.test].manager", "unknown-person"),
    }


def test_the_very_first_change_can_be_undone(sample: dict[str, Any]) -> None:
    undo_change(1, ADA)
    document = export_configuration()
    assert (document["revision"], document["reps"], document["routers"], document["forms"]) == (2, [], [], [])
    undo_change(2, ADA)
    assert {**export_configuration(), "revision": 1} == sample
    assert db.session.scalar(select(func.count()).select_from(RouterVersion)) == 1
