"""The job queue: the schema that procrastinate ships.

Revision: 0002, after 0001
"""

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # exec_driver_sql would stumble over the percent signs in the script
    driver = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager.get_schema())


def downgrade() -> None:
    bind = op.get_bind()
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate%'"
    for name in bind.execute(text(tables)).scalars().all():
        op.execute(f'DROP TABLE "{name}" CASCADE')
    routines = (
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = current_schema() AND p.proname LIKE 'procrastinate%'"
    )
    for signature in bind.execute(text(routines)).scalars().all():
        op.execute(f"DROP FUNCTION {signature} CASCADE")
    types = (
        "SELECT t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
        "WHERE n.nspname = current_schema() AND t.typname LIKE 'procrastinate%' AND t.typtype IN ('e', 'c')"
    )
    for name in bind.execute(text(types)).scalars().all():
        op.execute(f'DROP TYPE "{name}" CASCADE')
