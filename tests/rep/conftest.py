"""The shared application and browsers."""

from tests.fixtures.consoles import app, as_user

__all__ = ["app", "as_user"]
