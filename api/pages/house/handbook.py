"""The handbook: how Purser is run, chapter by chapter."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from api.handbook.chapters import CHAPTERS, html_of
from api.pages.visit import Answer, Page, View, Visit, refused
from api.resources.declare import EVERYBODY
from inventory.kernel.texts import N_

PATH = "/handbook"


def _show(visit: Visit, chapter: str) -> Answer:
    if not visit.may(*EVERYBODY):
        return refused(N_("The handbook is for IT, HR, accounting and auditors."))
    return View(
        template="handbook.html",
        title=CHAPTERS[chapter],
        here="/guide",
        about={
            "chapters": {f"{PATH}/{one}": title for one, title in CHAPTERS.items()},
            "shown": f"{PATH}/{chapter}",
            # Of a file of this program, rendered with raw HTML switched off.
            "text": Markup(html_of(chapter)),  # noqa: S704
        },
    )


PAGES: dict[str, Page] = {
    PATH: partial(_show, chapter=next(iter(CHAPTERS))),
    **{f"{PATH}/{one}": partial(_show, chapter=one) for one in CHAPTERS},
}
