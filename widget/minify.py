"""Make our own scripts and style sheets smaller without changing what they mean.

Not a general minifier: it removes comments, indentation and blanks beside punctuation, leaves every line
break of a script where it is (so automatic semicolons stay put) and never renames anything. What gzip does
with the rest is within a few per cent of what a renaming minifier would reach, with no tool chain to trust.
"""

import re

_PUNCTUATION = "{}()[],;:=?<>&|"
_BEFORE_REGEX = "(,=:[!&|?{};+-*%<>~^\n"
_WORDS_BEFORE_REGEX = ("return", "typeof", "case", "in", "of")
_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|(?P<regex>/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)"
    r"|(?P<template>`)"
    r"|(?P<blank>[ \t\r\f]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)


def minify_script(source: str) -> str:
    """Return the script without comments and needless blanks; strings, templates and regexes stay as they are."""
    pieces: list[str] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        assert match is not None  # the last alternative takes any character
        kind, text = match.lastgroup, match.group()
        if kind == "regex" and not _starts_regex(pieces):
            kind, text = "other", source[at]
        if kind == "template":
            text = source[at : _template_end(source, at)]
        at += len(text)
        _append(pieces, kind, text, source[at : at + 1])
    return "".join(pieces).strip() + "\n"


def _append(pieces: list[str], kind: str | None, text: str, following: str) -> None:
    last = pieces[-1][-1] if pieces else "\n"
    if kind == "comment":
        return
    if kind == "blank":
        if last not in _PUNCTUATION + "\n " and following not in (*_PUNCTUATION, "\n", ""):
            pieces.append(" ")
        return
    if text == "\n" and last == " ":
        pieces.pop()
        last = pieces[-1][-1] if pieces else "\n"
    if not (text == "\n" and last == "\n"):
        pieces.append(text)


def _starts_regex(pieces: list[str]) -> bool:
    """A slash starts a regular expression where a value may begin, otherwise it divides."""
    before = "".join(pieces[-12:]).rstrip(" ")
    return not before or before[-1] in _BEFORE_REGEX or before.endswith(_WORDS_BEFORE_REGEX)


def _template_end(source: str, start: int) -> int:
    """Index after the template literal that starts at `start`, nested `${…}` included."""
    at = start + 1
    while source[at] != "`":
        if source[at] == "\\":
            at += 2
        elif source.startswith("${", at):
            at = _substitution_end(source, at + 2)
        else:
            at += 1
    return at + 1


def _substitution_end(source: str, at: int) -> int:
    depth = 1
    while depth:
        if source[at] == "`":
            at = _template_end(source, at)
            continue
        if source[at] in "'\"":
            at = source.index(source[at], at + 1)
        depth += {"{": 1, "}": -1}.get(source[at], 0)
        at += 1
    return at


def minify_style(source: str) -> str:
    """Return the style sheet without comments and needless blanks."""
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    text = re.sub(r": ", ":", text)
    return text.replace(";}", "}").strip() + "\n"
