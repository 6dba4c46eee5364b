"""Handing over: what may pass is tried again, what is refused for good is not."""

import smtplib
from email.message import EmailMessage

import pytest

from app.config import Settings, load_settings
from app.notifications.smtp import MailRefused, send
from tests.fixtures.mail_server import MailServer
from tests.fixtures.server import free_port

PRIYA = "priya@globex.test"


def settings(url: str) -> Settings:
    return load_settings(database_url="postgresql://x/x", secret_key="s" * 32, smtp_url=url)


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@acme.test", PRIYA, "Hello"
    made.set_content("Hello")
    return made


def test_a_message_arrives(mail_server: MailServer) -> None:
    send(message(), settings(mail_server.url))
    assert [str(each["Subject"]) for each in mail_server.to(PRIYA)] == ["Hello"]


@pytest.mark.parametrize("answer", ["450 greylisted", "451 later", "421 busy"])
def test_a_four_hundred_may_pass(mail_server: MailServer, answer: str) -> None:
    mail_server.refuse[PRIYA] = answer
    with pytest.raises((smtplib.SMTPException, OSError)):
        send(message(), settings(mail_server.url))


def test_a_five_hundred_for_the_recipient_or_the_message_is_for_good(mail_server: MailServer) -> None:
    mail_server.refuse[PRIYA] = "550 nobody here"
    with pytest.raises(MailRefused):
        send(message(), settings(mail_server.url))
    mail_server.refuse.clear()
    mail_server.next_answers.append("554 spam")
    with pytest.raises(MailRefused):
        send(message(), settings(mail_server.url))


def test_a_server_that_is_not_there_may_come_back() -> None:
    with pytest.raises(OSError):
        send(message(), settings(f"smtp://127.0.0.1:{free_port()}"))


def test_a_password_that_is_not_taken_is_our_trouble_and_not_the_messages(mail_server: MailServer) -> None:
    host = mail_server.url.removeprefix("smtp://")
    with pytest.raises(smtplib.SMTPException):
        send(message(), settings(f"smtp://user:pass@{host}"))
