"""WebDAV's XML: what we ask is built, what servers answer is read by a parser that refuses to be harmed.

RFC 4918 (WebDAV), RFC 4791 (CalDAV), RFC 6578 (sync-collection).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder, tostring

from defusedxml.ElementTree import DefusedXMLParser

MAX_BYTES = 10 * 1024 * 1024
_MAX_DEPTH = 40
_MAX_ELEMENTS = 150_000  # 20,000 events with an etag each
_TRUNCATED = 507
_APPLE = "http://apple.com/ns/ical/"


def dav(name: str) -> str:
    """A name of WebDAV."""
    return f"{{DAV:}}{name}"


def cal(name: str) -> str:
    """A name of CalDAV."""
    return f"{{urn:ietf:params:xml:ns:caldav}}{name}"


CTAG = "{http://calendarserver.org/ns/}getctag"
COLOR = f"{{{_APPLE}}}calendar-color"


class Unreadable(ValueError):
    """This is no XML that we read: malformed, too large, too deep, or with definitions of its own."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One response of a multistatus. `status` is that of the whole resource, 200 where it is told by property;
    `found` holds the properties that were answered with 200."""

    href: str
    status: int
    found: dict[str, Element] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """The text of a property; None where it is absent or empty."""
        element = self.found.get(name)
        return ((element.text or "").strip() or None) if element is not None else None

    def hrefs(self, name: str) -> tuple[str, ...]:
        """The addresses that a property holds."""
        element = self.found.get(name)
        if element is None:
            return ()
        return tuple(text for each in element.iter(dav("href")) if (text := (each.text or "").strip()))

    def has(self, name: str, inner: str) -> bool:
        """Whether a property holds an element of this name."""
        element = self.found.get(name)
        return element is not None and next(element.iter(inner), None) is not None


@dataclass(frozen=True, slots=True)
class Multistatus:
    """A 207 answer. `url` is where it came from, `is_truncated` that there is more than the server told."""

    url: str
    resources: tuple[Resource, ...]
    sync_token: str | None
    is_truncated: bool


def parse_multistatus(url: str, body: bytes) -> Multistatus:
    """Read a 207 answer. Raises `Unreadable`."""
    root = parse(body)
    if root.tag != dav("multistatus"):
        raise Unreadable("this is no multistatus")
    every = [_resource(element) for element in root.findall(dav("response"))]
    token = (root.findtext(dav("sync-token")) or "").strip() or None
    kept = tuple(each for each in every if each.status != _TRUNCATED)
    return Multistatus(url, kept, token, is_truncated=len(kept) < len(every))


def preconditions(body: bytes) -> dict[str, str | None]:
    """The conditions that an error document names (without namespace), each with the address it gives, if any."""
    try:
        root = parse(body)
    except Unreadable:
        return {}
    if root.tag != dav("error"):
        return {}
    return {each.tag.rpartition("}")[2]: each.findtext(dav("href")) for each in root}


def parse(body: bytes) -> Element:
    """The root of a document: no DTD, no entities, bounded in bytes, depth and elements. Raises `Unreadable`."""
    if len(body) > MAX_BYTES:
        raise Unreadable("too long")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(body)
        root: Element = parser.close()
    except (SyntaxError, ValueError, LookupError, AssertionError) as error:
        raise Unreadable("this XML cannot be read") from error
    return root


def element(tag: str, /, *children: Element, text: str | None = None, **attributes: str) -> Element:
    """An element of a request."""
    made = Element(tag, {key.replace("_", "-"): value for key, value in attributes.items()})
    made.text = text
    made.extend(children)
    return made


def document(root: Element) -> bytes:
    """A request's body."""
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def propfind(*names: str) -> bytes:
    """The body that asks for these properties."""
    return document(element(dav("propfind"), props(*names)))


def props(*names: str) -> Element:
    """The properties wanted."""
    return element(dav("prop"), *(element(name) for name in names))


def _resource(response: Element) -> Resource:
    href = (response.findtext(dav("href")) or "").strip()
    status = response.findtext(dav("status"))
    if not href:
        raise Unreadable("a response about nothing")
    return Resource(href, 200 if status is None else _code(status), dict(_found(response)))


def _found(response: Element) -> Iterator[tuple[str, Element]]:
    for part in response.findall(dav("propstat")):
        if _code(part.findtext(dav("status")) or "HTTP/1.1 200 OK") == 200:
            for prop in part.findall(dav("prop")):
                yield from ((each.tag, each) for each in prop)


def _code(status: str) -> int:
    words = status.split()
    if len(words) < 2 or not (words[1].isascii() and words[1].isdigit()):
        raise Unreadable("a status that is none")
    return int(words[1][:4])


class _Bounded(TreeBuilder):
    """A tree that stops growing: what is nested without end costs more than its bytes."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise Unreadable("too deep or too many")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)
