"""What a mail says, before it is plain text or HTML: both are written from this."""

import re
from dataclasses import dataclass

from app.colors import Accent
from app.wording import When

LONGEST_TEXT = 4000
# what mail programs take for an address to make clickable: a dot or a colon with something right behind it
_LINKED = re.compile(r"(?<=\w)([.:/@])(?=[\w/])")
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact under its label; `url` makes its text a link."""

    label: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A few lines under a heading."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's content. The time comes first; `action` is the one button, `links` are lesser ones.

    `is_off`: the time no longer holds and is shown struck through.
    """

    language: str
    company: str
    accent: Accent
    headline: str
    paragraphs: tuple[str, ...]
    foot: str
    when: When | None = None
    is_off: bool = False
    rows: tuple[Row, ...] = ()
    sections: tuple[Section, ...] = ()
    action: Link | None = None
    links: tuple[Link, ...] = ()


def inert(text: str) -> str:
    """What a stranger typed, fit for a mail: no control or direction marks, bounded, and nothing to click on."""
    kept = "".join(c if c.isprintable() else " " if c in "\n\t" else "" for c in text)[:LONGEST_TEXT]
    return _LINKED.sub(rf"\1{_JOINER}", kept.strip())


def one_line(text: str, longest: int) -> str:
    """What a stranger typed as one line, without control and direction marks."""
    kept = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
    return " ".join(kept.split())[:longest].rstrip()
