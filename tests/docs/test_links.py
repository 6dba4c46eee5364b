"""Every link leads somewhere, and every page can be reached."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, Page, all_pages

OUTSIDE = ("https://", "http://", "mailto:")


def target_of(page: Page, link: str) -> tuple[Path, str]:
    path, _, fragment = link.partition("#")
    return ((page.path.parent / path).resolve() if path else page.path), fragment


@pytest.mark.parametrize("here", all_pages(), ids=lambda each: each.name)
def test_every_relative_link_resolves(here: Page) -> None:
    broken = []
    for link in here.links():
        if link.startswith(OUTSIDE):
            continue
        path, fragment = target_of(here, link)
        if not path.exists() or (fragment and fragment not in Page(path).anchors()):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index() -> None:
    reached: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        here = Page(path)
        waiting += [target_of(here, link)[0] for link in here.links() if not link.startswith(OUTSIDE)]
    assert set(DOCS.rglob("*.md")) <= reached


def test_the_readme_leads_to_the_index() -> None:
    assert "docs/index.md" in Page(DOCS.parent / "README.md").links()


def test_every_picture_is_used() -> None:
    used = {target_of(page, link)[0] for page in all_pages() for link in page.links() if "pictures/" in link}
    assert set((DOCS / "pictures").iterdir()) == used
