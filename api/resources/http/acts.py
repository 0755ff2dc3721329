"""The HTTP API of the acts of a resource.

    create                  POST   /things               201, the new thing
    update                  PATCH  /things/{ref}         the thing; If-Match
    delete                  DELETE /things/{ref}         204; If-Match
    other acts on one       POST   /things/{ref}:verb    the thing; If-Match
    acts on the list        POST   /things:verb          what the act answers
    acts with `many`        POST   /things:verb          a list; a result for each

Every POST takes an `Idempotency-Key`. An act that may be long takes `Prefer`, and is
answered 202 where it is carried out as a job (`api.resources.http.preferring`).
`?preview=true` says what would come of it and writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, Field, create_model

from api.http.actions import Act
from api.http.answers import answer, problems
from api.http.callers import STAFF
from api.http.errors import ApiError
from api.http.once import Body as SentBody
from api.http.once import once
from api.jobs.long_requests import request_of_act
from api.resources.http.lists import (
    ThingRef,
    called_by,
    operation,
    secured,
    sent_parameters,
)
from api.resources.http.preferring import ACCEPTED, PREFER, accept, is_later
from api.resources.lookups import parameters
from api.resources.perform import (
    Answer,
    Call,
    body_model,
    check_call,
    perform,
    perform_many,
    read_back,
)
from api.resources.references import resolved
from api.resources.resource import Resource
from inventory.storage.work import UnitOfWork

if TYPE_CHECKING:
    from api.compose.wiring import App

MOST_AT_ONCE = 1000
MOST_IN_PLACE = 20
"""Of so many things at once a preview is begun where the writers are."""
_TRIED = "What would come of it, with `preview`; nothing is written."
_PREVIEWED = {"Preview": "true"}
_NOTHING = {"content": {"application/json": {"schema": {"type": "null"}}}}
"""What comes of trying to delete something: that it could be done."""

_PREVIEW: Any = (
    bool,
    Field(False, description="Only say what would come of it; nothing is written."),
)
_ATOMIC: Any = (
    bool,
    Field(True, description="One row that cannot be done refuses all."),
)
PREVIEW = parameters("ActQuery", {"preview": _PREVIEW})
BULK = parameters("BulkQuery", {"preview": _PREVIEW, "atomic": _ATOMIC})


def _header(name: str, about: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": about,
    }


KEY = _header("Idempotency-Key", "The same key and body again gets the same answer.")
MATCH = _header("If-Match", "The ETag the caller has seen; another is refused.")


class RowResult(BaseModel):
    """What became of one row of a bulk call."""

    row: int = Field(description="Counted from 1.")
    ref: int | str | None
    id: int | None = Field(description="The thing; null where it failed.")
    problem: str | None


class BulkResult(BaseModel):
    """What became of a bulk call."""

    done: int
    failed: int
    results: list[RowResult]


class NoPreview(ApiError):
    """This reaches outside of the register and cannot be tried."""

    status = 422
    code = "no-preview"
    remedy = "Send it without `preview`."


def add_acts(router: APIRouter, resource: Resource[Any]) -> None:
    """Add the acts of a resource."""
    for act in resource.acts:
        if act.verb == "create" or act.on == "list":
            _add_to_list(router, resource, act)
        else:
            _add_to_one(router, resource, act)
        if act.many:
            _add_many(router, resource, act)


def _add_to_list(router: APIRouter, resource: Resource[Any], act: Act) -> None:
    def run(request: Request, call: Call, raw: SentBody, given: Any) -> Response:  # noqa: ANN401
        return _run(resource, act, request, call, raw, given, None)

    path = f"/{resource.name}" + ("" if act.verb == "create" else f":{act.verb}")
    _add(router, resource, act, "POST", path, run)


def _add_to_one(router: APIRouter, resource: Resource[Any], act: Act) -> None:
    def run(
        request: Request,
        call: Call,
        raw: SentBody,
        ref: ThingRef,
        given: Any,  # noqa: ANN401
    ) -> Response:
        return _run(resource, act, request, call, raw, given, ref)

    def delete(request: Request, call: Call, ref: ThingRef) -> Response:
        return _run(resource, act, request, call, b"", body_model(act)(), ref)

    path = f"/{resource.name}/{{ref}}"
    if act.verb == "delete":
        _add(router, resource, act, "DELETE", path, delete)
    elif act.verb == "update":
        _add(router, resource, act, "PATCH", path, run)
    else:
        _add(router, resource, act, "POST", f"{path}:{act.verb}", run)


def _add_many(router: APIRouter, resource: Resource[Any], act: Act) -> None:
    row = _row_model(act)
    name = operation(resource, f"{act.verb}_many")

    def run(request: Request, call: Call, raw: SentBody, rows: Any) -> Response:  # noqa: ANN401
        sent = sent_parameters(request, BULK)
        split = [_split(act, one) for one in rows]

        def carry_out(work: UnitOfWork) -> Answer:
            done = perform_many(resource, act, call, work, split, atomic=sent.atomic)
            work.settle()
            return Answer(200, done)

        return _answered(act, request, call, raw, sent.preview, carry_out, len(split))

    some = Annotated[list[row], Body(min_length=1, max_length=MOST_AT_ONCE)]  # type: ignore[valid-type]
    roles = act.roles or STAFF
    run.__annotations__ |= {"rows": some, "call": Annotated[Call, called_by(roles)]}
    router.post(
        f"/{resource.name}:{act.verb}",
        response_model=BulkResult,
        responses=problems(400, 401, 403, 409, 422, 503),
        operation_id=name,
        summary=f"{_sentence(act)} Many in one call.",
        description="Each with its own input; a result for each.",
        tags=[resource.name],
        openapi_extra=secured(name, roles, lambda: BULK, KEY),
    )(run)


def _row_model(act: Act) -> type[BaseModel]:
    body = body_model(act)
    if act.verb == "create":
        return body
    ref: Any = (int | str, Field(description="Its id, or a name that only it has."))
    name = f"{act.given.__name__.removesuffix('In')}Row"
    made: type[BaseModel] = create_model(name, __base__=body, ref=ref)
    return made


def _split(act: Act, row: BaseModel) -> tuple[int | str | None, BaseModel]:
    if act.verb == "create":
        return None, row
    values = {name: getattr(row, name) for name in row.model_fields_set}
    ref = values.pop("ref")
    return ref, act.given.model_construct(_fields_set=set(values), **values)


def _run(
    resource: Resource[Any],
    act: Act,
    request: Request,
    call: Call,
    raw: bytes,
    given: BaseModel,
    ref: str | None,
) -> Response:
    sent = sent_parameters(request, PREVIEW)
    if act.long is not None and not sent.preview:
        later = _later(resource, act, request, call, raw, given, ref)
        if later is not None:
            return later

    def carry_out(work: UnitOfWork) -> Answer:
        done = perform(resource, act, call, work, given, ref)
        return read_back(resource, act, call, work, done)

    made = _answered(act, request, call, raw, sent.preview, carry_out)
    if made.status_code == 201:
        key = resource.reference.key if resource.reference else "id"
        name = quote(str(json.loads(bytes(made.body))[key]), safe="")
        made.headers["Location"] = f"{request.url.path}/{name}"
    return made


def _later(
    resource: Resource[Any],
    act: Act,
    request: Request,
    call: Call,
    raw: bytes,
    given: BaseModel,
    ref: str | None,
) -> Response | None:
    """Carry an act out as a job, if that is preferred or it is long; else None."""
    thing = check_call(resource, act, call, given, ref)

    def is_long() -> bool:
        assert act.long is not None
        with call.app.engine.connect() as reading:
            return act.long(reading, thing, resolved(reading, given))

    if not is_later(call.app, request, is_long):
        return None
    values = given.model_dump(mode="json", exclude_unset=True)
    asked = request_of_act(resource.name, act, thing, values, call.base)
    return accept(call.app, request, call.viewer.caller, raw, asked)


def _answered(
    act: Act,
    request: Request,
    call: Call,
    raw: bytes,
    preview: bool,
    carry_out: Callable[[UnitOfWork], Answer],
    many: int = 1,
) -> Response:
    app: App = call.app
    who = call.viewer.caller
    if preview:
        if not act.preview or act.alone:
            raise NoPreview
        tried = app.tried(who.actor, carry_out, is_long=many > MOST_IN_PLACE)
        return answer(tried.body, 200, _PREVIEWED)
    etag = ""

    def act_once(work: UnitOfWork) -> tuple[int, Any]:
        nonlocal etag
        done = carry_out(work)
        etag = done.etag
        return done.status, done.body

    def headers(_body: Any) -> dict[str, str]:  # noqa: ANN401
        return {"ETag": etag} if etag else {}

    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    sent = once(
        app, who, request, key, raw, act_once, headers, shown_once=act.shown_once
    )
    return Response(status_code=204) if sent.status_code == 204 else sent


def _sentence(act: Act) -> str:
    text = act.summary or act.verb.replace("-", " ").capitalize()
    return text if text.endswith(".") else f"{text}."


def _add(
    router: APIRouter,
    resource: Resource[Any],
    act: Act,
    method: str,
    path: str,
    route: Any,  # noqa: ANN401
) -> None:
    created, deleted = act.verb == "create", act.verb == "delete"
    roles = act.roles or STAFF
    route.__annotations__["call"] = Annotated[Call, called_by(roles)]
    if not deleted:
        route.__annotations__["given"] = Annotated[body_model(act), Body()]
    statuses = [400, 401, 403, 404, 409, 422, 503]
    name = operation(resource, act.verb)
    headers = [MATCH] if "{ref}" in path else []
    headers += [KEY] if method == "POST" else []
    headers += [PREFER] if act.long is not None else []
    shape = None if deleted else act.answer or resource.detail
    tried = {"description": _TRIED} | ({"model": shape} if shape else _NOTHING)
    router.add_api_route(
        path,
        route,
        methods=[method],
        status_code=201 if created else 204 if deleted else 200,
        response_model=shape,
        responses=problems(*statuses, *([412] if "{ref}" in path else []))
        | ({200: tried} if created or deleted else {})
        | (ACCEPTED if act.long is not None else {}),
        operation_id=name,
        summary=_sentence(act),
        description=(act.given.__doc__ or "").strip() or _sentence(act),
        tags=[resource.name],
        openapi_extra=secured(name, roles, lambda: PREVIEW, *headers),
    )
