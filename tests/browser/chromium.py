"""A real Chromium that asks nobody but the house, and notes what it meets."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

SWITCHES = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 120_000  # milliseconds; a crowded machine is slow


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a file: Playwright's event loop must not outlive tests that ask a database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=SWITCHES, timeout=PATIENCE
        )
        yield browser
        browser.close()


@contextmanager
def visitor(chromium: Browser, url: str, **how: Any) -> Iterator[BrowserContext]:
    """Somebody with a browser of their own: no cookies yet, German, at this paper."""
    context = chromium.new_context(base_url=url, locale="de-DE", **how)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


@dataclass
class Notes:
    """What pages of one visitor said and asked for."""

    host: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", lambda said: self.hear(said.type, said.text, page.url))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("requestfailed", self.miss)
        page.on("request", self.see)

    def hear(self, kind: str, text: str, url: str) -> None:
        # Violations of the content security policy arrive here as errors.
        if kind in ("error", "warning"):
            self.complaints.append(f"{url}: {text}")

    def miss(self, request: Request) -> None:
        # Pictures that are still on their way when the reader leaves are aborted.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure}: {request.url}")

    def see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self.strangers.append(request.url)
        if request.resource_type == "script":
            self.scripts.append(request.url)
