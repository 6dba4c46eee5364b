"""The demo's settings: an environment for its processes, with secrets that are made once and kept.

`demo.env` in the data directory holds all of it (0600), so that any command can be pointed at the running demo:
`set -a; . .data/demo.env; scheduler doctor`.
"""

import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path

from app.crypto import new_key
from app.demo.ports import HOST, Ports
from app.postgres.files import write_private

PASSWORD = "demo-password-1"
_MADE_ONCE = ("SECRET_KEY", "TOKEN_KEYS", "GOOGLE_CLIENT_SECRET", "MS_CLIENT_SECRET")
GOOGLE_CALLBACK = "/oauth/google/callback"
MICROSOFT_CALLBACK = "/oauth/microsoft/callback"


def make_environment(data_dir: Path, ports: Ports, database_url: str) -> dict[str, str]:
    """Return the demo's settings and keep them in `demo.env`. Secrets of an earlier start are used again."""
    kept = read_env_file(data_dir / "demo.env")
    made = {
        "SECRET_KEY": secrets.token_hex(32),
        "TOKEN_KEYS": new_key(),
        "GOOGLE_CLIENT_SECRET": secrets.token_urlsafe(24),
        "MS_CLIENT_SECRET": secrets.token_urlsafe(24),
    }
    settings = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "PORT": str(ports.web),
        "PUBLIC_BASE_URL": ports.url("web"),
        "SMTP_URL": f"smtp://{HOST}:{ports.smtp}",
        "MAIL_FROM": "Acme <meetings@acme.test>",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        **{name: kept.get(name, made[name]) for name in _MADE_ONCE},
        **_providers(data_dir, ports),
    }
    lines = (f"{name}={shlex.quote(value)}" for name, value in settings.items())
    write_private(data_dir / "demo.env", "\n".join(lines) + "\n")
    return settings


def _providers(data_dir: Path, ports: Ports) -> dict[str, str]:
    from app.demo.feeds import acme_feeds  # heavy, and most of the demo does without

    google, microsoft = ports.url("google"), ports.url("microsoft")
    return {
        "GOOGLE_CLIENT_ID": "smart-scheduler.apps.demo",
        "GOOGLE_AUTH_URI": f"{google}/o/oauth2/v2/auth",
        "GOOGLE_TOKEN_URI": f"{google}/token",
        "GOOGLE_REVOKE_URI": f"{google}/revoke",
        "GOOGLE_CERTS_URI": f"{google}/oauth2/v1/certs",
        "GOOGLE_USERINFO_URI": f"{google}/v1/userinfo",
        "GOOGLE_API_BASE": google,
        "MS_CLIENT_ID": "2f0a9c3e-6d5b-4b1a-9a53-0c8de4f7b6a1",
        "MS_AUTHORITY": f"{microsoft}/organizations",
        "GRAPH_BASE": f"{microsoft}/v1.0",
        "OUTBOUND_ALLOW": f"{HOST}:{ports.google},localhost:{ports.microsoft},{HOST}:{ports.feeds}",
        "OUTBOUND_CA_BUNDLE": str(data_dir / "tls" / "ca.pem"),
        "SECRET_ROBIN_FEED": ports.url("feeds") + acme_feeds()[0].path,
    }


def read_env_file(path: Path) -> dict[str, str]:
    """Return the names and values in a file of `NAME=value` lines; nothing when there is no such file."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def child_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the demo's processes: ours, with the demo's settings in place of any others."""
    return {**os.environ, **settings, "PYTHONUNBUFFERED": "1"}
