"""Alerts: each trouble once, told of once, gone by itself; a control says what would be told without the rule."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app import clock
from app.actor import SYSTEM
from app.db import db, transaction
from app.models import Alert, AlertKind, Calendar, CalendarState, ChannelState, PushChannel, Role, User
from app.store import alerts as store
from app.store.alerts import list_open_alerts, raise_alert, settle_alert
from app.usecases import watch_alerts as watch_alerts_module
from app.usecases.acknowledge_alert import acknowledge_alert
from app.usecases.describe_alert import describe_alerts
from app.usecases.sync_calendar import sync_calendar
from app.usecases.watch_alerts import watch_alerts
from tests.fixtures.outside import REMY, Outside, calendars_of, fault, jobs

ADA, BO = "ada@acme.test", "bo@acme.test"
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that tests make carry the time at which they are made, which may be long after this file was read."""
    monkeypatch.setattr(sys.modules[__name__], "NOW", datetime.now(UTC))


@pytest.fixture
def admins(outside: Outside) -> Outside:
    """Ada and Bo run the installation."""
    with transaction() as session:
        for email in (ADA, BO):
            session.add(User(public_id=f"usr_{email}", email=email, name=email, role=Role.ADMIN))
    return outside


class Clock:
    """Puts the product's clock so many minutes after the beginning."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def __call__(self, minutes: float) -> datetime:
        then = NOW + timedelta(minutes=minutes)
        self._patch.setattr(clock, "_replacement", lambda: then)
        return then


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands where it is put."""
    return Clock(monkeypatch)


def outage(at: datetime, reason: str = "503") -> None:
    with transaction() as session:
        raise_alert(session, AlertKind.OUTAGE, "google", at=at, reason=reason)


def over(at: datetime) -> None:
    with transaction() as session:
        settle_alert(session, AlertKind.OUTAGE, "google", at=at)


def open_alerts(*kinds: AlertKind) -> list[Alert]:
    db.session.rollback()
    return [alert for alert in list_open_alerts(db.session()) if not kinds or alert.kind in kinds]


def told() -> list[str]:
    return [job["args"]["email"] for job in jobs() if job["task_name"] == "mail_alerts"]


def test_a_trouble_that_is_seen_often_is_one_alert_with_its_first_and_last_time(admins: Outside) -> None:
    for minute in range(3):
        outage(NOW + timedelta(minutes=minute), f"error {minute}")
    (alert,) = open_alerts()
    assert (alert.count, alert.reason) == (3, "error 2")
    assert (alert.first_seen_at, alert.last_seen_at) == (NOW, NOW + timedelta(minutes=2))


def test_everybody_is_mailed_once_of_all_that_is_new_and_not_again(admins: Outside, at: Clock) -> None:
    at(0)
    outage(NOW)
    with transaction() as session:
        raise_alert(session, AlertKind.MISCONFIGURED, "microsoft/sign-in", at=NOW, reason="AADSTS7000222")
    at(11)
    watch_alerts()
    watch_alerts()
    assert told() == [ADA, BO]
    at(0)
    admins.work()
    (mail,) = admins.mail.to(ADA)
    assert str(mail["Subject"]) == "Google does not answer, and 1 more"
    text_part = mail.get_body(("plain",))
    assert text_part is not None and "AADSTS7000222" in text_part.get_content()
    at(60)
    outage(clock.now())
    watch_alerts()
    assert len(told()) == 2


def test_a_trouble_that_passes_soon_is_shown_and_mailed_to_nobody(admins: Outside, at: Clock) -> None:
    outage(at(0))
    watch_alerts()
    assert open_alerts() and told() == []
    over(at(5))
    at(15)
    watch_alerts()
    assert told() == []


def test_control_one_that_stays_is_mailed(admins: Outside, at: Clock) -> None:
    outage(at(0))
    at(15)
    watch_alerts()
    assert told() == [ADA, BO]


