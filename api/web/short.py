"""`/a/<tag>`: what a label's QR code opens; leads to the asset."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.web import trouble
from inventory.queries.references import assets_named

router = APIRouter(include_in_schema=False)


@router.get("/a/{text:path}")
def open_asset(request: Request, text: str) -> Response:
    """Lead to the asset that a tag, a serial, a MAC, an IMEI or a UUID names."""
    with request.state.purser.engine.connect() as reading:
        found = assets_named(reading, text)
    if len(found) == 1:
        return RedirectResponse(f"/assets/{found[0][1]['id']}", 303)
    if found:
        return RedirectResponse(f"/assets?search={quote(text)}", 303)
    return trouble.page(
        "Nothing is registered under this label",
        f"{text!r} is not a tag, serial, MAC, IMEI or UUID of an asset.",
        status=404,
    )
