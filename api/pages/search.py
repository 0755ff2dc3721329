"""Everything that words find: rows of the lists, and pages by their titles."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import JSONResponse

from api.pages.cells import path_of
from api.pages.navigation import seen_by
from api.pages.render import address
from api.pages.visit import Answer, View, Visit, missing
from api.resources.everywhere import found_everywhere, found_in
from api.resources.registry import ENTRIES, resource
from inventory.kernel.texts import N_

MOST_PAGES, PICKED = 30, 12
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


def pick(visit: Visit, name: str) -> Answer:
    """Give what words find in one list: what is typed for it, and how it is known."""
    if name not in {one.name for one in ENTRIES}:
        return missing(name)
    one = resource(name)
    if not one.may_see(visit.caller) or one.reference is None:
        return JSONResponse([])
    words = visit.query.get("q", "").strip()[:200]
    page = found_in(one, visit.reading, visit.viewer, words, PICKED)
    by = one.reference.by[0] if one.reference.by else ""
    return JSONResponse(
        [
            [
                str(row.get(by) or f"id:{row['id']}"),
                " · ".join(
                    filter(None, (visit.words.said(one.called(row)), _under(row)))
                ),
            ]
            for row in page.rows
        ]
    )


def _rows(visit: Visit, words: str) -> list[tuple[str, str, list[Hit]]]:
    groups = []
    for one, page in found_everywhere(visit.reading, visit.viewer, words):
        hits = [
            Hit(
                path_of(one, row),
                visit.words.said(one.called(row)),
                _under(row),
                one.icon or "list",
            )
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
