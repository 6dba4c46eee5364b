"""The company connects all its reps at once: who is reached, who is not and why, and what a dead key means."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app import clock
from app.actor import SYSTEM
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotFound
from app.models import (
    Activity,
    AlertKind,
    AuditEntry,
    CalendarState,
    CompanyGrant,
    CompanyGrantState,
    CompanyReach,
    Connection,
    ConnectionState,
    Provider,
    Rep,
)
from app.store.alerts import list_open_alerts
from app.usecases import company_tokens
from app.usecases.company_round import company_round, connect_company_reps
from app.usecases.connect_calendar import disconnect
from app.usecases.connect_company import connect_company_rep
from app.usecases.live_check import check_live
from app.usecases.open_calendar import open_calendar
from app.usecases.renew_grants import defer_renewals
from app.usecases.save_company_grant import end_company_grant, save_google_key, save_microsoft_app
from app.usecases.sync_calendar import sync_calendar
from calendars.providers.base import CalendarError
from tests.demo.google.running import COMPANY_SCOPES, RAVI, SERVICE
from tests.demo.microsoft.running import APP, RENEE
from tests.fixtures.outside import REMY, ROSA, Outside, calendars_of, jobs, rep_of

GOOGLE, MICROSOFT = Provider.GOOGLE, Provider.MICROSOFT
TWO = pytest.mark.parametrize("reps", [(REMY, RAVI)], indirect=True)
BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)


def connect_google(outside: Outside) -> None:
    """An admin pastes a key, and the worker does the rest."""
    save_google_key(outside.google.company_key(), SYSTEM)
    outside.work()


def connect_microsoft(outside: Outside, **limits: Any) -> None:
    outside.microsoft.allow_application(**limits)
    save_microsoft_app("acme.test", APP.client_id, APP.client_secret, SYSTEM)
    outside.work()


def rows_of(email: str) -> list[Connection]:
    db.session.rollback()
    db.session.expire_all()
    query = select(Connection).where(Connection.rep_id == rep_of(email).id).order_by(Connection.id)
    return list(db.session.scalars(query))


def live_row(email: str) -> Connection:
    [row] = [row for row in rows_of(email) if row.state is not ConnectionState.DISCONNECTED]
    return row


def grant(provider: Provider = GOOGLE) -> CompanyGrant:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(CompanyGrant).where(CompanyGrant.provider == provider)).one()


def reach(email: str) -> str | None:
    db.session.rollback()
    return db.session.scalars(select(CompanyReach.code).where(CompanyReach.rep_id == rep_of(email).id)).one()


def use_calendars(*emails: str) -> None:
    """These reps' calendars count, as in a company that means to connect them."""
    with transaction() as session:
        for rep in session.scalars(select(Rep).where(Rep.email.in_(emails))):
            rep.calendar_mode = "connected"


def expire_tokens() -> None:
    """What we keep says that every access token is about to end."""
    with transaction() as session:
        for row in session.scalars(select(Connection)):
            row.secret = None
        for each in session.scalars(select(CompanyGrant)):
            each.token = None


def token_calls(outside: Outside) -> int:
    return len(outside.microsoft.log("POST", "/token"))


def activities(kind: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).where(Activity.kind == kind)).one()


@TWO
def test_a_key_connects_every_rep_reads_them_and_offers_them(outside: Outside) -> None:
    use_calendars(RAVI)
    assert outside.ask()[1] == [], "unknown availability is never free"
    connect_google(outside)
    for email in (REMY, RAVI):
        row = live_row(email)
        assert (row.state, row.email, row.company_grant_id) == (ConnectionState.ACTIVE, email, grant().id)
        assert reach(email) is None
        primary = next(calendar for calendar in calendars_of(email) if calendar.is_primary)
        assert primary.state is CalendarState.OK and primary.is_destination
    assert outside.ask("other@globex.test")[1]


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_a_meeting_is_checked_written_and_invited_to_by_the_companys_key(
    outside: Outside, email: str
) -> None:
    with transaction() as session:
        for rep in session.scalars(select(Rep)):
            rep.is_active = rep.email == email
    connect_google(outside)
    connect_microsoft(outside)
    booking = outside.book()
    outside.settle()
    events = outside.google_events() if email == REMY else outside.microsoft_events()
    assert len(events) == 1 and booking.rep_id == rep_of(email).id
    with transaction() as session:
        reservation = session.execute(text("SELECT max(id) FROM reservations")).scalar_one()
    assert check_live(reservation) == "free", "our own meeting does not count against us"


