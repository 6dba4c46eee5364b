"""The page of alerts, and where else they show: Today, Calendars, doctor and metrics."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.db import db, transaction
from app.models import Alert, AlertKind, AuditEntry
from app.store.alerts import raise_alert, settle_alert
from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]


@pytest.fixture
def trouble(app: Flask) -> str:
    """Google's secret has expired; the alert's id."""
    with app.app_context():
        with transaction() as session:
            raise_alert(session, AlertKind.MISCONFIGURED, "google/sign-in", at=now(), reason="invalid_client")
        return db.session.scalars(select(Alert.public_id)).one()


def test_a_page_without_alerts_says_what_would_be_there(as_user: Open) -> None:
    assert "Nothing is wrong" in as_user("ada").get("/admin/alerts").text


@pytest.mark.parametrize("page", ["/admin/", "/admin/calendars", "/admin/alerts"])
def test_a_trouble_shows_wherever_somebody_looks_with_what_to_do(
    as_user: Open, trouble: str, page: str
) -> None:
    text = as_user("ada").get(page).text
    assert "Google refuses this installation" in text and "is it expired?" in text


def test_once_noted_it_is_off_today_and_stays_on_its_page(app: Flask, as_user: Open, trouble: str) -> None:
    ada = as_user("ada")
    assert ada.post("/admin/alerts", {}, f"/admin/alerts/{trouble}/acknowledge").status_code == 303
    assert "Google refuses" not in ada.get("/admin/").text
    assert "Google refuses" in ada.get("/admin/alerts").text
    with app.app_context():
        assert "alert.acknowledged" in db.session.scalars(select(AuditEntry.action)).all()


def test_what_is_over_moves_to_the_history(app: Flask, as_user: Open, trouble: str) -> None:
    with app.app_context(), transaction() as session:
        assert settle_alert(session, AlertKind.MISCONFIGURED, "google/sign-in", at=now())
    text = as_user("mia").get("/admin/alerts").text
    assert "Nothing is wrong" in text and "Over" in text and "Google refuses" in text


def test_metrics_count_what_is_there(as_user: Open, trouble: str) -> None:
    assert 'scheduler_alerts{kind="misconfigured"} 1.0' in as_user(None).get("/metrics").text
