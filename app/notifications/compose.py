"""Mails from letters: plain and HTML parts that say the same, and an invitation where no provider sends one."""

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from app.notifications.letter import Letter, one_line
from app.notifications.subject import POLICY

_environment = Environment(
    loader=PackageLoader("app.notifications"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
LONGEST_SUBJECT = 150
LONGEST_NAME = 80
# those of RFC 5322, section 3.2.3, but for the dot
_WITHOUT_SPECIALS = str.maketrans("", "", '()<>[]:;@\\,"')


class BadAddress(ValueError):
    """This is no address that a mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail is for, or from."""

    email: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An iTIP message (`METHOD:REQUEST` or `CANCEL`) that makes the mail an invitation."""

    method: str
    content: bytes


def compose(
    letter: Letter,
    *,
    sender: str,
    to: Recipient,
    subject: str,
    message_id: str,
    reply_to: Recipient | None = None,
    invitation: Invitation | None = None,
) -> EmailMessage:
    """The message of a letter. `message_id` is ours and stable, so that a mail sent twice is recognized as one.

    Raises BadAddress. Names and subject lose what has no place in a header.
    """
    message = EmailMessage(POLICY)
    name, email = parseaddr(sender)
    message["From"] = _address(Recipient(email, name))
    message["To"] = _address(to)
    if reply_to is not None:
        message["Reply-To"] = _address(reply_to)
    message["Subject"] = one_line(subject, LONGEST_SUBJECT)
    message["Date"] = formatdate()
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_environment.get_template("letter.txt").render(letter=letter), cte="quoted-printable")
    html = _environment.get_template("letter.html").render(letter=letter)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if invitation is not None:
        _attach(message, invitation)
    message["Content-Language"] = letter.language  # earlier, it would move into the first part
    return message


def _attach(message: EmailMessage, invitation: Invitation) -> None:
    """Last among the alternatives, where mail programs look for it, and as a file for the others (RFC 6047)."""
    # as bytes: as text its line ends would be changed, which RFC 5545 fixes as CR LF
    message.add_alternative(
        invitation.content,
        maintype="text",
        subtype="calendar",
        params={"charset": "utf-8", "method": invitation.method},
        cte="base64",
    )
    message.add_attachment(invitation.content, maintype="application", subtype="ics", filename="invite.ics")


def _address(person: Recipient) -> Address:
    local, _, domain = person.email.rpartition("@")
    if not local or not domain:
        raise BadAddress("this is no address that a mail can be sent to")
    try:
        return Address(_name(person), local, domain.encode("idna").decode())
    except (ValueError, IndexError, MessageError) as error:
        raise BadAddress("this is no address that a mail can be sent to") from error


def _name(person: Recipient) -> str:
    """The name beside an address, without anything that a header would have to quote: the standard library loses
    the quotes where it folds a long line, and what a stranger typed would be read as addresses."""
    name = one_line(person.name or "", LONGEST_NAME).translate(_WITHOUT_SPECIALS)
    fits_a_line = len(name) + len(person.email) < 60
    return name if fits_a_line else name.replace(".", "")
