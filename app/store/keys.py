"""Keys for the admin API as rows. Only a hash of a key is kept."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import ApiKey
from app.store.people import hash_secret

_NOTED_EVERY = timedelta(minutes=1)


def add_key(session: Session, name: str, scopes: list[str], secret: str, user_id: int | None) -> ApiKey:
    """Keep a new key."""
    row = ApiKey(
        public_id=new_id("key"), name=name, scopes=scopes, secret_hash=hash_secret(secret), user_id=user_id
    )
    session.add(row)
    session.flush()
    return row


def find_live_key(session: Session, secret: str) -> ApiKey | None:
    """The key that is this secret, unless it was revoked."""
    return session.scalar(
        select(ApiKey).where(ApiKey.secret_hash == hash_secret(secret), ApiKey.revoked_at.is_(None))
    )


def find_key(session: Session, public_id: str) -> ApiKey | None:
    """A key by its public id, revoked ones included."""
    return session.scalar(select(ApiKey).where(ApiKey.public_id == public_id))


def list_keys(session: Session) -> list[ApiKey]:
    """Every key, the newest first."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.id.desc())))


def note_use(row: ApiKey, at: datetime) -> bool:
    """Remember that a key was used, once a minute at most. Returns whether there was anything to write."""
    if row.used_at is not None and at - row.used_at < _NOTED_EVERY:
        return False
    row.used_at = at
    return True