@BOTH
def test_fifty_reps_of_one_tenant_cost_one_token_request(outside: Outside) -> None:
    many = [f"rep{number}@acme.test" for number in range(50)]
    outside.microsoft.ctl("mailboxes", emails=many)
    with transaction() as session:
        pattern = rep_of(ROSA)
        for email in many:
            values = {
                "email": email,
                "name": email,
                "timezone": pattern.timezone,
                "calendar_mode": "connected",
            }
            session.add(Rep(public_id=f"rep_{email}", schedule_id=pattern.schedule_id, **values))
    outside.microsoft.allow_application()
    save_microsoft_app("acme.test", APP.client_id, APP.client_secret, SYSTEM)
    company_round(MICROSOFT, at_once=True)
    before = token_calls(outside)
    for email in (*many, ROSA):
        assert connect_company_rep(MICROSOFT, rep_of(email).id) is None
    assert token_calls(outside) == before + 1
    for email in many[:10]:
        assert open_calendar(live_row(email).id).list_calendars()
    assert token_calls(outside) == before + 1


@BOTH
def test_control_without_what_is_kept_each_rep_costs_a_token_request(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_microsoft(outside)
    before = token_calls(outside)
    monkeypatch.setattr(company_tokens, "keep_shared", lambda grant, token: None)
    expire_tokens()
    for _ in range(3):
        assert open_calendar(live_row(ROSA).id).list_calendars()
    assert token_calls(outside) >= before + 3


@TWO
def test_a_second_round_changes_nothing_and_asks_nothing(outside: Outside) -> None:
    use_calendars(RAVI)
    connect_google(outside)
    before = [(row.public_id, row.updated_at) for email in (REMY, RAVI) for row in rows_of(email)]
    calls = len(outside.google.log())
    assert connect_company_reps() == 0 and company_round(GOOGLE, at_once=True) == 0
    assert connect_company_rep(GOOGLE, rep_of(REMY).id) is None, "nor does doing it again make a twin"
    assert [row.public_id for email in (REMY, RAVI) for row in rows_of(email)] == [key for key, _ in before]
    assert len(outside.google.log()) - calls == 3, "a token, whose it is, and the list"


@TWO
def test_who_joins_later_is_connected_and_who_leaves_is_closed(outside: Outside) -> None:
    connect_google(outside)
    assert rows_of(RAVI) == []
    use_calendars(RAVI)
    assert connect_company_reps() == 1
    outside.work()
    assert live_row(RAVI).company_grant_id
    with transaction():
        rep_of(REMY).archived_at = clock.now()
    connect_company_reps()
    [left] = rows_of(REMY)
    assert left.state is ConnectionState.DISCONNECTED and left.secret is None
    assert live_row(RAVI).state is ConnectionState.ACTIVE


def test_a_reps_own_sign_in_is_left_alone_and_taken_over_when_it_dies(outside: Outside) -> None:
    own = outside.connect(REMY).public_id
    connect_google(outside)
    row = live_row(REMY)
    assert (row.public_id, row.company_grant_id, reach(REMY)) == (own, None, "own")
    outside.google.ctl("revoke", email=REMY)
    expire_own(row)
    [calendar] = [each for each in calendars_of(REMY) if each.is_primary]
    assert not sync_calendar(calendar.public_id)
    outside.work()
    row = live_row(REMY)
    assert (row.public_id, row.state) == (own, ConnectionState.ACTIVE), "one row, no twin"
    assert row.company_grant_id == grant().id
    outside.settle()
    assert outside.mail.messages == [], "nobody was asked for what the company could do"


def expire_own(row: Connection) -> None:
    from app.services import services
    from app.usecases.open_calendar import open_secret

    with transaction() as session:
        kept = session.get_one(Connection, row.id)
        secret = open_secret(kept) | {"expires_at": clock.now().isoformat()}
        kept.secret = services().secrets.seal(kept.public_id, secret)


def test_signing_in_oneself_afterwards_keeps_the_row_and_makes_it_ones_own(outside: Outside) -> None:
    connect_google(outside)
    row = live_row(REMY)
    assert outside.connect(REMY).public_id == row.public_id
    assert live_row(REMY).company_grant_id is None
    end_company_grant(GOOGLE, SYSTEM)
    outside.work()
    assert live_row(REMY).state is ConnectionState.ACTIVE, "it does not hang on the company's key any more"


def test_a_rep_cannot_give_up_what_the_company_connected(outside: Outside) -> None:
    connect_google(outside)
    with pytest.raises(Conflict, match="admin"):
        disconnect(live_row(REMY).public_id, rep_of(REMY).id)


@pytest.mark.parametrize("reps", [(REMY, "somebody@acme.test", "sam@globex.test")], indirect=True)
def test_each_who_is_not_reached_is_told_apart(outside: Outside) -> None:
    use_calendars("somebody@acme.test", "sam@globex.test")
    connect_google(outside)
    assert reach(REMY) is None
    assert reach("somebody@acme.test") == "unknown_user"
    assert reach("sam@globex.test") == "not_delegated"
    assert grant().state is CompanyGrantState.ACTIVE, "some are not reached; the key is good"
    assert rows_of("somebody@acme.test") == rows_of("sam@globex.test") == []


@pytest.mark.parametrize("reps", [(ROSA, RENEE)], indirect=True)
def test_who_is_outside_the_group_or_has_no_mailbox_is_told_so_until_that_is_mended(outside: Outside) -> None:
    use_calendars(RENEE)
    connect_microsoft(outside, group=[ROSA])
    assert (reach(ROSA), reach(RENEE)) == (None, "not_in_group")
    outside.microsoft.allow_application()
    outside.microsoft.ctl("account", email=RENEE, has_mailbox=False)
    assert connect_company_rep(MICROSOFT, rep_of(RENEE).id) == "no_mailbox"
    assert company_round(MICROSOFT) == 0, "not again within the hour"
    outside.microsoft.ctl("account", email=RENEE, has_mailbox=True)
    assert company_round(MICROSOFT, at_once=True) == 1
    outside.work()
    assert reach(RENEE) is None and live_row(RENEE).state is ConnectionState.ACTIVE


@pytest.mark.parametrize("reps", [(ROSA, RENEE)], indirect=True)
def test_who_is_taken_out_of_the_group_is_noticed(outside: Outside) -> None:
    connect_microsoft(outside)
    outside.microsoft.allow_application(group=[RENEE])
    [calendar] = [each for each in calendars_of(ROSA) if each.checks_conflicts]
    assert not sync_calendar(calendar.public_id)
    with transaction() as session:
        session.execute(text("UPDATE company_reaches SET tried_at = tried_at - interval '2 hours'"))
    assert company_round(MICROSOFT) == 1
    outside.work()
    assert reach(ROSA) == "not_in_group"
    assert live_row(ROSA).state is ConnectionState.ACTIVE, "old readings close the rep, not we"


@pytest.mark.parametrize("reps", [(ROSA, "rosa.alias@acme.test")], indirect=True)
def test_two_reps_cannot_share_one_account(outside: Outside) -> None:
    use_calendars("rosa.alias@acme.test")
    outside.microsoft.ctl("account", email=ROSA, sign_in="rosa.alias@acme.test")
    connect_microsoft(outside)
    assert sorted([str(reach(ROSA)), str(reach("rosa.alias@acme.test"))]) == ["None", "taken"]


def test_without_delegation_nothing_is_connected_and_the_operator_is_told_once(outside: Outside) -> None:
    key = outside.google.company_key()
    outside.google.ctl("delegate", email=SERVICE, scopes=[])
    save_google_key(key, SYSTEM)
    outside.work()
    assert (grant().state, reach(REMY)) == (CompanyGrantState.BROKEN, "not_delegated")
    outside.google.ctl("delegate", email=SERVICE, scopes=list(COMPANY_SCOPES))
    company_round(GOOGLE, at_once=True)
    outside.work()
    assert grant().state is CompanyGrantState.ACTIVE and live_row(REMY)
    assert activities("company_grant.broken") == activities("company_grant.mended") == 1


@BOTH
@pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT])
def test_a_dead_key_is_one_trouble_of_the_operators_and_asks_no_rep_to_sign_in(
    outside: Outside, provider: Provider
) -> None:
    connect_google(outside)
    connect_microsoft(outside)
    email = REMY if provider is GOOGLE else ROSA
    outside.google.ctl("delete-keys", email=SERVICE)
    outside.microsoft.ctl("app", client_id=APP.client_id, is_secret_over=True)
    expire_tokens()
    [calendar] = [each for each in calendars_of(email) if each.checks_conflicts]
    for _ in range(3):
        assert not sync_calendar(calendar.public_id)
    assert grant(provider).state is CompanyGrantState.BROKEN
    assert live_row(email).state is ConnectionState.ACTIVE
    assert activities("company_grant.broken") == 1
    [alert] = list_open_alerts(db.session())
    assert (alert.kind, alert.subject) == (AlertKind.COMPANY_GRANT, provider.value)
    assert "mail_reconnect" not in {job["task_name"] for job in jobs()}
    side: Any = outside.google if provider is GOOGLE else outside.microsoft
    asked = len(side.log("POST", "/token"))
    assert not sync_calendar(calendar.public_id)
    assert len(side.log("POST", "/token")) == asked, "a dead key is not tried by every reading"
    assert company_round(provider) == 1, "but by somebody, now and then"


