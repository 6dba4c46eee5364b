"""Companies of any size. The configuration is applied as anybody's; reps in their thousands are copied in SQL."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text

from app.db import transaction

ZONE = "Europe/Berlin"
ORIGIN = "https://acme.test"
_OFFICE = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def company(pools: Sequence[str], *, rules: int = 0, reps: int = 1) -> dict[str, Any]:
    """A company with a pool, router and form of each name, and so many reps in every pool.

    `rules`: how many rules the last router tries in vain before its catch-all.
    """
    emails = [f"rep{number}@acme.test" for number in range(1, reps + 1)]
    return {
        "version": 1,
        "company": {"name": "Acme", "timezone": ZONE},
        "schedules": [{"name": "office", "timezone": ZONE, "weekly": _OFFICE}],
        "reps": [_rep(email) for email in emails],
        "meeting_types": [
            {"slug": "demo", "name": "Demo", "minutes": 30, "booking_window": "14 days", "slot_interval": 30}
        ],
        "queues": [{"name": "desk", "members": []}],
        "pools": [
            {"name": pool, "queue": "desk", "members": [{"rep": email} for email in emails]} for pool in pools
        ],
        "routers": [_router(pool, rules if pool == pools[-1] else 0) for pool in pools],
        "forms": [_form(pool) for pool in pools],
    }


def _rep(email: str) -> dict[str, Any]:
    return {
        "email": email,
        "name": email.partition("@")[0].title(),
        "timezone": ZONE,
        "schedule": "office",
        "calendars": "none",
    }


def _router(pool: str, rules: int) -> dict[str, Any]:
    tried = [
        {
            "name": f"rule {number}",
            "when": {"field": "campaign", "op": "eq", "value": f"campaign-{number}"},
            "action": {"pool": pool},
        }
        for number in range(rules)
    ]
    return {"name": pool, "rules": tried, "catch_all": [{"pool": pool}, {"queue": "desk"}]}


def _form(pool: str) -> dict[str, Any]:
    return {
        "slug": pool,
        "router": pool,
        "meeting_type": "demo",
        "origins": [ORIGIN],
        "fields": [{"name": "email", "type": "email", "label": {"en": "E-mail"}, "required": True}],
    }


_REPS = """
INSERT INTO reps (public_id, email, name, timezone, schedule_id, languages, territories, calendar_mode, is_active)
SELECT 'rep_' || lpad(n::text, 8, '0'), 'rep' || n || '@acme.test', 'Rep ' || n, timezone, schedule_id, languages,
       territories, calendar_mode, true
FROM reps, generate_series(2, :reps) AS n WHERE email = 'rep1@acme.test' ON CONFLICT DO NOTHING
"""
_MEMBERS = """
INSERT INTO pool_members (pool_id, rep_id, position)
SELECT p.id, r.id, row_number() OVER (ORDER BY r.id) FROM pools p, reps r WHERE p.name = :pool
ORDER BY r.id LIMIT :size ON CONFLICT DO NOTHING
"""
_MIRRORS = (
    """
INSERT INTO connections (public_id, rep_id, provider, account, scopes, state, updated_at)
SELECT 'con_' || id, id, 'google', 'account-' || id, '{}', 'active', now() FROM reps
""",
    """
INSERT INTO calendars (public_id, rep_id, connection_id, remote_id, name, can_write, is_primary, checks_conflicts,
                       is_destination, state, known_from, known_until, synced_at, next_sync_at, warnings)
SELECT 'cal_' || id, rep_id, id, 'primary', 'Work', true, true, true, true, 'ok', now() - interval '14 days',
       now() + interval '90 days', now() + interval '10 minutes', now() + interval '1 day', '{}' FROM connections
""",
    """
INSERT INTO busy_blocks (calendar_id, event_id, starts_at, ends_at, kind)
SELECT c.id, 'event-' || n, begins, begins + interval '30 minutes' * (1 + n % 2), 'busy'
FROM calendars c, generate_series(1, :busy) AS n,
     LATERAL (SELECT date_trunc('day', now()) + interval '1 day' * (n % 20)
              + interval '15 minutes' * (28 + (c.id * 7 + n * 13) % 36)) AS placed(begins)
""",
)


def grow(pools: Iterable[tuple[str, int]], reps: int, busy: int) -> None:
    """Bring the company to so many reps, the first of them in each pool, with so many busy rows a rep."""
    with transaction() as session:
        session.execute(text(_REPS), {"reps": reps})
        for pool, size in pools:
            session.execute(text(_MEMBERS), {"pool": pool, "size": size})
        if busy:
            session.execute(text("UPDATE reps SET calendar_mode = 'connected'"))
            for statement in _MIRRORS:
                session.execute(text(statement), {"busy": busy} if ":busy" in statement else {})
        session.execute(text("UPDATE company SET revision = revision + 1"))
    with transaction() as session:
        session.connection().exec_driver_sql("ANALYZE")
