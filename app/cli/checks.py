"""What `scheduler doctor` looks at, one check after the other; a check that cannot run is a finding too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.config import BadSettings, Settings, load_settings

OLDEST_SERVER = 140_000
QUIET_WORKER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `is_well` is None for what may be meant so; `remedy` says what to do."""

    what: str
    is_well: bool | None
    found: str
    remedy: str = ""


def check_all() -> Iterator[Finding]:
    """Look at everything; stop early only where nothing further can be seen."""
    try:
        settings = load_settings()
    except BadSettings as error:
        yield Finding(
            "settings", False, error.detail, "Set them in the environment, or name files with NAME_FILE."
        )
        return
    yield Finding("settings", True, f"public address {settings.public_base_url}")
    if not settings.is_secure:
        yield Finding(
            "address",
            None,
            "visitors reach it over plain http",
            "In production set PUBLIC_BASE_URL to https.",
        )
    yield _keys(settings)
    yield from _database(settings)
    yield _mail(settings)
    yield from _providers(settings)


def _keys(settings: Settings) -> Finding:
    from app.crypto import SecretBox

    remedy = "Make one with: python -c 'from app.crypto import new_key; print(new_key())'"
    try:
        box = SecretBox(settings.token_keys.get_secret_value())
        is_well = box.open("doctor", box.seal("doctor", "x")) == "x"
    except ValueError as error:
        return Finding("TOKEN_KEYS", False, str(error) or "no usable key", remedy)
    return Finding("TOKEN_KEYS", is_well, "seals and opens")


def _database(settings: Settings) -> Iterator[Finding]:
    import psycopg

    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
            known = connection.execute(
                "SELECT count(*) FROM pg_available_extensions WHERE name = 'btree_gist'"
            ).fetchone()
    except psycopg.Error as error:
        yield Finding("database", False, str(error).strip(), "Start it, and see that DATABASE_URL names it.")
        return
    is_new_enough = version >= OLDEST_SERVER
    remedy = "" if is_new_enough else "At least version 14 is needed."
    yield Finding("database", is_new_enough, f"PostgreSQL {version // 10_000}.{version % 10_000}", remedy)
    if known != (1,):
        yield Finding(
            "btree_gist", False, "not installed", "Install PostgreSQL's contrib package on the server."
        )
    yield from _inside(settings)


def _inside(settings: Settings) -> Iterator[Finding]:
    from app.cli.company_lines import check_company
    from app.cli.migration import current_revision, newest_revision
    from app.db import db
    from app.factory import create_app
    from app.store.health import find_heartbeat

    app = create_app(settings)
    try:
        current, newest = current_revision(app), newest_revision()
        if current != newest:
            found = f"at {current or 'nothing'}, this release needs {newest}"
            yield Finding("schema", False, found, "Run: scheduler migrate")
            return
        yield Finding("schema", True, f"at {current}")
        with app.app_context():
            yield _life()
            yield _worker(find_heartbeat(db.session()))
            yield _secrets(settings)
            yield from (Finding(*found) for found in check_company(db.session()))
            yield _alerts()
    finally:
        with app.app_context():
            db.engine.dispose()


def _alerts() -> Finding:
    from app.db import db
    from app.store.alerts import list_open_alerts
    from app.usecases.describe_alert import describe_alerts

    found = describe_alerts(db.session(), list_open_alerts(db.session()))
    if not found:
        return Finding("alerts", True, "none")
    # what somebody has taken note of, or what costs only speed, is no reason to call the installation ill
    is_ill = any(words.is_urgent and not alert.acknowledged_at for alert, words in found)
    lines = [f"{words.title}{f' ({words.reason})' if words.reason else ''}" for _, words in found]
    remedies = dict.fromkeys(words.remedy for _, words in found)
    return Finding("alerts", False if is_ill else None, "; ".join(lines), "\n      ".join(remedies))


def _life() -> Finding:
    from app.usecases.watch_life import look_at_life

    if look_at_life():
        return Finding("life", True, "this is the database that worked last")
    found = "this database was restored or copied: no mail, no calendar entry, no channel goes out"
    return Finding("life", False, found, "Run: scheduler restore status")


def _secrets(settings: Settings) -> Finding:
    from app.usecases.rotate_keys import look_at_secrets

    if not settings.token_keys.get_secret_value():
        return Finding("secrets", None, "not looked at: there is no key")
    report = look_at_secrets()
    found = f"{report.secrets - report.unreadable} of {report.secrets} can be opened"
    if report.unreadable:
        remedy = "Put the key they were sealed with back into TOKEN_KEYS, or have those reps connect again."
        return Finding("secrets", False, found, remedy)
    if report.older:
        return Finding(
            "secrets", None, f"{found}, {report.older} by an older key", "Run: scheduler secrets rotate"
        )
    return Finding("secrets", True, found)


def _worker(beat: Any) -> Finding:
    from app.clock import now

    remedy = "Run: scheduler worker"
    if beat is None:
        return Finding("worker", False, "none has run yet", remedy)
    silence = now() - beat
    if silence > QUIET_WORKER:
        return Finding("worker", False, f"silent for {silence.total_seconds():.0f} s", remedy)
    return Finding("worker", True, f"heard of {silence.total_seconds():.0f} s ago")


def _mail(settings: Settings) -> Finding:
    import smtplib
    from urllib.parse import urlsplit

    parts = urlsplit(settings.smtp_url)
    where = f"{parts.hostname}:{parts.port or 25}"
    speak = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with speak(parts.hostname or "", parts.port or 25, timeout=5) as server:
            code, _ = server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Finding("mail", False, f"{where}: {error}", "Set SMTP_URL to your mail server.")
    return Finding("mail", code == 250, f"{where} answers")


def _providers(settings: Settings) -> Iterator[Finding]:
    google = settings.google_certs_uri
    yield _provider("Google", settings.google_client_id, google, "GOOGLE", settings)
    microsoft = f"{settings.ms_authority}/v2.0/.well-known/openid-configuration"
    yield _provider("Microsoft", settings.ms_client_id, microsoft, "MS", settings)


def _provider(name: str, client_id: str, address: str, prefix: str, settings: Settings) -> Finding:
    import requests

    from app.outbound import GuardedSession

    if not client_id:
        remedy = f"To let reps connect {name}, set {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET."
        return Finding(name, None, "not set up", remedy)
    try:
        session = GuardedSession(settings.allowed_addresses, settings.outbound_ca_bundle)
        answer = session.get(address)
    except (requests.RequestException, OSError) as error:
        return Finding(name, False, f"{address}: {error}", "Let this machine reach it.")
    remedy = "" if answer.ok else f"Look at the {prefix}_* settings."
    return Finding(name, answer.ok, f"{address} answers {answer.status_code}", remedy)
