"""Handing a message to the mail server."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from app.config import Settings

TIMEOUT_SECONDS = 15


class MailRefused(Exception):
    """The server will not take this message, however often it is offered."""


def send(message: EmailMessage, settings: Settings) -> None:
    """Send by `SMTP_URL` (`smtp://`, `smtp+starttls://` or `smtps://`, with user and password if any).

    Raises MailRefused for permanent refusals (5xx), OSError or SMTPException for those that may pass.
    """
    parts = urlsplit(settings.smtp_url)
    host, port = parts.hostname or "127.0.0.1", parts.port
    context = ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
        with server:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        if all(code >= 500 for code in codes):
            raise MailRefused("the mail server does not accept this recipient") from error
        raise
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= 500:
            raise MailRefused(f"the mail server refuses this message ({error.smtp_code})") from error
        raise
