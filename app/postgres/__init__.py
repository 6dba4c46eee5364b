"""A PostgreSQL of our own, for a machine that has none.

A small supervisor over ordinary PostgreSQL binaries. The first process to lock the data directory owns the
server and takes it along when it dies, however it dies; later processes attach. The server listens on a private
socket only and asks for a password. Everything else in the product sees nothing but a URL.
"""

from app.postgres.errors import PostgresUnavailable
from app.postgres.server import EmbeddedPostgres, attach_or_start, remove_server

__all__ = ["EmbeddedPostgres", "PostgresUnavailable", "attach_or_start", "remove_server"]
