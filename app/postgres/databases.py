"""Roles and databases, spoken to the server as its superuser."""

import psycopg
from psycopg import sql

from app.postgres.files import ROLE


def ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """Leave a role that may sign in and make databases, and is no superuser."""
    name = sql.Identifier(role)
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if known is None:
        statement = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
        connection.execute(statement.format(name, sql.Literal(password)))


def create_database(
    connection: psycopg.Connection, name: str, template: str | None = None, *, exist_ok: bool = False
) -> None:
    """Create a database owned by the product's role; a copy of `template` if one is named."""
    if exist_ok and connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
    source = template or "template1"
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(source)))


def drop_database(connection: psycopg.Connection, name: str) -> None:
    """Drop a database with whatever sessions it has; one that is not there is no error."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
