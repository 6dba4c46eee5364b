"""The shared application and browsers."""

from tests.fixtures.consoles import app, as_user, password_hash

__all__ = ["app", "as_user", "password_hash"]
