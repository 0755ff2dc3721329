"""`/sightings`, `/links`, `/map`: where things are and were, who is connected to whom.

The map comes as JSON, or as GraphML or DOT for other programs: by `format`, or by the
Accept header.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy import Connection

from api.http.auth import Role
from api.http.deps import ReadDep, allow
from api.http.errors import Missing
from api.http.parse_days import moment_of
from api.routes.answers import answer, problems
from api.routes.network_models import NetworkMap, Places
from collectors import macs
from inventory.kernel.errors import Invalid
from inventory.network.queries.map import network_map
from inventory.network.queries.map_export import MEDIA_TYPES, export
from inventory.network.queries.topology import on_port, port_named, where_was

router = APIRouter(
    tags=["places"], dependencies=[allow(Role.IT, Role.AUDITOR, Role.ACCOUNTING)]
)

At = Annotated[
    str | None,
    Query(
        max_length=40,
        description="A day (YYYY-MM-DD) or a moment in ISO 8601; without it the whole"
        " history.",
    ),
]
Rows = Annotated[int, Query(ge=1, le=1000, description="At most so many intervals.")]


@router.get("/sightings", response_model=Places, responses=problems(401, 403, 404, 422))
def sightings(
    reading: ReadDep,
    mac: Annotated[str | None, Query(max_length=40)] = None,
    ip: Annotated[str | None, Query(max_length=45)] = None,
    device_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    port: Annotated[
        str | None, Query(max_length=200, description="Name of a port of the device.")
    ] = None,
    at: At = None,
    limit: Rows = 200,
) -> Response:
    """Tell where a MAC or an address was, or what was on a port; at a time or ever."""
    span = moment_of(at) if at else None
    if mac is not None or ip is not None:
        found = where_was(reading, mac=_mac(mac), ip=ip, during=span, limit=limit)
    elif device_id is not None and port is not None:
        interface = _port(reading, device_id, port)
        found = on_port(reading, device_id, interface, during=span, limit=limit)
    else:
        raise Invalid(
            "It has to be said what is looked for.",
            where="mac",
            remedy="Give mac, ip, or device_id and port.",
        )
    return answer({"items": found})


def _mac(text: str | None) -> str | None:
    if text is None:
        return None
    found = macs.from_text(text)
    if found is None:
        raise Invalid(
            f"{text!r} is no MAC address.",
            where="mac",
            remedy="Write it as 00:1b:2c:3d:4e:5f or 001b.2c3d.4e5f.",
        )
    return found


def _port(reading: Connection, device_id: int, name: str) -> int:
    found = port_named(reading, device_id, name)
    if found is None:
        raise Missing(f"Device {device_id} has no port {name!r}.")
    return found


@router.get(
    "/map",
    response_model=NetworkMap,
    responses=problems(401, 403, 422)
    | {200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
)
def drawn(
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
    """Draw the topology of a site, or of all sites."""
    found = network_map(reading, site, endpoints=endpoints)
    wanted = format or _accepted(accept)
    if wanted == "json":
        return answer(found)
    return Response(
        export(found, wanted),
        media_type=MEDIA_TYPES[wanted],
        headers={"Content-Disposition": f'attachment; filename="network.{wanted}"'},
    )


def _accepted(accept: str) -> str:
    named = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    for media in named:
        for form, known in MEDIA_TYPES.items():
            if media == known:
                return form
    return "json"
