"""How Alembic reaches the database: through the application's engine, with a bounded wait for locks."""

from alembic import context
from sqlalchemy import text

from app import models  # noqa: F401 - fills the metadata
from app.db import Base, db


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    """Bring the database to the asked revision in one transaction."""
    with db.engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '5s'; SET statement_timeout = 0"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=_is_ours,
            user_module_prefix="app.models.columns.",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
