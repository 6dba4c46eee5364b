"""Letters on the wire: well formed, the same in both parts, and safe whatever strangers type."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from app.colors import accent_of
from app.notifications.compose import BadAddress, Invitation, Recipient, compose
from app.notifications.letter import Letter, Link, Row, Section, inert
from app.wording import describe_when
from calendars.ics_write import Meeting, write_invitation
from calendars.providers.base import Guest
from tests.notifications.lint import check

START, END = datetime(2026, 11, 26, 9, 0, tzinfo=UTC), datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NASTY = [
    "Priya\r\nBcc: everybody@globex.test",
    "Priya\nX-Header: 1",
    "\u202egnp.exe\u202c",
    "Priya\x00\u2028\u2029\x85",
    "P" * 10_000,
    'Priya "the <b>one</b>" <x@y.test>, z@y.test',
    "Прия 普莉娅 🎉",
    "Bcc: x@globex.test, y@globex.test; z " + "x " * 40,
    "Dr. Priya J. P. Q. R. S. T. U. V. W. X. Y. Z. of the Globex Corp. and Sons Ltd. St. Ives",
    "{{ 7 * 7 }}{% raw %}",
]


def letter(**more: Any) -> Letter:
    facts: dict[str, Any] = {
        "language": "en",
        "company": "Acme",
        "accent": accent_of("#0a7d55"),
        "headline": "Your meeting is booked",
        "paragraphs": ("We look forward to talking with you.",),
        "foot": "Sent by Acme.",
        "when": describe_when(START, END, "Europe/Berlin"),
        "rows": (
            Row("What", "Product demo, 30 min"),
            Row("Where", "Join by video", "https://meet.test/a?b=1&c=2"),
        ),
        "sections": (Section("Why you", ("You speak German.", "You had waited longest.")),),
        "action": Link("Move or cancel", "https://acme.test/b/bkg_1?t=x&y=z"),
        "links": (Link("Add to your calendar", "https://acme.test/i.ics?t=1"),),
    }
    return Letter(**facts | more)


def bytes_of(made: Letter, **more: Any) -> bytes:
    facts: dict[str, Any] = {
        "sender": "Acme <meetings@acme.test>",
        "to": Recipient("priya@globex.test", "Priya"),
        "subject": "Your meeting is booked",
        "message_id": "<1@acme.test>",
    }
    import email.policy

    return compose(made, **facts | more).as_bytes(policy=email.policy.SMTP)


def test_a_letter_is_a_plain_and_an_html_part_that_say_the_same() -> None:
    message = check(bytes_of(letter()))
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[0] == "Thu 26 Nov 2026, 10:00–10:30 (Berlin, UTC+1)"
    assert message["Content-Language"] == "en"


def test_nothing_is_fetched_and_nothing_runs() -> None:
    body = check(bytes_of(letter())).get_body(("html",))
    assert body is not None
    html = body.get_content()
    for fetching in ("src=", "url(", "@import", "<script", "<link", "<img"):
        assert fetching not in html


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_is_the_last_alternative_and_a_file_as_well(method: Any) -> None:
    content = write_invitation(
        Meeting(uid="u@x", title="Demo", start=START, end=END, updated=START, sequence=2),
        method=method,
        organizer=Guest("remy@acme.test", "Remy"),
        guests=(Guest("priya@globex.test", "Priya"),),
    )
    check(bytes_of(letter(), invitation=Invitation(method, content)))


@pytest.mark.parametrize("typed", NASTY)
def test_names_and_texts_of_strangers_break_nothing(typed: str) -> None:
    made = letter(headline=f"New meeting: {inert(typed)}"[:200], rows=(Row("Note", inert(typed)),))
    message = check(bytes_of(made, to=Recipient("priya@globex.test", typed), subject=f"Moved: {typed}"))
    [to] = message["To"].addresses
    assert to.addr_spec == "priya@globex.test" and len(to.display_name) <= 80
    assert set(message.keys()).isdisjoint({"X-Header", "Bcc"})


def test_markup_is_shown_and_not_obeyed() -> None:
    body = check(bytes_of(letter(rows=(Row("Note", inert("<img src=x onerror=alert(1)>")),)))).get_body(
        ("html",)
    )
    assert body is not None and "<img" not in body.get_content()


@pytest.mark.parametrize(
    "typed",
    ["https://evil.test/win", "www.evil.test", "evil.test", "mail me: a@evil.test", "http:\u200b//x.y"],
)
def test_what_strangers_type_is_nothing_to_click_on(typed: str) -> None:
    import re

    shown = inert(typed)
    assert not re.search(r"(https?://|\w\.\w|\w@\w)", shown)
    assert shown.replace("\u2060", "") == typed.replace("\u200b", ""), "and reads the same"


@pytest.mark.parametrize("address", ["", "@acme.test", "priya", "a\r\nb@x.test", f"a@{'x' * 70}.test"])
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(BadAddress):
        bytes_of(letter(), to=Recipient(address))


def test_international_domains_are_written_so_that_every_server_takes_them() -> None:
    assert check(bytes_of(letter(), to=Recipient("priya@bücher.test")))["To"] == "priya@xn--bcher-kva.test"


def test_times_are_told_in_the_readers_language_and_on_their_clock() -> None:
    assert (
        str(describe_when(START, END, "Europe/Berlin", "de"))
        == "Do. 26. Nov. 2026, 10:00–10:30 (Berlin, UTC+1)"
    )
    assert (
        str(describe_when(START, END, "Asia/Kathmandu"))
        == "Thu 26 Nov 2026, 14:45–15:15 (Kathmandu, UTC+5:45)"
    )
    late = datetime(2026, 11, 26, 23, 45, tzinfo=UTC)
    assert str(describe_when(late, late, "UTC")) == "Thu 26 Nov 2026, 23:45–23:45 (UTC)"


@pytest.mark.parametrize("kind", ["Product demo", "Vorführung", "Erstgespräch am Telefon", "y" * 30])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_subject_is_read_back_as_it_was_written_wherever_it_is_folded(kind: str, language: str) -> None:
    for words in ("Ihr Termin ist gebucht", "Ihr Termin ist verschoben", "Your meeting has moved"):
        subject = f"{words}: {kind}, {describe_when(START, END, 'Europe/Berlin', language)}"
        wire = bytes_of(letter(), subject=subject)
        assert str(message_from_bytes(wire, policy=default)["Subject"]) == subject
        head = wire.partition(b"\r\n\r\n")[0]
        assert all(len(line) <= 78 for line in head.split(b"\r\n")), "RFC 5322, 2.1.1"
