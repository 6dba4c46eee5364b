"""Read our own JavaScript as tokens: enough to leave out blanks and to shorten local names, no full parser.

It relies on how the modules under `static/src` are written (semicolons everywhere, no labels, no methods in
object literals, no `get`/`set` outside classes); ECMAScript 2022's lexical grammar is the source of the rest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_LEXEME = re.compile(
    r"(?P<blank>[ \t\r\f]+)|(?P<line>\n)"
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<number>\d[\w.]*|\.\d\w*)"
    r"|(?P<sign>=>|\.\.\.|\?\.(?!\d)|\?\?=?|[=!]==?|&&|\|\||[-+*/%<>]=|\+\+|--|>>>|<<|>>|\*\*|.)",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_CHUNK = re.compile(r"(?:\\.|\$(?!\{)|[^\\`$])*(`|\$\{)", re.DOTALL)
KEYWORDS = frozenset(
    """async await break case catch class const constructor continue default delete do else extends false
    finally for function get if in instanceof let new null of return static super switch this throw true try
    typeof undefined void while yield""".split()  # noqa: SIM905 - a list of names reads best as words
)
_VALUE_WORDS = frozenset(("this", "super", "null", "true", "false", "undefined"))
_OBJECT_AFTER = frozenset(("(", ",", "=", ":", "[", "?", "&&", "||", "??", "...", "return", "const", "let"))


CLOSURE = 2  # brackets around the top level of a script of ours: the parenthesis and the body of its closure


class Kind(StrEnum):
    """What a token is; a template literal is several chunks with the tokens of its substitutions between."""

    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    REGEX = "regex"
    CHUNK = "chunk"
    SIGN = "sign"


class Inside(StrEnum):
    """The innermost bracket around a token."""

    TOP = "top"
    BLOCK = "block"
    OBJECT = "object"
    CLASS = "class"
    OTHER = "other"


@dataclass(slots=True)
class Token:
    """A token and where it stands.

    `on_new_line` is true where a line break stood before it, `inside` is the innermost bracket around it and
    `depth` the number of brackets. `chunk` numbers the statements at the top level of the closure and the members
    of classes declared there: no local variable is seen from two chunks.
    """

    kind: Kind
    text: str
    on_new_line: bool
    inside: Inside
    depth: int
    chunk: int


def read_tokens(source: str) -> list[Token]:
    """All tokens in order, without blanks and comments."""
    return list(_Reader(source).tokens())


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.is_new_line = False
        self.chunk = 0
        self.done: list[Token] = []
        self.around: list[Inside] = [Inside.TOP]
        self.templates: list[int] = []  # bracket depth at which each open substitution ends

    def tokens(self) -> Iterator[Token]:
        while self.at < len(self.source):
            token = self._next()
            if token is not None:
                self.done.append(token)
                yield token

    def _next(self) -> Token | None:
        match = _LEXEME.match(self.source, self.at)
        assert match is not None  # the last alternative takes any character
        kind, text = match.lastgroup, match.group()
        if kind in ("blank", "line", "comment"):
            self.at += len(text)
            self.is_new_line = self.is_new_line or "\n" in text
            return None
        if text[0] == "/" and not self._is_after_value():
            regex = _REGEX.match(self.source, self.at)
            assert regex is not None
            return self._token(Kind.REGEX, regex.group())
        if text == "`":
            return self._chunk(text)
        if text == "}" and self.templates and self.templates[-1] == len(self.around):
            self.templates.pop()
            self.around.pop()
            return self._chunk(text)
        return self._sign(text) if kind == "sign" else self._token(Kind(kind or ""), text)

    def _token(self, kind: Kind, text: str) -> Token:
        self.at += len(text)
        depth = len(self.around) - 1
        is_member = depth == CLOSURE + 1 and self.around[-1] is Inside.CLASS
        is_start = kind is Kind.NAME and text not in ("else", "catch", "finally", "while")
        if (depth == CLOSURE or is_member) and is_start and self.done and self.done[-1].text in (";", "}"):
            self.chunk += 1
        token = Token(kind, text, self.is_new_line, self.around[-1], depth, self.chunk)
        self.is_new_line = False
        return token

    def _chunk(self, opening: str) -> Token:
        """Template text from a backtick or the end of a substitution to the next of either."""
        match = _CHUNK.match(self.source, self.at + len(opening))
        assert match is not None
        token = self._token(Kind.CHUNK, opening + match.group())
        if match.group(1) == "${":
            self.around.append(Inside.OTHER)
            self.templates.append(len(self.around))
        return token

    def _sign(self, text: str) -> Token:
        if text in "}])":
            self.around.pop()
        token = self._token(Kind.SIGN, text)
        if text == "{":
            self.around.append(self._brace())
        elif text in "([":
            self.around.append(Inside.OTHER)
        return token

    def _brace(self) -> Inside:
        """Whether the brace just read opens a class body, an object (or pattern), or a block."""
        before = [token.text for token in self.done[-2:]]
        if len(before) == 2 and before[0] in ("class", "extends"):
            return Inside.CLASS
        return Inside.OBJECT if before and before[-1] in _OBJECT_AFTER else Inside.BLOCK

    def _is_after_value(self) -> bool:
        if not self.done:
            return False
        last = self.done[-1]
        if last.kind is Kind.NAME:
            return last.text not in KEYWORDS or last.text in _VALUE_WORDS
        return last.kind is not Kind.SIGN or last.text in (")", "]", "}")
