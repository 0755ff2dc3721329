"""A served Purser with an account of each role, and a browser to look at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.compose.wiring import App, build
from config.settings import Settings
from inventory.people import accounts
from inventory.storage import upgrade
from tests.needs import missing
from tests.web.sample import fill

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PASSWORD = "maple-street-7"
PURSER = (sys.executable, "-c", "from api.cli import main; main()")
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()


@dataclass(frozen=True, slots=True)
class Site:
    """A running server.

    Attributes:
        url: Without a final slash.
        app: Another composition on its database.
    """

    url: str
    app: App


def settings_of(data_dir: Path) -> Settings:
    """Return settings for a data directory."""
    return Settings(data_dir=data_dir)


def start(data_dir: Path, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start `purser serve` and return the process and its address."""
    environ = os.environ | {
        "PURSER_DATA_DIR": str(data_dir),
        "PURSER_HTTP__PORT": "0",
    }
    with (data_dir / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*PURSER, "serve", "--json", *arguments],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if line.startswith("}"):
            return process, json.loads(told)["url"].rstrip("/")
    raise RuntimeError(f"no server: {(data_dir / 'log').read_text('utf-8')}")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with sample devices, for all tests of a process; they only look."""
    with serving(tmp_path_factory.mktemp("site")) as site:
        yield site


@contextmanager
def serving(data_dir: Path) -> Iterator[Site]:
    """Serve sample devices and an account of each role from a process of its own."""
    app = build(settings_of(data_dir), check=False)
    upgrade.upgrade(app.engine)
    with app.work("test") as work:
        for role in accounts.LOGIN_ROLES:
            accounts.add_account(work, role, PASSWORD, [role], name=f"The {role}")
        work.commit()
    fill(app, datetime.now(UTC))
    process, url = start(data_dir)
    try:
        yield Site(url, app)
    finally:
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode == 0, (data_dir / "log").read_text("utf-8")
        app.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Chromium with a profile of its own; every page of it is closed by its test.

    Not for longer than a module: while playwright runs, it holds the event loop of
    the process, and asynchronous tests could not run.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("browser", "playwright is not installed: pip install -e .[test]")
    if not CHROMIUM.exists():
        missing("browser", f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            headless=True,
            args=FLAGS,
            viewport={"width": 1360, "height": 860},
        )
        context.set_default_timeout(30_000)
        yield context
        context.close()


@pytest.fixture
def page(browser: BrowserContext, site: Site) -> Iterator[Page]:
    """A page where nobody is logged in; it fails on errors of its scripts."""
    browser.clear_cookies()
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    yield page
    page.close()
    assert errors == []
    inside = (site.url, site.url.replace("http", "ws"), "data:", "blob:")
    assert [url for url in fetched if not url.startswith(inside)] == []


def log_in(page: Page, site: Site, login: str, path: str = "/") -> None:
    """Log in by the form and wait for the page that was wanted."""
    page.goto(f"{site.url}{path}")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.locator("main h1, .page h1").first.wait_for()