def test_another_key_mends_it_and_what_waited_is_done(outside: Outside) -> None:
    connect_google(outside)
    outside.google.ctl("delete-keys", email=SERVICE)
    expire_tokens()
    booking = outside.book()
    outside.work()
    assert grant().state is CompanyGrantState.BROKEN and outside.google_events() == []
    save_google_key(outside.google.company_key(), SYSTEM)
    outside.settle()
    assert grant().state is CompanyGrantState.ACTIVE and not list_open_alerts(db.session())
    assert len(outside.google_events()) == 1 and booking.public_id


def test_a_service_that_is_down_breaks_no_key(outside: Outside) -> None:
    connect_google(outside)
    expire_tokens()
    outside.google.ctl("fail", kind="status", path="*/token", status=503, times=5)
    with pytest.raises(CalendarError):
        open_calendar(live_row(REMY).id).list_calendars()
    assert connect_company_rep(GOOGLE, rep_of(REMY).id) == "unavailable"
    assert grant().state is CompanyGrantState.ACTIVE


@TWO
def test_giving_the_key_up_closes_all_that_hung_on_it_and_deletes_it(outside: Outside) -> None:
    use_calendars(RAVI)
    connect_google(outside)
    assert end_company_grant(GOOGLE, SYSTEM) == 2
    assert [row.state for row in rows_of(REMY) + rows_of(RAVI)] == [ConnectionState.DISCONNECTED] * 2
    assert outside.ask()[1] == [], "times close at once"
    with pytest.raises(Conflict):
        save_google_key(outside.google.company_key(), SYSTEM)
    outside.work()
    assert db.session.scalars(select(CompanyGrant)).all() == []
    with pytest.raises(NotFound):
        end_company_grant(GOOGLE, SYSTEM)
    ended = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "company_grant.ended")).one()
    assert ended.detail == {"connections": 2}


