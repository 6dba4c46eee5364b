"""What every mail of ours must be, read from the bytes that the mail server got."""

import email
import email.policy
import re
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

from icalendar import Calendar

_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
_UNSEEN = {"style", "title", "head", "script"}


class _Words(HTMLParser):
    """The words and addresses that somebody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.addresses: list[str] = []
        self._inside: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a":
            self.addresses.append(found["href"] or "")
        if tag in _UNSEEN or "display:none" in (found.get("style") or "") or "aria-hidden" in found:
            self._inside.append(tag)
            self._hidden += 1
        elif self._hidden and tag not in {"br", "meta"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
            self._hidden = self._hidden if self._inside else 0

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words += data.split()


def words_of(html: str) -> list[str]:
    """The words that somebody sees."""
    reader = _Words()
    reader.feed(html)
    return reader.words


def check(raw: bytes) -> EmailMessage:
    """Read a message; fails on anything that is not as it must be."""
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert b"\n" not in head.replace(b"\r\n", b""), "a bare line break in the headers"
    assert all(len(line) <= 998 for line in raw.split(b"\r\n")), "a line longer than SMTP allows"
    assert raw.isascii(), "nothing that needs an eight-bit path"
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for name in _ONCE:
        assert len(message.get_all(name, [])) == 1, name
    assert not message.defects
    assert message["Bcc"] is None and message["Cc"] is None
    assert len(message["To"].addresses) == 1
    assert re.fullmatch(r"<[0-9a-z.-]+@[0-9a-z.-]+>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert 0 < len(message["Subject"]) <= 150 and message["Subject"].isprintable()
    _check_parts(message)
    return message


def _check_parts(message: EmailMessage) -> None:
    has_invitation = message.get_content_type() == "multipart/mixed"
    alternative = next(message.iter_parts()) if has_invitation else message
    assert alternative.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", *(["text/calendar"] if has_invitation else [])]
    plain, html, *calendar = alternative.iter_parts()
    _check_same(plain.get_content(), html.get_content())
    for part in calendar:
        _check_invitation(message, part)


def _check_same(plain: str, html: str) -> None:
    """The two say the same: every word and every address of one is in the other."""
    reader = _Words()
    reader.feed(html)
    shown = " ".join(reader.words)
    said = " ".join(plain.split())
    for word in reader.words:
        assert word.strip("·") in said, f"only in HTML: {word}"
    for address in reader.addresses:
        assert address.removeprefix("mailto:") in plain, f"only in HTML: {address}"
    for word in said.split():
        is_mark = word in {"-", "--"} or word.startswith("http")
        assert is_mark or word.strip(":()") in shown, f"only in plain text: {word}"


def _check_invitation(message: EmailMessage, part: object) -> None:
    assert isinstance(part, EmailMessage)
    payload: Any = part.get_payload(decode=True)
    content: Any = Calendar.from_ical(payload)
    [event] = content.walk("VEVENT")
    assert part.get_param("method") == content["METHOD"]
    assert part.get_content_disposition() is None, "an attachment shows no buttons"
    assert event["UID"] and event["ORGANIZER"].startswith("mailto:")
    attendees = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
    recipient = message["To"].addresses[0].addr_spec
    assert f"mailto:{recipient}" in {str(each) for each in attendees}
    assert str(event["ORGANIZER"]) not in {str(each) for each in attendees}
    *_, attached = message.iter_parts()
    assert attached.get_filename() == "invite.ics"
    assert attached.get_payload(decode=True) == part.get_payload(decode=True)
