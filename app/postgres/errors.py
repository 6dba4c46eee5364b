"""The one error of this package: the server cannot run here, and what to do about it."""


class PostgresUnavailable(Exception):
    """The embedded server cannot run. The message is meant for a person and ends with a way out."""


USE_A_SERVER = "Or set DATABASE_URL to any PostgreSQL 14 or newer."
