"""Message-IDs of our own: the same mail has the same one, however often it is sent."""

import hashlib
from urllib.parse import urlsplit

from app.services import services


def message_id(*what: object) -> str:
    """The id of the mail that `what` names; it says nothing to those who read it."""
    domain = urlsplit(services().settings.public_base_url).hostname or "localhost"
    name = hashlib.sha256(":".join(map(str, what)).encode()).hexdigest()[:32]
    return f"<{name}@{domain}>"
