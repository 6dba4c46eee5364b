"""The SMTP server: takes any message for anybody and keeps it."""

from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from app.demo.mail.mailbox import Mailbox

LARGEST = 10 * 1024 * 1024


class _Keeper:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Keep the message before saying that we have it."""
        content = envelope.original_content or b""
        self._mailbox.add(content, envelope.rcpt_tos)
        return "250 kept"


def start_sink(mailbox: Mailbox, host: str, port: int) -> Controller:
    """Listen in a thread of this process; the caller stops the controller. Raises OSError if the port is taken."""
    controller = Controller(
        _Keeper(mailbox), hostname=host, port=port, data_size_limit=LARGEST, enable_SMTPUTF8=True
    )
    controller.start()
    return controller
