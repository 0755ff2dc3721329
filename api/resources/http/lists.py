"""The HTTP API of a resource: `GET /things`, `GET /things/{ref}`; acts are in `acts`.

Parameters are read by a model, so that an unknown one is refused by name, and OpenAPI
describes the same model. Caller and parameters are read here and not by dependencies
of each route: of thousands of those the start of the program would be slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, ValidationError

from api.http.answers import answer, problems
from api.http.callers import STAFF, Role, check_role
from api.http.deps import caller_of, the_app
from api.jobs.long_requests import LONG_ROWS, request_of_list
from api.resources import sheets
from api.resources.declare import Row, Viewer
from api.resources.http.preferring import ACCEPTED, PREFER, accept, is_later
from api.resources.listing import (
    ListCall,
    list_call,
    list_parameters,
    page_model,
    parameters_of,
    read_all,
    read_page,
    shown_fields,
    viewer_of,
)
from api.resources.lookups import parameters, resolved_question
from api.resources.perform import Call
from api.resources.registry import all_resources
from api.resources.resource import Resource, models_in, restricted

ThingRef = Annotated[
    str, Path(max_length=300, description="Its id, or a name that only it has.")
]
R = TypeVar("R")


def called_by(roles: frozenset[Role]) -> Any:  # noqa: ANN401 - the type of Depends
    """Return the dependency that says who calls, if he has one of the roles."""

    def called(request: Request) -> Call:
        app = the_app(request)
        who = caller_of(app, request)
        check_role(who, roles)
        app = app.seen_by(who.scope)
        base = (app.settings.http.public_url or str(request.base_url)).rstrip("/")
        return Call(app, viewer_of(app, who), base, request.headers.get("if-match"))

    return Depends(called)


def secured(
    name: str,
    roles: frozenset[Role],
    model: Callable[[], type[BaseModel]],
    *headers: dict[str, Any],
) -> dict[str, Any]:
    """Return what OpenAPI shall say of the roles of an operation.

    Its parameters are added by `add_parameters`, when somebody reads the description.

    Args:
        name: Of the operation.
        roles: Who may call it; empty: everybody of the staff.
        model: Makes the model of its parameters.
        headers: Descriptions of its headers.
    """
    _PARAMETERS[name] = (model, headers)
    return {"security": [{"token": sorted(str(role) for role in roles or STAFF)}]}


_PARAMETERS: dict[
    str, tuple[Callable[[], type[BaseModel]], tuple[dict[str, Any], ...]]
] = {}


def add_parameters(description: dict[str, Any]) -> None:
    """Add the parameters of the operations of resources to an OpenAPI description."""
    for methods in description["paths"].values():
        for operation in methods.values():
            known = _PARAMETERS.get(operation.get("operationId", ""))
            if known is not None:
                model, headers = known
                found = [*described_parameters(model()), *headers]
                operation.setdefault("parameters", []).extend(found)


def open_restricted(schemas: dict[str, Any]) -> None:
    """Say in an OpenAPI description that what is not for everybody may be absent."""
    for resource in all_resources():
        names = {*restricted(resource.rows), *restricted(resource.detail)}
        models = [one for one in (resource.rows, resource.detail) if one is not None]
        for model in [*models, *(part for one in models for part in models_in(one))]:
            shape = schemas.get(model.__name__, {})
            if names & set(shape.get("required", ())):
                shape["required"] = [n for n in shape["required"] if n not in names]


def sent_parameters(request: Request, model: type[BaseModel]) -> Any:  # noqa: ANN401
    """Return the parameters of a request; a refused one is a problem of the request."""
    values = parameters_of(request.query_params.multi_items(), model)
    return as_request_error(lambda: model.model_validate(values))


def as_request_error(read: Callable[[], R]) -> R:
    """Return what `read` returns; a refused value is a problem of the request."""
    try:
        return read()
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        items = [{**one, "loc": ("query", *one["loc"])} for one in found]
        raise RequestValidationError(items) from error


def add_reading(router: APIRouter, resource: Resource[Any]) -> None:
    """Add the list and, where there is one, the detail of a resource."""
    _add_list(router, resource)
    if resource.detail is not None and resource.get is not None:
        _add_detail(router, resource)


def operation(resource: Resource[Any], verb: str) -> str:
    """Return the id of an operation: `assets_list`."""
    return f"{resource.name}_{verb}".replace("-", "_")


def _add_list(router: APIRouter, resource: Resource[Any]) -> None:
    name = operation(resource, "list")

    def list_rows(request: Request, call: Call) -> Response:
        query = request.query_params.multi_items()
        sent = parameters_of(query, list_parameters(resource))
        form = sheets.wanted(request.headers.get("accept", "")) or "json"
        asked = as_request_error(lambda: list_call(resource, sent, form))
        engine, who = call.app.engine, call.viewer.caller
        viewer = viewer_of(call.app, who, asked.day)
        if asked.format != "json":
            names = shown_fields(resource, who, asked)
            later = _later(request, call, resource, asked, viewer)
            if later is not None:
                return later
            every = sheets.from_engine(
                engine, lambda reading: read_all(resource, reading, viewer, asked)
            )
            return as_file(resource.name, asked.format, names, every)
        with engine.connect() as reading:
            rows, after = read_page(resource, reading, viewer, asked)
        return answer({"items": rows, "next": after})

    list_rows.__annotations__["call"] = Annotated[Call, called_by(resource.roles)]
    router.get(
        f"/{resource.name}",
        response_model=page_model(resource),
        responses=problems(401, 403, 404, 422, 503) | sheets.described() | ACCEPTED,
        operation_id=name,
        summary=f"List {resource.name.replace('-', ' ')}.",
        description=(resource.question.__doc__ or "").strip(),
        tags=[resource.name],
        openapi_extra=secured(
            name, resource.roles, lambda: list_parameters(resource), PREFER
        ),
    )(list_rows)


def _later(
    request: Request,
    call: Call,
    resource: Resource[Any],
    asked: ListCall,
    viewer: Viewer,
) -> Response | None:
    """Make a file of a list as a job, if that is preferred or it is long; else None."""
    rows = LONG_ROWS

    def is_long() -> bool:
        nonlocal rows
        with call.app.engine.connect() as reading:
            found = resolved_question(reading, asked.asked)
            rows = resource.source.count(reading, found, viewer) or LONG_ROWS + 1
        return rows > LONG_ROWS

    if not is_later(call.app, request, is_long):
        return None
    query = [
        pair
        for pair in request.query_params.multi_items()
        if pair[0] not in ("format", "after", "limit")
    ]
    wanted = request_of_list(resource.name, asked.format, query, rows)
    return accept(call.app, request, viewer.caller, b"", wanted)


def as_file(name: str, form: str, header: list[str], rows: Iterator[Row]) -> Response:
    """Return a list as a file to save.

    The first row is read before the answer begins, so that what is wrong with a
    request is still a problem and not a broken file.
    """
    saved = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    pieces = sheets.pieces(form, name, header, sheets.begun(rows))
    return StreamingResponse(pieces, media_type=sheets.TYPES[form], headers=saved)


def described_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the parameters of a model for OpenAPI."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    found = []
    for name, one in schema.get("properties", {}).items():
        one = {key: value for key, value in one.items() if key != "title"}
        text = one.pop("description", "")
        entry = {
            "name": name,
            "in": "query",
            "required": False,
            "schema": _inline(one, schema),
        }
        found.append(entry | ({"description": text} if text else {}))
    return found


def _inline(one: Any, schema: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return a schema with its definitions put in: enumerations, mostly."""
    if isinstance(one, list):
        return [_inline(each, schema) for each in one]
    if not isinstance(one, dict):
        return one
    if "$ref" in one:
        return schema["$defs"][one["$ref"].rpartition("/")[2]]
    return {key: _inline(value, schema) for key, value in one.items()}


