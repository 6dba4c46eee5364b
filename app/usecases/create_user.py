"""Let a person sign in: an account with a password, tied to the rep with the same e-mail address."""

from pydantic import BaseModel, ValidationError

from app import passwords
from app.actor import Actor
from app.configuration.words import Email, Name
from app.db import transaction
from app.errors import FieldError, Invalid, NotFound
from app.faults import field_errors
from app.ids import new_id
from app.models import Role, User
from app.password_rules import password_fault
from app.store import people
from app.store.records import add_audit


class NewUser(BaseModel):
    """What is known of the person."""

    email: Email
    name: Name
    role: Role


def create_user(email: str, name: str, role: Role | str, password: str, by: Actor) -> str:
    """Make the account and return its public id (`user_…`).

    Raises Invalid: an address that is none or has an account already, an unknown role, a password that is too
    short or too common.
    """
    try:
        person = NewUser.model_validate({"email": email, "name": name, "role": role})
    except ValidationError as error:
        raise Invalid(field_errors(error)) from None
    _check(password, person)
    hashed = passwords.hash_password(password)
    with transaction() as session:
        if people.find_user_by_email(session, person.email) is not None:
            raise Invalid([FieldError("email", "duplicate", f"{person.email} has an account already")])
        user = User(
            public_id=new_id("user"),
            email=person.email,
            name=person.name,
            role=person.role,
            password_hash=hashed,
        )
        people.add_user(session, user)
        add_audit(session, by.name, "user.created", "user", user.public_id, role=person.role.value)
        return user.public_id


def set_password(email: str, password: str, by: Actor) -> None:
    """Give somebody another password and end all their sessions. Raises NotFound, Invalid."""
    with transaction() as session:
        user = people.find_user_by_email(session, email)
        if user is None:
            raise NotFound(f"Nobody signs in as {email}")
        person = NewUser.model_construct(email=user.email, name=user.name, role=user.role)
    _check(password, person)
    hashed = passwords.hash_password(password)
    with transaction() as session:
        user = people.find_user_by_email(session, email)
        assert user is not None
        user.password_hash = hashed
        people.end_sessions_of(session, user.id)
        add_audit(session, by.name, "user.password-set", "user", user.public_id)


def _check(password: str, person: NewUser) -> None:
    fault = password_fault(password, person.email, person.name)
    if fault is not None:
        raise Invalid([fault])
