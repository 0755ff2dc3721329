"""Everything that words find: rows of the lists, and pages by their titles."""

from __future__ import annotations

from dataclasses import dataclass

from api.pages.cells import path_of
from api.pages.navigation import seen_by
from api.pages.render import address
from api.pages.visit import Answer, View, Visit
from api.resources.declare import PageRequest
from api.resources.http.search import ROWS_EACH
from api.resources.registry import all_resources
from inventory.kernel.texts import N_

MOST_PAGES = 30
_UNDER = (
    "kind type manufacturer vendor model serial address mac holder department title"
).split()


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found."""

    path: str
    title: str
    under: str
    icon: str


def show_search(visit: Visit) -> Answer:
    """Draw what is found, resource by resource, then pages."""
    words = visit.query.get("q", "").strip()[:200]
    found = _rows(visit, words) if words else []
    found.append(("", N_("Pages"), _pages(visit, words)))
    return View(
        template="search.html",
        title="Search",
        about={"q": words, "found": [group for group in found if group[2]]},
    )


def _rows(visit: Visit, words: str) -> list[tuple[str, str, list[Hit]]]:
    groups = []
    for one in all_resources():
        if not one.searched or not one.may_see(visit.caller):
            continue
        asked = one.question(search=words)
        page = one.source.read(
            visit.reading,
            asked,
            visit.viewer,
            PageRequest(sort=one.sort, limit=ROWS_EACH),
        )
        hits = [
            Hit(path_of(one, row), one.called(row), _under(row), one.icon or "list")
            for row in page.rows
        ]
        more = address(f"/{one.name}", {"search": words}) if page.next else ""
        groups.append((more, one.title, hits))
    return groups


def _under(row: object) -> str:
    values = row if isinstance(row, dict) else {}
    return " · ".join(str(values[name]) for name in _UNDER if values.get(name))


def _pages(visit: Visit, words: str) -> list[Hit]:
    wanted = words.casefold()
    return [
        Hit(place.path, visit.words.text(place.title), visit.words.text(group), icon)
        for group, places in seen_by(visit.caller)
        for place in places
        for icon in (place.icon,)
        if wanted in visit.words.text(place.title).casefold()
    ][:MOST_PAGES]
