"""`/map`: who is connected to whom, as a picture needs it.

The map comes as JSON, or as GraphML or DOT for other programs: by `format`, or by the
Accept header. Places and links as lists are resources of `api.resources.network`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import Field

from api.http.answers import answer, problems
from api.http.callers import Role
from api.http.deps import ReadDep, allow
from api.http.files import content_of
from api.models.base import Model, Text
from inventory.network.queries.map import network_map
from inventory.network.queries.map_export import MEDIA_TYPES, export

router = APIRouter(
    tags=["map"], dependencies=[allow(Role.IT, Role.AUDITOR, Role.ACCOUNTING)]
)


class MapNode(Model):
    """A device of the map, or a neighbour that was not visited."""

    id: int = Field(description="Negative for a neighbour: minus its row.")
    name: str
    type: Text
    site: str
    managed: bool


class MapEdge(Model):
    """A connection of the map; `a` and `b` are nodes."""

    a: int
    b: int
    a_port: Text
    b_port: Text
    kind: str
    evidence: list[str]
    members: list[list[str]] = Field(description="The ports of a bundle of cables.")


class NetworkMap(Model):
    """The topology as nodes and edges."""

    nodes: list[MapNode]
    edges: list[MapEdge]


@router.get(
    "/map",
    operation_id="map_get",
    summary="Draw the topology of a site, or of all sites.",
    response_model=NetworkMap,
    responses=problems(401, 403, 422) | {200: content_of(*MEDIA_TYPES.values())},
)
def read_map(
    reading: ReadDep,
    site: Annotated[str | None, Query(max_length=200)] = None,
    endpoints: Annotated[
        bool, Query(description="With what is plugged in, not only the switches.")
    ] = False,
    format: Annotated[
        Literal["json", "graphml", "dot"] | None,
        Query(description="Without it, what the Accept header asks for."),
    ] = None,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """Return devices as nodes and cables as edges, with the ports at both ends."""
    found = network_map(reading, site, endpoints=endpoints)
    form = format or _accepted(accept)
    if form == "json":
        return answer(found)
    return Response(
        export(found, form),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="network.{form}"'},
    )


def _accepted(accept: str) -> str:
    named = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    for media in named:
        for form, known in MEDIA_TYPES.items():
            if media == known:
                return form
    return "json"
