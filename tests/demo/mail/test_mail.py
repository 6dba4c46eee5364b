"""What is sent to the demo's mail server can be read on its page and asked for by checks."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.demo.mail.mailbox import Mailbox
from app.demo.mail.sink import start_sink
from app.demo.mail.viewer import create_viewer
from app.demo.ports import find_free_ports

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:meeting-1@acme.test
SEQUENCE:2
DTSTAMP:20261120T090000Z
DTSTART;TZID=Europe/Berlin:20261126T100000
DTEND;TZID=Europe/Berlin:20261126T103000
SUMMARY:Product demo
LOCATION:Video
STATUS:CONFIRMED
ORGANIZER;CN=Remy:mailto:remy@acme.test
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:priya@prospect.test
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def write_mail(
    *, to: str = "priya@prospect.test", subject: str = "Your meeting", html: bool = True
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Acme <hello@acme.test>", to, subject
    message.set_content("See https://acme.test/b/1?t=x&y=2.\n<b>not bold</b>\n")
    if html:
        message.add_alternative("<p>Hello <script>alert(1)</script></p>", subtype="html")
    return message


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail")


@pytest.fixture
def send(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    port = find_free_ports().smtp
    sink = start_sink(mailbox, "127.0.0.1", port)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        yield client
    sink.stop()


@pytest.fixture
def viewer(mailbox: Mailbox) -> FlaskClient:
    return create_viewer(mailbox).test_client()


def test_a_message_is_kept_once_for_all_its_recipients(send: smtplib.SMTP, mailbox: Mailbox) -> None:
    send.send_message(
        write_mail(to="Priya@Prospect.test"), to_addrs=["Priya@Prospect.test", "hidden@acme.test"]
    )
    (letter,) = mailbox.list()
    assert letter.recipients == ("priya@prospect.test", "hidden@acme.test")
    assert letter.subject == "Your meeting"


def test_checks_ask_by_recipient_and_since(send: smtplib.SMTP, viewer: FlaskClient, mailbox: Mailbox) -> None:
    send.send_message(write_mail(subject="first"))
    first = mailbox.list()[0].id
    send.send_message(write_mail(subject="second"))
    send.send_message(write_mail(to="remy@acme.test", subject="brief"))

    def subjects(query: str) -> list[str]:
        answer = viewer.get(f"/api/messages{query}").get_json()
        return [message["subject"] for message in answer["messages"]]

    assert subjects("") == ["brief", "second", "first"]
    assert subjects("?to=PRIYA@prospect.test") == ["second", "first"]
    assert subjects(f"?to=priya@prospect.test&after={first}") == ["second"]


def test_an_invitation_is_shown_as_facts(send: smtplib.SMTP, viewer: FlaskClient) -> None:
    message = write_mail()
    message.add_attachment(ICS.encode(), maintype="text", subtype="calendar", filename="invite.ics")
    send.send_message(message)
    (found,) = viewer.get("/api/messages").get_json()["messages"]
    assert found["invitation"] == {
        "method": "REQUEST",
        "uid": "meeting-1@acme.test",
        "sequence": 2,
        "title": "Product demo",
        "start": "2026-11-26T10:00:00+01:00",
        "end": "2026-11-26T10:30:00+01:00",
        "timezone": "Europe/Berlin",
        "location": "Video",
        "status": "CONFIRMED",
        "organizer": "remy@acme.test",
        "attendees": ["priya@prospect.test"],
    }
    page = viewer.get(f"/m/{found['id']}").get_data(as_text=True)
    assert "Invitation" in page
    assert "Thu 26 Nov 2026, 10:00" in page
    (file,) = found["attachments"]
    saved = viewer.get(f"/m/{found['id']}/attachments/{file['number']}")
    assert saved.headers["Content-Disposition"] == "attachment; filename=invite.ics"
    assert saved.data.startswith(b"BEGIN:VCALENDAR")


def test_a_calendar_file_that_is_rubbish_is_no_invitation_and_no_error(
    mailbox: Mailbox, viewer: FlaskClient
) -> None:
    message = write_mail()
    message.add_attachment(b"BEGIN:NOTHING", maintype="text", subtype="calendar", filename="x.ics")
    name = mailbox.add(message.as_bytes(), ["priya@prospect.test"])
    assert viewer.get(f"/api/messages/{name}").get_json()["invitation"] is None
    assert viewer.get(f"/m/{name}").status_code == 200


def test_html_is_shown_only_in_a_frame_that_may_run_nothing(mailbox: Mailbox, viewer: FlaskClient) -> None:
    name = mailbox.add(write_mail().as_bytes(), ["priya@prospect.test"])
    page = viewer.get(f"/m/{name}").get_data(as_text=True)
    assert "alert(1)" not in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    policy = viewer.get(f"/m/{name}/html").headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_text_is_escaped_and_its_addresses_are_links(mailbox: Mailbox, viewer: FlaskClient) -> None:
    name = mailbox.add(write_mail(subject="<i>x</i>", html=False).as_bytes(), ["priya@prospect.test"])
    page = viewer.get(f"/m/{name}").get_data(as_text=True)
    assert "&lt;b&gt;not bold" in page
    assert "<i>x</i>" not in page
    assert '<a href="https://acme.test/b/1?t=x&amp;y=2" rel="noopener"' in page
    assert "As the reader sees it" not in page


def test_a_message_in_an_unknown_charset_can_still_be_read(mailbox: Mailbox, viewer: FlaskClient) -> None:
    raw = b"From: a@b.test\r\nSubject: odd\r\nContent-Type: text/plain; charset=martian\r\n\r\nhello\r\n"
    name = mailbox.add(raw, ["priya@prospect.test"])
    assert viewer.get(f"/api/messages/{name}").get_json()["text"].strip() == "hello"


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "1", "0" * 20 + "-" + "0" * 6, "%00"])
def test_an_id_that_is_none_is_not_found(viewer: FlaskClient, name: str) -> None:
    assert viewer.get(f"/m/{name}").status_code == 404
    assert viewer.get(f"/m/{name}/source").status_code == 404


def test_an_empty_inbox_says_what_will_come(viewer: FlaskClient) -> None:
    assert "No mail yet" in viewer.get("/").get_data(as_text=True)


def test_the_inbox_filters_by_recipient(mailbox: Mailbox, viewer: FlaskClient) -> None:
    mailbox.add(write_mail(subject="for Priya").as_bytes(), ["priya@prospect.test"])
    mailbox.add(write_mail(subject="for Remy").as_bytes(), ["remy@acme.test"])
    page = viewer.get("/?to=remy@acme.test").get_data(as_text=True)
    assert "for Remy" in page
    assert "for Priya" not in page


def test_everything_can_be_thrown_away(mailbox: Mailbox, viewer: FlaskClient) -> None:
    mailbox.add(write_mail().as_bytes(), ["priya@prospect.test"])
    assert viewer.delete("/api/messages/all").get_json() == {"removed": 1}
    assert viewer.get("/api/messages").get_json() == {"messages": []}
