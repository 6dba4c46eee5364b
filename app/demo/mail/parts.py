"""The readable parts of a message."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that can be saved. `number` counts within the message."""

    number: int
    filename: str
    type: str
    content: bytes


def read_text(message: EmailMessage) -> str:
    """Return the plain text, empty when there is none."""
    return _content(message, "plain") or ""


def read_html(message: EmailMessage) -> str | None:
    """Return the HTML, if there is any."""
    return _content(message, "html")


def list_attachments(message: EmailMessage) -> list[Attachment]:
    """Return what can be saved: attachments, and calendar parts even where they stand in line."""
    found = []
    for number, part in enumerate(message.walk()):
        is_calendar = part.get_content_type() == "text/calendar"
        if part.is_multipart() or not (is_calendar or part.get_content_disposition() == "attachment"):
            continue
        payload = part.get_payload(decode=True)
        name = part.get_filename() or ("invite.ics" if is_calendar else f"part-{number}")
        content = payload if isinstance(payload, bytes) else b""
        found.append(Attachment(number, name, part.get_content_type(), content))
    return found


def with_links(text: str) -> str:
    """Return `text` escaped for HTML, its web addresses made links."""
    pieces, at = [], 0
    for match in _LINK.finditer(text):
        address = escape(match[0])
        pieces += [
            escape(text[at : match.start()]),
            f'<a href="{address}" rel="noopener" target="_blank">{address}</a>',
        ]
        at = match.end()
    return "".join([*pieces, escape(text[at:])])


def _content(message: EmailMessage, subtype: str) -> str | None:
    body = message.get_body(preferencelist=(subtype,))
    if body is None:
        return None
    try:
        return str(body.get_content())
    except (LookupError, ValueError):  # a charset nobody knows
        payload = body.get_payload(decode=True)
        return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
