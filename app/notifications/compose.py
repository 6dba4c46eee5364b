"""Mails from facts: a plain part and an HTML part that say the same, and an invitation where no provider sends one."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_environment = Environment(
    loader=PackageLoader("app.notifications"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail is for."""

    email: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An iTIP message (`METHOD:REQUEST` or `CANCEL`) that makes the mail an invitation."""

    method: str
    content: bytes


def compose(
    template: str,
    facts: Mapping[str, Any],
    *,
    sender: str,
    to: Recipient,
    subject: str,
    message_id: str,
    invitation: Invitation | None = None,
) -> EmailMessage:
    """A message from `templates/<template>.txt` and `.html`. `message_id` is ours and stable, so that a mail sent
    twice is recognised as one. Raises ValueError for line breaks in addresses or subject."""
    message = EmailMessage()
    message["From"] = _address(*parseaddr(sender))
    message["To"] = _address(to.name or "", to.email)
    message["Subject"] = " ".join(subject.split())[:LONGEST_SUBJECT]
    message["Date"] = formatdate()
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_environment.get_template(f"{template}.txt").render(facts))
    message.add_alternative(_environment.get_template(f"{template}.html").render(facts), subtype="html")
    if invitation is not None:
        message.add_alternative(
            invitation.content.decode(),
            subtype="calendar",
            params={"method": invitation.method},
            cte="base64",
        )
        message.add_attachment(
            invitation.content, maintype="application", subtype="ics", filename="invite.ics"
        )
    return message


def _address(name: str, email: str) -> Address:
    local, _, domain = email.rpartition("@")
    plain = "".join(c for c in name if c.isprintable() and c not in '<>"')[:80]
    return Address(plain, local, domain)
