"""Takes the pictures of the guide from the demo, in each language of the pages.

    python -m tests.tools.guide_pictures

Writes `api/pages/static/guide/NAME.LANGUAGE.webp`, a file for each task that has one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from api.pages.house.guide_tasks import TASKS
from api.pages.render import GUIDE
from tests.pages.browsing import browser, demonstrated, new_context

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOCALES = {"en": "en-GB", "id": "id-ID"}
SCREEN = (1120, 700)
SHOWN = (800, 500)
QUALITY = 62


@dataclass(frozen=True, slots=True)
class Shot:
    """How one gets to what a picture shows.

    Attributes:
        task: Its name in the guide.
        path: Of the page; that of the task without.
        follow: The first link whose path has this in it is followed.
        tab: Behind the path of that link.
        wait: Something that has to be there first.
    """

    task: str
    path: str = ""
    follow: str = ""
    tab: str = ""
    wait: str = "main"


SHOTS = (
    Shot("failed-host", "/scans", "/scans/"),
    Shot("where-mac", "/whereabouts?q=127.10.20.101"),
    Shot("port", "/devices?type=switch", "/devices/", "/ports"),
    Shot("map", wait="#map svg, #map canvas"),
    Shot("adopt"),
    Shot("edit", "/assets?kind=laptop", "/assets/"),
    Shot("labels"),
    Shot("join"),
    Shot("leave", "/announce?kind=leaving&person=p-009"),
    Shot("holding"),
    Shot("worth", "/assets?kind=laptop", "/assets/", "/worth"),
    Shot("close", "/books", "/books/"),
    Shot("explain"),
    Shot("report"),
    Shot("trail"),
    Shot("as-of"),
    Shot("team"),
    Shot("mine"),
)


def taken(page: Page, url: str, shot: Shot, path: str) -> Image.Image:
    """Return the picture of a page, at the size of the guide."""
    page.goto(f"{url}{shot.path or path}")
    if shot.follow:
        links = page.eval_on_selector_all(
            "main td a, main a.lead",
            "all => all.map(one => one.getAttribute('href'))",
        )
        found = next(one for one in links if one and one.startswith(shot.follow))
        page.goto(f"{url}{found}{shot.tab}")
    page.locator(shot.wait).first.wait_for()
    page.wait_for_timeout(300)  # for what is drawn by a script
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    return picture.resize(SHOWN, Image.Resampling.LANCZOS)


def pictures(
    chromium: Browser, demo: dict[str, Any], language: str
) -> Iterator[tuple[str, Image.Image]]:
    """Yield the task and the picture of each shot, as its role sees it."""
    url, tasks = demo["url"].rstrip("/"), {one.name: one for one in TASKS}
    pages: dict[str, Page] = {}
    for shot in SHOTS:
        task = tasks[shot.task]
        if task.role not in pages:
            context = new_context(
                chromium, SCREEN, locale=LOCALES[language], color_scheme="light"
            )
            page = pages[task.role] = context.new_page()
            page.goto(f"{url}/login")
            page.locator("[name=login]").fill(task.role)
            page.locator("[name=password]").fill(demo["password"])
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(f"{url}/")
        yield shot.task, taken(pages[task.role], url, shot, task.path)


def main() -> None:
    """Take all of them anew."""
    GUIDE.mkdir(exist_ok=True)
    for old in GUIDE.glob("*.webp"):
        old.unlink()
    with (
        browser() as chromium,
        tempfile.TemporaryDirectory() as place,
        demonstrated(Path(place)) as demo,
    ):
        for language in LOCALES:
            for name, picture in pictures(chromium, demo, language):
                path = GUIDE / f"{name}.{language}.webp"
                picture.save(path, quality=QUALITY, method=6)
                print(path.name, path.stat().st_size, flush=True)


if __name__ == "__main__":
    main()
