"""What the whole process shares: settings, the box for secrets, and the guarded way out."""

import threading
from functools import cached_property

from app.config import Settings
from app.crypto import SecretBox
from app.outbound import GuardedSession


class Services:
    """Built once from the settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._local = threading.local()

    @cached_property
    def secrets(self) -> SecretBox:
        """Seals and opens what is encrypted at rest. Raises ValueError when TOKEN_KEYS holds no key."""
        return SecretBox(self.settings.token_keys.get_secret_value())

    @property
    def http(self) -> GuardedSession:
        """The way out to other servers; one session a thread, because requests' sessions are not shared."""
        session: GuardedSession | None = getattr(self._local, "http", None)
        if session is None:
            session = GuardedSession(self.settings.allowed_addresses, self.settings.outbound_ca_bundle)
            self._local.http = session
        return session


_current: Services | None = None


def configure_services(settings: Settings) -> Services:
    """Set what `services()` returns from here on; the factory calls it."""
    global _current  # noqa: PLW0603 - one process serves one deployment
    _current = Services(settings)
    return _current


def services() -> Services:
    """The process's services. Raises RuntimeError before the factory has run."""
    if _current is None:
        raise RuntimeError("configure_services() has not been called")
    return _current
