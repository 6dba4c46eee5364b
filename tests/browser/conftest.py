"""One browser for all browser tests. It is closed before other tests run: while Playwright is at work, its thread has
a running event loop, and nothing else in that thread can have one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.fixtures.chromium import ARGUMENTS, find_chromium


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser; each test gets a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield browser
        browser.close()
