"""A rep whose own settings are changed."""

from app.db import Session
from app.errors import NotFound
from app.models import Rep


def rep_in_use(session: Session, rep_id: int) -> Rep:
    """The rep with this key. Raises NotFound for one who is not there any more."""
    rep = session.get(Rep, rep_id)
    if rep is None or rep.archived_at is not None:
        raise NotFound("There is no such rep.")
    return rep