@cache
def _detail_parameters(*, as_of: bool) -> type[BaseModel]:
    about = "As of this day; today without."
    day: Any = (date | None, Field(None, description=about))
    return parameters("DetailQuery", {"as_of": day} if as_of else {})


def _add_detail(router: APIRouter, resource: Resource[Any]) -> None:
    model = _detail_parameters(as_of=resource.as_of)
    name = operation(resource, "get")

    def show(request: Request, call: Call, ref: ThingRef) -> Response:
        day = getattr(sent_parameters(request, model), "as_of", None)
        viewer = viewer_of(call.app, call.viewer.caller, day)
        with call.app.engine.connect() as reading:
            number = resource.resolve(reading, ref)
            found = resource.whole(reading, number, viewer)
            etag = resource.etag(reading, number)
        return answer(found, headers={"ETag": etag})

    show.__annotations__["call"] = Annotated[Call, called_by(resource.roles)]
    noun = resource.reference.noun if resource.reference else resource.name
    router.get(
        f"/{resource.name}/{{ref}}",
        response_model=resource.detail,
        responses=problems(401, 403, 404, 422, 503),
        operation_id=name,
        summary=f"Show one {noun}.",
        description=(resource.detail.__doc__ or "").strip() if resource.detail else "",
        tags=[resource.name],
        openapi_extra=secured(name, resource.roles, lambda: model),
    )(show)
