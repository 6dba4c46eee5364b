"""Close or reopen somebody's account, or change what they may do. Closing ends their sessions at once."""

from app.actor import Actor
from app.db import transaction
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import Role
from app.store import people
from app.store.records import add_audit


class LastAdmin(Conflict):
    """Without an admin nobody could change anything any more."""

    code = "last-admin"
    title = "Somebody has to stay an admin"


def change_user(public_id: str, *, role: str, is_active: bool, by: Actor) -> None:
    """Bring an account to this role and state. Raises NotFound, Invalid, LastAdmin."""
    if role not in set(Role):
        raise Invalid([FieldError("role", "unknown-value", "must be admin, manager or rep")])
    with transaction() as session:
        admins = people.lock_admins(session)
        user = people.find_user(session, public_id)
        if user is None:
            raise NotFound("There is no such account.")
        stays_admin = is_active and role == Role.ADMIN
        if user.id in admins and len(admins) == 1 and not stays_admin:
            raise LastAdmin(f"{user.name} is the only admin. Make somebody else an admin first.")
        if (user.role.value, user.is_active) == (role, is_active):
            return
        has_less = not is_active or user.role.value != role
        user.role, user.is_active = Role(role), is_active
        if has_less:
            people.end_sessions_of(session, user.id)
        add_audit(session, by.name, "user.changed", "user", public_id, role=role, is_active=is_active)
