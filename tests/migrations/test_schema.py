"""Migrations and models describe one schema, in every detail the catalog knows."""

from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, text

from app.db import Base, db
from tests.fixtures.company import application_over

CATALOG = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, character_maximum_length,
               identity_generation
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'procrastinate%'
          AND table_name <> 'alembic_version'
    """,
    "constraints": """
        SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE n.nspname = 'public' AND c.conrelid <> 0 AND c.contype <> 'n'
          AND c.conrelid::regclass::text NOT LIKE 'procrastinate%'
          AND c.conrelid::regclass::text <> 'alembic_version'
    """,
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%' AND tablename <> 'alembic_version'
    """,
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'procrastinate%'
    """,
}


def catalog(url: str) -> dict[str, set[Any]]:
    """What the database knows of its own shape, our tables only."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            return {
                name: {tuple(row) for row in connection.execute(text(query))}
                for name, query in CATALOG.items()
            }
    finally:
        engine.dispose()


def engine_for(url: str) -> Engine:
    """An engine on a plain PostgreSQL address."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))


@pytest.mark.parametrize("kind", sorted(CATALOG))
def test_models_and_migrations_agree(kind: str, fresh_database: str, postgres: Any) -> None:
    name = f"made_from_models_{kind}"
    url = str(postgres.create_database(name))
    engine = engine_for(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    models, migrations = catalog(url)[kind], catalog(fresh_database)[kind]
    assert models - migrations == set(), "in the models only"
    assert migrations - models == set(), "in the migrations only"
    assert models, "an empty catalog agrees with anything"


def test_every_migration_can_be_taken_back(fresh_database: str) -> None:
    with application_over(fresh_database):
        downgrade(revision="base")
        left = db.session.execute(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
        )
        assert left.scalars().all() == []
        db.session.commit()
        upgrade()
        assert db.session.execute(text("SELECT count(*) FROM company")).scalar_one() == 1


@pytest.mark.parametrize("table", ["audit_entries", "activities", "ledger_entries", "router_versions"])
def test_the_database_refuses_to_change_what_may_only_be_added_to(table: str, fresh_database: str) -> None:
    engine = engine_for(fresh_database)
    with engine.connect() as connection:
        triggers = connection.execute(
            text(
                "SELECT count(*) FROM pg_trigger WHERE tgname = 'append_only' AND tgrelid = CAST(:t AS regclass)"
            ),
            {"t": table},
        ).scalar_one()
    engine.dispose()
    assert triggers == 1


def test_an_audit_row_cannot_be_changed(fresh_database: str) -> None:
    engine = engine_for(fresh_database)
    insert = "INSERT INTO audit_entries (actor, action, object_kind, object_id) VALUES ('a', 'b', 'c', 'd')"
    try:
        with engine.begin() as connection:
            connection.execute(text(insert))
        for change in ("UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"):
            with pytest.raises(Exception, match="never changed"), engine.begin() as connection:
                connection.execute(text(change))
    finally:
        engine.dispose()