def test_the_key_is_nowhere_in_the_clear(outside: Outside, capfd: pytest.CaptureFixture[str]) -> None:
    text_of_key = outside.google.company_key()
    save_google_key(text_of_key, SYSTEM)
    outside.work()
    outside.google.ctl("delete-keys", email=SERVICE)
    expire_tokens()
    outside.work()
    secret = json.loads(text_of_key)["private_key"].splitlines()[5]
    tables = db.session.scalars(
        text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    ).all()
    seen = {table: str(db.session.scalars(text(f"SELECT t::text FROM {table} t")).all()) for table in tables}
    assert [table for table, rows in seen.items() if secret in rows] == []
    assert any(SERVICE in rows for rows in seen.values()), "control: this looks where things are"
    assert secret not in "".join(capfd.readouterr()), "nor in any log"
    opened = company_tokens.open_grant(grant())
    assert secret in opened["private_key"], "control: it is kept"


def test_a_sealed_key_opens_in_no_other_row(outside: Outside) -> None:
    connect_google(outside)
    with transaction():
        grant().public_id = "cgr_another"
    with pytest.raises(CalendarError, match="another row"):
        company_tokens.open_grant(grant())


def test_the_companys_connections_are_not_renewed_as_if_a_rep_had_signed_in(outside: Outside) -> None:
    connect_google(outside)
    with transaction() as session:
        for row in session.scalars(select(Connection)):
            row.updated_at = clock.now() - timedelta(days=30)
    assert defer_renewals() == 0


@pytest.mark.parametrize(
    ("tenant", "client_id", "secret", "field"),
    [
        ("organizations", "app", "value", "tenant"),
        ("acme test", "app", "value", "tenant"),
        ("acme.test", "", "value", "client_id"),
        ("acme.test", "app", "", "client_secret"),
        ("acme.test", "app", "5b0f6a52-0c1e-4d0c-9d53-8f1f6f3c7a11", "client_secret"),
    ],
)
def test_what_cannot_be_an_applications_secret_is_refused(
    outside: Outside, tenant: str, client_id: str, secret: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        save_microsoft_app(tenant, client_id, secret, SYSTEM)
    assert [error.field for error in refusal.value.errors] == [field]
