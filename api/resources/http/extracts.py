"""The HTTP API of the extracts of a resource: `GET /assets/{ref}/timeline`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.http.answers import answer, as_answer, problems
from api.http.files import File, content_of
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
        files[200] = content_of(*extract.media)
    router.get(
        f"/{resource.name}/{{ref}}/{extract.name}",
        response_model=extract.answer,
        response_class=JSONResponse if extract.answer else Response,
        responses=problems(401, 403, 404, 422, 503) | files,
        operation_id=name,
        summary=extract.about,
        description=_description(resource, extract),
        tags=[resource.name],
        openapi_extra=secured(name, roles, lambda: extract.parameters),
    )(show)


def _description(resource: Resource[Any], extract: Extract) -> str:
    noun = resource.reference.noun if resource.reference else resource.name
    files = f" The file is {' or '.join(extract.media)}." if extract.media else ""
    named = f"`ref` is the {noun}: its id, or a name that only it has."
    return f"{extract.about} {named}{files}"
