"""The network as a picture: who is connected to whom, by which ports."""

from __future__ import annotations

from typing import Any

from nicegui import events, ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.web import frame
from api.web.html import query, show
from api.web.map_option import chart
from inventory.network.queries.map import map_sites, network_map
from inventory.network.queries.map_export import FORMATS, MEDIA_TYPES, export

PATH = "/map"
MOST = 3000
"""Nodes a browser draws with pleasure; more are left to the export."""

Map = dict[str, list[dict[str, Any]]]


async def show_page(request: Request) -> None:
    """Draw the page; site and endpoints are in the address."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    sites = await visit.read(map_sites)
    site = request.query_params.get("site", sites[0] if sites else "")
    endpoints = request.query_params.get("endpoints", "yes") == "yes"

    def reading(connection: Connection) -> Map:
        return network_map(connection, site, endpoints=endpoints)

    drawn = await visit.read(reading)
    if len(drawn["nodes"]) > MOST and endpoints:
        endpoints, drawn = False, await visit.read(reading)
    with frame.page(visit, PATH, "Map"):
        frame.heading("Map", _summary(drawn))
        with frame.card():
            _tools(sites, site, endpoints, drawn)
            _picture(drawn)


def _summary(drawn: Map) -> str:
    nodes, edges = len(drawn["nodes"]), len(drawn["edges"])
    return show(f"{nodes:,} devices, {edges:,} connections.")


def _tools(sites: list[str], site: str, endpoints: bool, drawn: Map) -> None:
    def go(chosen: str, with_endpoints: bool) -> None:
        more = "yes" if with_endpoints else "no"
        ui.navigate.to(query(PATH, site=chosen, endpoints=more))

    with ui.element("div").classes("tools"):
        names = {each: each or "no site" for each in sites}
        choice = ui.select(
            names,
            value=site if site in names else None,
            on_change=lambda e: go(e.value, endpoints),
        )
        choice.props('outlined dense options-dense aria-label="Site"')
        choice.style("min-width:170px")
        ui.switch(
            "Endpoints", value=endpoints, on_change=lambda e: go(site, e.value)
        ).props("dense")
        frame.html('<span class="space"></span>').style("flex:1")
        for form in FORMATS:
            _download(form, site, drawn)


def _download(form: str, site: str, drawn: Map) -> None:
    def send() -> None:
        text = export(drawn, form).encode()
        ui.download(text, f"network-{site or 'all'}.{form}", MEDIA_TYPES[form])

    label = {"graphml": "GraphML", "dot": "DOT"}[form]
    ui.button(label, on_click=send).props("outline dense no-caps padding='4px 14px'")


def _picture(drawn: Map) -> None:
    if not drawn["nodes"]:
        frame.html('<div class="empty">Nothing of this site is known yet.</div>')
        return
    if len(drawn["nodes"]) > MOST:
        text = "Too many devices for a picture. Choose a site, or take an export."
        frame.html(f'<div class="empty">{text}</div>')
        return

    def opened(event: events.GenericEventArguments) -> None:
        said = event.args
        if said.get("dataType") == "node" and isinstance(said.get("data"), dict):
            device = int(said["data"]["device"])
            ui.navigate.to(f"/devices/{device}" if device > 0 else "/neighbours")

    picture = ui.echart(chart(drawn))
    # `on_point_click` wants a value, which nodes of a graph do not have.
    picture.on("componentClick", opened, ["dataType", "data"])
    picture.style("width:100%;height:max(520px,calc(100vh - 290px))")
    picture.props('role="img" aria-label="Map of the network"')
