"""Pictures of all pages of the demo, several on a sheet, to be looked at.

    python -m tests.tools.pictures FOLDER [LOOK ...]

Looks: desk, dark, phone, indonesian, empty (an installation with nothing in it). Tells
what is wider than its screen.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from api.compose.wiring import build
from config.settings import Settings
from inventory.people import accounts
from inventory.storage import upgrade
from tests.pages.browsing import browser, demonstrated, new_context, served
from tests.pages.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROLES = ("it", "hr", "accounting", "auditor", "manager", "employee")
FORMS = frozenset(("new", "update", "delete"))
"""Ends of paths that look alike for every list; one of each is enough."""


@dataclass(frozen=True, slots=True)
class Look:
    """How pages are looked at.

    Attributes:
        width: Of the screen, in CSS pixels.
        height: Of the screen.
        shown: Width of a picture on the sheet.
        across: Pictures side by side.
        down: Pictures below one another.
    """

    width: int
    height: int
    shown: int
    across: int
    down: int
    scheme: str = "light"
    locale: str = "en-GB"


LOOKS = {
    "desk": Look(1280, 800, 640, 3, 3),
    "dark": Look(1280, 800, 640, 3, 3, scheme="dark"),
    "indonesian": Look(1280, 800, 640, 3, 3, locale="id-ID"),
    "empty": Look(1280, 800, 640, 3, 3),
    "phone": Look(390, 844, 300, 6, 2),
}


def kind_of(path: str) -> tuple[str, ...]:
    """Return what a path leads to, whatever the thing; plain forms are one kind."""
    first, *more = path.strip("/").split("/")
    if more and more[-1] in FORMS:
        return ("form", more[-1])
    # What a thing is called comes second; some are called by a name.
    return (first, *("#" for _ in more[:1]), *more[1:])


def reachable(page: Page, url: str) -> Iterator[str]:
    """Yield the paths that links lead to from the first page, and stand on each."""
    todo: list[str] = ["/"]
    met: set[tuple[str, ...]] = {("",)}
    while todo:
        path = todo.pop(0)
        page.goto(f"{url}{path}")
        yield path
        for link in page.eval_on_selector_all(
            "#nav a, main a", "all => all.map(one => one.getAttribute('href'))"
        ):
            if not link or not link.startswith("/") or "?" in link or "." in link:
                continue
            if "extracts" in link or kind_of(link) in met:
                continue
            met.add(kind_of(link))
            todo.append(link)


def pictures(
    chromium: Browser, url: str, login: str, password: str, look: Look
) -> Iterator[tuple[str, Image.Image]]:
    """Yield name and picture of each page that somebody reaches."""
    context = new_context(
        chromium,
        (look.width, look.height),
        color_scheme=look.scheme,
        locale=look.locale,
    )
    page = context.new_page()
    page.goto(f"{url}/login")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{url}/")
    for path in reachable(page, url):
        wide = page.evaluate(
            "(one => one.scrollWidth - one.clientWidth)(document.documentElement)"
        )
        if wide > 0:
            print(f"{path}: {wide} pixels wider than the screen", flush=True)
        yield f"{login} {path}", Image.open(BytesIO(page.screenshot()))
    context.close()


def sheets(
    named: Sequence[tuple[str, Image.Image]], look: Look, folder: Path, name: str
) -> None:
    """Write the pictures, so many on a sheet, with the path above each."""
    high = look.shown * look.height // look.width
    each = look.across * look.down
    for number, start in enumerate(range(0, len(named), each)):
        size = (look.across * (look.shown + 8), look.down * (high + 22))
        sheet = Image.new("RGB", size, "white")
        draw = ImageDraw.Draw(sheet)
        for place, (title, picture) in enumerate(named[start : start + each]):
            x = place % look.across * (look.shown + 8)
            y = place // look.across * (high + 22)
            draw.text((x + 4, y + 4), title, fill="black")
            small = picture.resize((look.shown, high), Image.Resampling.LANCZOS)
            sheet.paste(small, (x, y + 18))
        sheet.save(folder / f"{name}-{number:02}.png")


@contextmanager
def empty() -> Iterator[str]:
    """The address of an installation with an administrator and nothing else."""
    with tempfile.TemporaryDirectory() as place:
        app = build(Settings(data_dir=Path(place)), check=False)
        upgrade.upgrade(app.engine)
        with app.work("test") as work:
            every = list(accounts.LOGIN_ROLES)
            accounts.add_account(work, "everybody", PASSWORD, every)
            work.commit()
        app.close()
        with served(Path(place)) as told:
            yield told["url"].rstrip("/")


def main(folder: Path, looks: Sequence[str]) -> None:
    """Take the pictures of the demo and of an empty installation."""
    folder.mkdir(exist_ok=True)
    with browser() as chromium, tempfile.TemporaryDirectory() as place:
        if "empty" in looks:
            look = LOOKS["empty"]
            with empty() as url:
                found = list(pictures(chromium, url, "everybody", PASSWORD, look))
            sheets(found, look, folder, "empty")
        of_demo = [name for name in looks if name != "empty"]
        if not of_demo:
            return
        with demonstrated(Path(place)) as demo:
            for name in of_demo:
                look, found, met = LOOKS[name], [], set()
                for role in ROLES:
                    asked = (demo["url"].rstrip("/"), role, demo["password"], look)
                    for title, picture in pictures(chromium, *asked):
                        kind = kind_of(title.split()[1])
                        if kind == ("",) or kind not in met:
                            met.add(kind)
                            found.append((title, picture))
                sheets(found, look, folder, name)
                print(f"{name}: {len(found)} pages", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(LOOKS))
