"""Settings, read once from the environment (or files named by `*_FILE`) and checked before anything starts."""

import os
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import ApplicationError


class BadSettings(ApplicationError):
    """The environment does not describe a runnable deployment."""

    code = "bad-settings"
    title = "The settings are incomplete or wrong"


class Settings(BaseSettings):
    """One deployment. Every field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    database_url: str
    secret_key: SecretStr
    token_keys: SecretStr = SecretStr("")
    public_base_url: str = "http://127.0.0.1:8000"
    data_dir: Path = Path(".data")
    port: int = Field(default=8000, ge=1, le=65535)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    log_level: str = "INFO"
    rate_limit_scale: int = Field(default=1, ge=1, le=1000)
    database_pool_size: int = Field(default=8, ge=1, le=100)

    smtp_url: str = "smtp://127.0.0.1:25"
    mail_from: str = "Scheduler <scheduler@localhost>"

    google_client_id: str = ""
    google_client_secret: SecretStr = SecretStr("")
    google_auth_uri: str = "https://accounts.google.com/o/oauth2/v2/auth"
    google_token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    google_revoke_uri: str = "https://oauth2.googleapis.com/revoke"
    google_certs_uri: str = "https://www.googleapis.com/oauth2/v1/certs"
    google_userinfo_uri: str = "https://openidconnect.googleapis.com/v1/userinfo"
    google_api_base: str = "https://www.googleapis.com"

    ms_client_id: str = ""
    ms_client_secret: SecretStr = SecretStr("")
    ms_authority: str = "https://login.microsoftonline.com/organizations"
    graph_base: str = "https://graph.microsoft.com/v1.0"

    outbound_allow: str = ""
    outbound_ca_bundle: Path | None = None

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        if not url.startswith("postgresql+psycopg://"):
            raise ValueError("must be a postgresql:// address")
        return url

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if len(key.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters; make one with `openssl rand -hex 32`")
        return key

    @field_validator("public_base_url", "google_api_base", "graph_base", "ms_authority")
    @classmethod
    def _plain_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an http or https address")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _no_debugger_in_public(self) -> "Settings":
        if os.environ.get("FLASK_DEBUG") == "1" and self.is_secure:
            raise ValueError("FLASK_DEBUG must not be set with a public https address")
        return self

    @property
    def is_secure(self) -> bool:
        """Whether visitors reach us over https; cookies are then `__Host-` and Secure."""
        return self.public_base_url.startswith("https://")

    @cached_property
    def allowed_addresses(self) -> frozenset[tuple[str, int]]:
        """`OUTBOUND_ALLOW` as (host, port) pairs that may be reached although they are not public."""
        pairs = (item.strip().rpartition(":") for item in self.outbound_allow.split(",") if item.strip())
        return frozenset((host, int(port)) for host, _, port in pairs)


def load_settings(**overrides: object) -> Settings:
    """Read the environment; `NAME_FILE` supplies NAME from a file. Raises BadSettings naming every fault."""
    values = {**_from_files(), **overrides}
    try:
        return Settings(**values)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        faults = [
            f"{str(e['loc'][0]).upper() if e['loc'] else 'SETTINGS'}: {e['msg']}" for e in error.errors()
        ]
        raise BadSettings("; ".join(faults)) from None


def _from_files() -> dict[str, str]:
    found = {}
    for name in Settings.model_fields:
        path = os.environ.get(f"{name.upper()}_FILE")
        if path and name.upper() not in os.environ:
            try:
                found[name] = Path(path).read_text().strip()
            except OSError as error:
                raise BadSettings(f"{name.upper()}_FILE: {error.strerror}: {path}") from None
    return found
