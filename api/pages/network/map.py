"""The network as a picture that opens branch by branch, and as an outline of words."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from api.http.callers import Role
from api.pages.network.trees import closing, outline, trees, walk
from api.pages.visit import Answer, View, Visit, refused
from inventory.kernel.texts import N_
from inventory.network.queries.map import map_sites, network_map
from inventory.network.queries.map_export import FORMATS, MEDIA_TYPES, export
from inventory.network.queries.map_vlans import devices_in_vlan, vlans_of

SEES = (Role.IT, Role.AUDITOR, Role.ACCOUNTING)
MOST_LINES = 3000
"""Of the outline; a larger network is shown by site."""


def _site(visit: Visit) -> str | None:
    """Return the site asked for; None for all of them, each folded."""
    sites = map_sites(visit.reading)
    wanted = visit.query.get("site")
    return wanted if wanted in sites else sites[0] if len(sites) == 1 else None


def _vlan(visit: Visit) -> int | None:
    """Return the VLAN asked for; None for all of them."""
    text = visit.query.get("vlan", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _drawn(visit: Visit) -> dict[str, list[dict[str, Any]]]:
    ends, vlan, site = visit.query.get("endpoints") == "yes", _vlan(visit), _site(visit)
    drawn = network_map(visit.reading, site, endpoints=ends)
    if vlan is None:
        return drawn
    inside = devices_in_vlan(visit.reading, site, vlan)
    return {
        "nodes": [one for one in drawn["nodes"] if one["id"] in inside],
        "edges": [e for e in drawn["edges"] if {e["a"], e["b"]} <= inside],
    }


def show_map(visit: Visit) -> Answer:
    """Draw the page; the picture is drawn by `static/map.js`."""
    if not visit.may(*SEES):
        return refused(N_("Map"))
    drawn, site = _drawn(visit), _site(visit)
    roots = trees(drawn, by_site=site is None)
    lines = [*outline(roots)]
    return View(
        template="map.html",
        title=N_("Map"),
        here="/map",
        about={
            "site": site,
            "vlan": _vlan(visit),
            "vlans": vlans_of(visit.reading, site),
            "sites": map_sites(visit.reading),
            "endpoints": visit.query.get("endpoints") == "yes",
            "lines": lines if len(lines) <= MOST_LINES else [],
            "closing": closing(roots),
            "counts": (len(drawn["nodes"]), len(drawn["edges"])),
            "formats": FORMATS,
        },
    )


def give_map(visit: Visit) -> Answer:
    """Give the trees, and the links across them, to the script that draws them."""
    if not visit.may(*SEES):
        return Response(status_code=403)
    drawn = _drawn(visit)
    nodes, pairs = [], set()
    ids: list[int] = []
    roots = trees(drawn, by_site=_site(visit) is None)
    for branch, _, above in walk(roots):
        nodes.append(
            [
                *(branch.id, branch.name, branch.type, int(branch.managed), above),
                *(branch.near, branch.far, branch.link),
            ]
        )
        ids.append(branch.id)
        if above >= 0:
            pairs |= {(ids[above], branch.id), (branch.id, ids[above])}
    cross = [
        [e["a"], e["b"], e["kind"]]
        for e in drawn["edges"]
        if (e["a"], e["b"]) not in pairs
    ]
    body = json.dumps(
        {"nodes": nodes, "cross": cross}, separators=(",", ":"), ensure_ascii=False
    )
    return Response(body, media_type="application/json")


def give_file(visit: Visit, form: str) -> Answer:
    """Give the map as a file for other programs."""
    if not visit.may(*SEES) or form not in FORMATS:
        return refused(N_("Map"))
    site = _site(visit)
    text = export(network_map(visit.reading, site, endpoints=True), form)
    name = f"network-{site or 'all'}.{form}"
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=MEDIA_TYPES[form], headers=saved)


PAGES: dict[str, Any] = {
    "/map": show_map,
    "/map.json": give_map,
    "/map.file/{form}": give_file,
}
