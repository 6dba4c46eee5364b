"""Make our own scripts and style sheets smaller without changing what they mean.

Scripts lose comments and blanks, keep a line break wherever one could matter, and have the names of their
variables shortened. Names of properties are never touched. A variable gets the same short name everywhere in
the file, so scopes need not be understood: it is enough to tell a variable from a property, which
`script_tokens` does. `GLOBALS` are the browser's names that our scripts use and that must stay.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import count, pairwise
from string import ascii_letters

from widget.script_tokens import CLOSURE, KEYWORDS, Inside, Kind, Token, read_tokens

GLOBALS = frozenset(
    """AbortController Array Boolean CSS CSSStyleSheet CustomEvent DOMException Date Error FormData
    HTMLElement HTMLFormElement IntersectionObserver Intl JSON Map Math Number Object Promise Set String
    Symbol URL URLSearchParams Uint32Array addEventListener clearInterval clearTimeout console crypto
    customElements document encodeURIComponent fetch history location navigator parseFloat parseInt
    requestIdleCallback sessionStorage setInterval setTimeout window""".split()  # noqa: SIM905 - a list of names reads best as words
)
_WORD = re.compile(r"[\w$]")


def minify_script(source: str) -> str:
    """Return the script, smaller. Its top level must be one closure: names declared there are shortened too."""
    tokens = _needed(read_tokens(source))
    short = _short_names(tokens)
    _rename(tokens, short)
    return "".join(_written(tokens)) + "\n"


def _needed(tokens: list[Token]) -> list[Token]:
    """Without the comma or semicolon that only stands before a closing bracket."""
    ends = {",": ("}", ")", "]"), ";": ("}",)}
    kept = [token for token, after in pairwise(tokens) if after.text not in ends.get(token.text, ())]
    return [*kept, *tokens[-1:]]


def _short_names(tokens: list[Token]) -> Mapping[str, str]:
    """New names, the most used variables first.

    Two names may share a short one when no chunk of the script (a top-level statement or a class member) uses
    both and neither is declared at the top level.
    """
    plain, shorthand, chunks = _uses(tokens)
    kept = KEYWORDS | GLOBALS | {name for name in chunks if len(name) == 1}
    wanted = [name for name, uses in plain.most_common() if name not in kept and uses > 3 * shorthand[name]]
    everywhere = {0} | set().union(*chunks.values())
    spaces = {name: everywhere if name in _top_level(tokens) else chunks[name] for name in wanted}
    busy: dict[str, set[int]] = {name: set(everywhere) for name in chunks.keys() - set(wanted)}
    return {name: _take(busy, spaces[name], kept) for name in wanted}


def _take(busy: dict[str, set[int]], space: set[int], kept: Collection[str]) -> str:
    """The first short name that is free in all of `space`; it is busy there from now on."""
    free = (name for name in _names() if name not in kept and not busy.get(name, set()) & space)
    short = next(free)
    busy.setdefault(short, set()).update(space)
    return short


def _uses(tokens: list[Token]) -> tuple[Counter[str], Counter[str], dict[str, set[int]]]:
    """How often each variable stands alone and as shorthand, and the chunks that use it."""
    plain: Counter[str] = Counter()
    shorthand: Counter[str] = Counter()
    chunks: dict[str, set[int]] = {}
    for before, token, after in _neighbours(tokens):
        if _is_variable(before, token, after):
            (shorthand if _is_shorthand(before, token, after) else plain)[token.text] += 1
            chunks.setdefault(token.text, set()).add(token.chunk)
    return plain, shorthand, chunks


def _top_level(tokens: list[Token]) -> set[str]:
    declared = ("const", "let", "function", "class")
    return {
        right.text for left, right in pairwise(tokens) if right.depth == CLOSURE and left.text in declared
    }


def _names() -> Iterator[str]:
    for length in count(1):
        yield from _words(length)


def _words(length: int) -> Iterator[str]:
    if length == 0:
        yield ""
        return
    for start in _words(length - 1):
        yield from (start + letter for letter in ascii_letters)


def _rename(tokens: list[Token], short: Mapping[str, str]) -> None:
    changes: list[tuple[Token, str]] = []
    for before, token, after in _neighbours(tokens):
        if token.text in short and _is_variable(before, token, after):
            name = short[token.text]
            changes.append((token, f"{token.text}:{name}" if _is_shorthand(before, token, after) else name))
    for token, text in changes:
        token.text = text


def _neighbours(tokens: list[Token]) -> Iterator[tuple[str, Token, str]]:
    texts = ["", *(token.text for token in tokens), ""]
    for at, token in enumerate(tokens):
        if token.kind is Kind.NAME:
            yield texts[at], token, texts[at + 2]


def _is_variable(before: str, token: Token, after: str) -> bool:
    if token.text in KEYWORDS or before in (".", "?.") or token.inside is Inside.CLASS:
        return False
    is_key = token.inside is Inside.OBJECT and before in ("{", ",") and after == ":"
    return not is_key


def _is_shorthand(before: str, token: Token, after: str) -> bool:
    """`{name}`, `{name, …}` or `{name = …}`, in an object or in a pattern."""
    return token.inside is Inside.OBJECT and before in ("{", ",") and after in (",", "}", "=")


def _written(tokens: list[Token]) -> Iterator[str]:
    if tokens:
        yield tokens[0].text
    for left, right in pairwise(tokens):
        yield _between(left, right)
        yield right.text


def _between(left: Token, right: Token) -> str:
    """What must stand between two tokens: a line break where one could end a statement, or a blank, or nothing."""
    is_word = bool(_WORD.match(left.text[-1]) and _WORD.match(right.text[0]))
    ends = left.kind is not Kind.SIGN or left.text in (")", "]", "}", "++", "--")
    starts = right.kind is not Kind.SIGN or right.text in ("(", "[", "{", "++", "--", "!", "...")
    if right.on_new_line and ends and starts:
        return "\n"
    is_joined = left.text[-1] + right.text[0] in ("++", "--", "//", "/*")
    is_regex = left.kind is Kind.REGEX and right.kind is Kind.NAME
    return " " if is_word or is_joined or is_regex else ""


def minify_style(source: str) -> str:
    """Return the style sheet without comments and needless blanks."""
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    text = re.sub(r": ", ":", text)
    return text.replace(";}", "}").strip() + "\n"
