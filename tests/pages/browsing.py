"""Chromium, and `purser serve` in a process of its own, for tests of both together."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tests.needs import missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

PURSER = (sys.executable, "-c", "from api.cli import main; main()")
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()
PATIENCE = 60_000
"""Milliseconds for a page, on a machine that is busy with other tests."""
SLOW = int(os.environ.get("BROWSER_SLOW", "0"))
"""Milliseconds that a page, what a script asks and what is sent wait on their way."""
DESK, PHONE = (1280, 800), (390, 844)


@contextmanager
def served(
    folder: Path, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[dict[str, Any]]:
    """Serve the installation of a folder; yield what `purser serve` tells.

    Args:
        folder: The data directory.
        settings: Variables of the environment beside.
    """
    own = {"PURSER_DATA_DIR": str(folder), "PURSER_HTTP__PORT": "0"}
    with _running(("serve", "--json"), folder, own | dict(settings)) as (told, process):
        yield told
    assert process.returncode == 0, (folder / "log").read_text("utf-8")


@contextmanager
def demonstrated(folder: Path) -> Iterator[dict[str, Any]]:
    """Serve the demo, made anew in a folder; yield what `purser demo` tells."""
    command = ("demo", "--json", "--port", "0", "--data-dir", str(folder))
    with _running(command, folder, {}) as (told, _):
        yield told


@contextmanager
def _running(
    command: Sequence[str], folder: Path, own: Mapping[str, str]
) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """Run a command that serves, until it is no more needed."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PURSER_")}
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*PURSER, *command],
            env=clean | dict(own),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if line.startswith("}"):
            break
    assert told, (folder / "log").read_text("utf-8")
    yield json.loads(told), process
    process.terminate()
    process.communicate(timeout=60)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium; not for longer than a module, for it holds the event loop."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("browser", "playwright is not installed: pip install -e .[test]")
    if not CHROMIUM.exists():
        missing("browser", f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=FLAGS
        )
        yield opened
        opened.close()


def new_context(
    chromium: Browser, size: tuple[int, int] = DESK, **more: str
) -> BrowserContext:
    """Return a browser of its own, that knows nobody, on a network as slow as wanted.

    `BROWSER_SLOW=1500` finds tests that read what is stored before the server has been
    asked, and pages that show what was before.

    Args:
        chromium: The browser.
        size: Of its window, wide and high.
        more: What playwright calls so: `locale`, `timezone_id`, `color_scheme`.
    """
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        **more,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE)
    if SLOW:
        context.route(re.compile(r"^(?!\w+://[^/]+/static/)"), _later)
    return context


def _later(route: Route) -> None:
    """Let a request go on its way later, while the test goes on."""
    from playwright.sync_api import Error

    try:
        route.request.frame.page.wait_for_timeout(SLOW)
        route.continue_()
    except Error:  # its page was left meanwhile
        return


@contextmanager
def strict_page(chromium: Browser) -> Iterator[Page]:
    """A page that fails on errors of scripts and of the policy."""
    context = new_context(chromium, (1360, 860))
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: (
            wrong.append(said.text) if "Content Security Policy" in said.text else None
        ),
    )
    yield page
    context.close()
    assert wrong == []
