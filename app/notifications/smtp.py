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

    Raises MailRefused for permanent refusals of this message (5xx), OSError or SMTPException for everything that
    may pass, such as a server that is down, is too busy, or does not take our password today.
    """
    with _connect(settings) as server:
        _hand_over(server, message)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        if all(code >= 500 for code in codes):
            raise MailRefused("the mail server does not accept this recipient") from error
        raise
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        if error.smtp_code >= 500:
            raise MailRefused(f"the mail server refuses this message ({error.smtp_code})") from error
        raise
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused("the mail server cannot write to this address") from error


def _connect(settings: Settings) -> smtplib.SMTP:
    parts = urlsplit(settings.smtp_url)
    host, port = parts.hostname or "127.0.0.1", parts.port
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    try:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server
