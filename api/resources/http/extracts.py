"""The HTTP API of the extracts of a resource: `GET /assets/{ref}/timeline`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.http.answers import answer, problems
from api.http.files import File, as_answer
from api.resources.extracts import Extract
from api.resources.http.lists import (
    ThingRef,
    called_by,
    operation,
    secured,
    sent_parameters,
)
from api.resources.perform import Call
from api.resources.references import refs_in, resolved
from api.resources.resource import Resource


def add_extracts(router: APIRouter, resource: Resource[Any]) -> None:
    """Add the extracts of a resource."""
    for extract in resource.extracts:
        _add(router, resource, extract)


def _add(router: APIRouter, resource: Resource[Any], extract: Extract) -> None:
    roles = resource.roles if extract.roles is None else extract.roles
    name = operation(resource, extract.name)

    def show(request: Request, call: Call, ref: ThingRef) -> Response:
        asked = sent_parameters(request, extract.parameters)
        with call.app.engine.connect() as reading:
            if refs_in(extract.parameters):
                asked = resolved(reading, asked)
            number = resource.resolve(reading, ref)
            found = extract.read(reading, number, call.viewer, asked)
        return as_answer(found) if isinstance(found, File) else answer(found)

    show.__annotations__["call"] = Annotated[Call, called_by(roles)]
    files: dict[int | str, Any] = {}
    if extract.media:
        files[200] = {"content": {media: {} for media in extract.media}}
    router.get(
        f"/{resource.name}/{{ref}}/{extract.name}",
        response_model=extract.answer,
        response_class=JSONResponse if extract.answer else Response,
        responses=problems(401, 403, 404, 422, 503) | files,
        operation_id=name,
        summary=extract.about,
        tags=[resource.name],
        openapi_extra=secured(name, roles, lambda: extract.parameters),
    )(show)
