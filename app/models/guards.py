"""Rows that may only be added: the database itself refuses to change or delete them."""

from sqlalchemy import DDL, MetaData, Table, event

from app.db import Base

APPEND_ONLY = (
    "router_versions",
    "standard_versions",
    "ledger_entries",
    "activities",
    "audit_entries",
    "configuration_changes",
)

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def guard(table: str) -> str:
    """The trigger that makes `table` append-only."""
    return (
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def attach() -> None:
    """Have `create_all` make the triggers too, as the migrations do."""
    _run_at(Base.metadata, "before_create", "CREATE EXTENSION IF NOT EXISTS btree_gist")
    _run_at(Base.metadata, "before_create", REFUSE_CHANGE.replace("%", "%%"))
    for name in APPEND_ONLY:
        _run_at(Base.metadata.tables[name], "after_create", guard(name))


def _run_at(target: MetaData | Table, moment: str, statement: str) -> None:
    event.listen(target, moment, DDL(statement))  # type: ignore[no-untyped-call]
