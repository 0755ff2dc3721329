"""The chapters of the handbook, and their HTML."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from inventory.kernel.texts import N_

FOLDER = Path(__file__).parent

CHAPTERS = {
    "scanning": N_("Scanning"),
    "running": N_("Running it"),
    "growing": N_("One machine, and more"),
    "hr": N_("Joiners, movers and leavers"),
    "accounting": N_("Accounting"),
    "telecom": N_("Telecom assets"),
}
"""File -> title, in the order of reading."""


@cache
def html_of(chapter: str) -> str:
    """Return a chapter as HTML, without its own title; raw HTML in it stays text."""
    text = (FOLDER / f"{chapter}.md").read_text("utf-8")
    _, _, body = text.partition("\n\n")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    # A corner without words heads nothing.
    html = html.replace("<th></th>", "<td></td>")
    # What may be wider than a phone scrolls, by keyboard too.
    return re.sub("<(pre|table)>", r'<\1 tabindex="0">', html)
