"""The pages, and what can be read out of them."""

import ast
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
_SHELL = {"", "sh"}


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        """Its contents."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return _FENCE.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        """Fenced blocks of a language."""
        return [body for found, body in _FENCE.findall(self.text) if found == language]

    def code(self) -> list[str]:
        """Everything that may be a command: spans in the prose, and lines of shell blocks."""
        lines = [
            line for found, body in _FENCE.findall(self.text) if found in _SHELL for line in body.splitlines()
        ]
        return [*_SPAN.findall(self.prose), *(line.partition(" #")[0] for line in lines)]

    def links(self) -> list[str]:
        """Where its links and pictures point."""
        return _LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """The fragments that its headings make, as forges do."""
        return {anchor_of(heading) for heading in _HEADING.findall(self.prose)}

    def rows(self, heading: str | None = None) -> list[list[str]]:
        """Cells of its tables, heads and rules left out; below one heading if it is named."""
        text = self.text if heading is None else self.section(heading)
        rows = [[cell.strip() for cell in row.split("|")] for row in _ROW.findall(text)]
        bodies = [row for row in rows if set("".join(row)) - set("-: ")]
        heads = [
            rows[index - 1] for index, row in enumerate(rows) if index and not set("".join(row)) - set("-: ")
        ]
        return [row for row in bodies if row not in heads]

    def section(self, heading: str) -> str:
        """The text below a heading, up to the next of any level."""
        _, _, after = self.text.partition(f"# {heading}\n")
        assert after, f"{self.name} has no heading {heading}"
        return re.split(r"^#+ ", after, maxsplit=1, flags=re.MULTILINE)[0]


def anchor_of(heading: str) -> str:
    """`4. Who gets it?` as `4-who-gets-it`."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def coded(cell: str) -> list[str]:
    """What stands in backticks in a table's cell."""
    return _SPAN.findall(cell)


def all_pages() -> list[Page]:
    """Every page of the documentation, and those at the top of the repository."""
    return [Page(path) for path in sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])]


def page(name: str) -> Page:
    """A page below `docs`."""
    return Page(DOCS / name)


@cache
def names_of_tests() -> frozenset[str]:
    """The names of all tests there are."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))
