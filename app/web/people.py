"""The signed-in person as somebody who takes leads."""

from app.usecases.people import Person
from app.web.sessions import get_signed_in


def current_person() -> Person:
    """Who does what this request asks for. Raises Unauthenticated."""
    who = get_signed_in()
    return Person(who.user_id, who.user, who.email, who.manages)