def test_what_flickers_is_one_trouble_and_what_returns_much_later_is_another(
    admins: Outside, at: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage(at(0))
    at(15)
    watch_alerts()
    over(at(20))
    outage(at(30))
    at(45)
    watch_alerts()
    assert len(told()) == 2 and open_alerts()[0].first_seen_at == NOW
    over(at(50))
    outage(at(200))
    at(215)
    watch_alerts()
    assert len(told()) == 4 and open_alerts()[0].count == 1


def test_what_somebody_has_noted_is_mailed_to_nobody_and_stays_until_it_is_over(
    admins: Outside, at: Clock
) -> None:
    outage(at(0))
    acknowledge_alert(open_alerts()[0].public_id, SYSTEM)
    at(15)
    watch_alerts()
    assert told() == [] and len(open_alerts()) == 1
    over(at(20))
    assert open_alerts() == []


def test_the_company_can_name_one_address_for_it(admins: Outside, at: Clock) -> None:
    with transaction() as session:
        session.execute(text("""UPDATE company SET settings = '{"alerts_to": "ops@acme.test"}'"""))
    outage(at(0))
    at(15)
    watch_alerts()
    assert told() == ["ops@acme.test"]


def test_every_kind_has_words_and_none_shows_a_gap(admins: Outside) -> None:
    with transaction() as session:
        for kind in AlertKind:
            raise_alert(session, kind, "google", at=NOW)
    for _, words in describe_alerts(db.session(), open_alerts()):
        assert words.title and words.meaning and words.remedy and words.path.startswith("/admin/")
        assert "{" not in words.title + words.meaning + words.remedy + words.path
    assert len(open_alerts()) == len(AlertKind)


def test_troubles_that_were_over_a_month_ago_are_forgotten(admins: Outside, at: Clock) -> None:
    outage(at(0))
    over(at(1))
    at(store.KEEP / timedelta(minutes=1) + 5)
    watch_alerts()
    assert db.session.scalars(select(Alert)).all() == []


def stale(outside: Outside, at: Clock, minutes: float) -> None:
    outside.connect_and_read(REMY)
    with fault(outside.google, "status", "/calendar/v3/calendars/*", status=403, reason="forbidden"):
        assert not sync_calendar(primary().public_id)
    at(minutes)
    watch_alerts()


def primary() -> Calendar:
    return next(calendar for calendar in calendars_of(REMY) if calendar.is_primary)


def mailed_reps() -> list[str]:
    return [job["args"]["calendar"] for job in jobs() if job["task_name"] == "mail_stale_calendar"]


def test_a_calendar_that_closes_its_rep_is_an_alert_and_one_mail_to_the_rep(
    admins: Outside, at: Clock
) -> None:
    stale(admins, at, 361)
    (alert,) = open_alerts(AlertKind.CALENDAR_STALE)
    assert alert.subject == primary().public_id
    at(368)
    watch_alerts()
    watch_alerts()
    assert mailed_reps() == [primary().public_id]
    admins.work()
    (mail,) = [each for each in admins.mail.to(REMY) if "cannot be read" in str(each["Subject"])]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "was last read on" in body.get_content() and "connect the account" in body.get_content()
    at(369)
    assert sync_calendar(primary().public_id)
    watch_alerts()
    assert open_alerts(AlertKind.CALENDAR_STALE) == [], "it works again, and the alert is gone"


def test_control_before_the_limit_nobody_is_alarmed(admins: Outside, at: Clock) -> None:
    stale(admins, at, 350)
    assert open_alerts(AlertKind.CALENDAR_STALE) == []


def test_when_a_service_fails_as_a_whole_its_reps_are_not_mailed(admins: Outside, at: Clock) -> None:
    outage(NOW)
    stale(admins, at, 361)
    at(370)
    watch_alerts()
    assert open_alerts(AlertKind.OUTAGE) and not open_alerts(AlertKind.CALENDAR_STALE)
    assert mailed_reps() == [] and told()[:2] == [ADA, BO]


def test_a_reading_that_is_late_because_no_worker_ran_is_not_blamed_on_the_rep(
    admins: Outside, at: Clock
) -> None:
    admins.connect_and_read(REMY)
    assert primary().state is CalendarState.OK
    at(60)
    watch_alerts()
    assert open_alerts(AlertKind.CALENDAR_STALE)
    at(70)
    watch_alerts()
    assert mailed_reps() == []


def test_a_meeting_that_is_not_in_the_calendar_within_an_hour_is_named_with_its_rep(
    admins: Outside, at: Clock
) -> None:
    admins.connect_and_read(REMY)
    booking = admins.book()
    at(50)
    watch_alerts()
    assert not open_alerts(AlertKind.EVENT_UNWRITTEN)
    at(61)
    watch_alerts()
    (alert,) = open_alerts(AlertKind.EVENT_UNWRITTEN)
    assert (alert.booking_id, alert.rep_id) == (booking.id, booking.rep_id)
    assert "Remy" in describe_alerts(db.session(), [alert])[0][1].title
    at(0)
    admins.settle()
    at(62)
    watch_alerts()
    assert not open_alerts(AlertKind.EVENT_UNWRITTEN)


def test_work_that_is_left_lying_and_mail_that_does_not_go_out_are_alerts(admins: Outside, at: Clock) -> None:
    admins.connect_and_read(REMY)
    admins.book()
    with transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET attempts = 3 WHERE task_name = 'notify_booking'"))
    at(12)
    watch_alerts()
    both = (AlertKind.QUEUE_BEHIND, AlertKind.MAIL_FAILING)
    assert {alert.kind for alert in open_alerts(*both)} == {*both}
    at(0)
    admins.settle()
    at(12)
    watch_alerts()
    assert not open_alerts(*both)


def channel_until(days: float) -> None:
    with transaction() as session:
        session.execute(text("UPDATE connections SET created_at = now() - interval '3 hours'"))
        session.execute(text("DELETE FROM push_channels"))
        row = PushChannel(
            public_id="chan_1",
            calendar_id=primary().id,
            secret_hash=b"x",
            remote_id="res",
            state=ChannelState.OPEN,
            expires_at=NOW + timedelta(days=days),
        )
        session.add(row)


def test_a_channel_that_nobody_renewed_in_half_its_life_is_an_alert_while_readings_cover(
    admins: Outside, at: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_alerts_module, "can_be_told", lambda: True)
    admins.connect_and_read(REMY)
    at(0)
    channel_until(3)
    watch_alerts()
    (alert,) = open_alerts(AlertKind.CHANNELS)
    assert (alert.subject, alert.detail) == ("google", {"calendars": 1})
    assert primary().next_sync_at is not None, "it is read regularly all the same"
    channel_until(3.6)
    watch_alerts()
    assert open_alerts(AlertKind.CHANNELS) == []


def test_control_where_nobody_can_tell_us_no_channel_is_missed(admins: Outside, at: Clock) -> None:
    admins.connect_and_read(REMY)
    at(0)
    channel_until(3)
    watch_alerts()
    assert open_alerts(AlertKind.CHANNELS) == []
