"""The signed-in person as somebody who changes things."""

from app.actor import Actor
from app.web.sessions import get_signed_in


def current_actor() -> Actor:
    """Who does what this request asks for. Raises Unauthenticated."""
    who = get_signed_in()
    return Actor(who.user, who.user_id)
