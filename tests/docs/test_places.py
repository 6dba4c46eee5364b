"""Where a page sends people in the console, there is something of that name."""

import re

import pytest

from tests.docs.pages import ROOT, Page, all_pages

_WAY = re.compile(r"\*\*([^*\n]+ → [^*\n]+)\*\*")
ELSEWHERE = {"connect-google.md", "connect-microsoft.md"}  # ways through other companies' consoles
MEANT = {"your router", "the lead", "Undo", "Reviews"}  # a thing of one's own, or a button


def console_words() -> str:
    """Everything the consoles write: their navigation and templates."""
    sources = [ROOT / "app/web/layout.py", *(ROOT / "app").rglob("templates/**/*.html")]
    return "\n".join(path.read_text() for path in sources)


@pytest.mark.parametrize("here", all_pages(), ids=lambda each: each.name)
def test_every_way_through_the_console_exists(here: Page) -> None:
    if here.path.name in ELSEWHERE:
        return
    words = console_words()
    steps = {step.strip() for way in _WAY.findall(here.prose) for step in way.split("→")} - MEANT
    assert {step for step in steps if f'"{step}"' not in words} == set()
