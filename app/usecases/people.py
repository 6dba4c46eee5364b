"""Somebody who acts for themselves or for others."""

from dataclasses import dataclass

from app.db import Session
from app.errors import NotFound
from app.models import Role
from app.store.people import find_user_by_email


@dataclass(frozen=True, slots=True)
class Person:
    """A user. `name` is what records say: their public id, or that of the key they act through."""

    user_id: int
    name: str
    email: str
    manages: bool


def find_person(session: Session, email: str) -> Person:
    """The user with this address who may sign in. Raises NotFound."""
    user = find_user_by_email(session, email)
    if user is None or not user.is_active:
        raise NotFound("There is no such person, or they may not sign in.")
    return Person(user.id, user.public_id, user.email, user.role in {Role.ADMIN, Role.MANAGER})
