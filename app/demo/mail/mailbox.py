"""Messages as files: one `.eml` each, named so that their order is the order they came in."""

import email
import email.policy
import itertools
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

_NAME = re.compile(r"^\d{20}-\d{6}$")
_ENVELOPE = "X-Demo-Envelope-To"


@dataclass(frozen=True, slots=True)
class Letter:
    """One stored message. `recipients` are those of the envelope, lower-case."""

    id: str
    received_at: datetime
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject in plain text."""
        return str(self.message["Subject"] or "(no subject)")

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address of the author."""
        return next(iter(getaddresses([str(self.message["From"] or "")])), ("", ""))


class Mailbox:
    """A folder of messages. Several processes may read it while one writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count()

    def add(self, content: bytes, recipients: Sequence[str]) -> str:
        """Keep a message as it came, with its envelope's recipients in front; return its id."""
        name = f"{time.time_ns():020d}-{next(self._numbers):06d}"
        envelope = ", ".join(recipient.lower() for recipient in recipients)
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes(f"{_ENVELOPE}: {envelope}\r\n".encode() + content)
        unfinished.rename(self.folder / f"{name}.eml")
        return name

    def list(self, *, to: str = "", after: str = "") -> "list[Letter]":
        """Return messages newest first: those sent to the address `to`, those that came after the id `after`."""
        names = sorted((path.stem for path in self.folder.glob("[0-9]*.eml")), reverse=True)
        letters = (self.find(name) for name in names if name > after)
        wanted = to.strip().lower()
        return [letter for letter in letters if letter and (not wanted or wanted in letter.recipients)]

    def find(self, name: str) -> Letter | None:
        """Return the message of that id, if there is one."""
        content = self.raw(name)
        if content is None:
            return None
        envelope, _, rest = content.partition(b"\r\n")
        recipients = envelope.decode(errors="replace").partition(":")[2]
        received_at = datetime.fromtimestamp(int(name[:20]) / 1e9, UTC)
        message = email.message_from_bytes(rest, policy=email.policy.default)
        return Letter(name, received_at, tuple(part.strip() for part in recipients.split(",")), message)

    def raw(self, name: str) -> bytes | None:
        """Return the bytes of the file of that id."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return (self.folder / f"{name}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def clear(self) -> int:
        """Throw everything away; return how many messages there were."""
        paths = list(self.folder.glob("[0-9]*.eml"))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)
