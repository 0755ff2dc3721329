"""The HTTP API of the acts of a resource.

    create                  POST   /things               201, the new thing
    update                  PATCH  /things/{ref}         the thing; If-Match
    delete                  DELETE /things/{ref}         204; If-Match
    other acts on one       POST   /things/{ref}:verb    the thing; If-Match
    acts on the list        POST   /things:verb          what the act answers
    acts with `many`        POST   /things:verb          a list; a result for each

Every POST takes an `Idempotency-Key`. `?preview=true` says what would come of it and
writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import BaseModel, Field, create_model

from api.compose.wiring import App
from api.http.actions import Act
from api.http.auth import Caller, Role
from api.http.deps import AppDep, allow
from api.http.errors import ApiError
from api.resources.http import ThingRef, operation, viewer_of
from api.resources.perform import (
    Answer,
    Call,
    body_model,
    perform,
    perform_many,
    read_back,
)
from api.resources.resource import Resource
from api.routes.answers import answer, problems
from api.routes.once import Body as SentBody
from api.routes.once import IfMatch, Key, once
from inventory.storage.work import UnitOfWork

Preview = Annotated[
    bool, Query(description="Only say what would come of it; nothing is written.")
]
MOST_AT_ONCE = 1000
_PREVIEWED = {"Preview": "true"}


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


def caller_of(act: Act) -> Any:  # noqa: ANN401 - the type of fastapi.Depends
    """Return the dependency that says who calls an act, if he may."""

    def asked(request: Request, app: AppDep, who: Caller) -> Call:
        base = (app.settings.http.public_url or str(request.base_url)).rstrip("/")
        return Call(app, viewer_of(app, who), base, request.headers.get("if-match"))

    roles = act.roles or frozenset(Role)
    asked.__annotations__["who"] = Annotated[Caller, allow(*sorted(roles))]
    return Depends(asked)


def _add_to_list(router: APIRouter, resource: Resource[Any], act: Act) -> None:
    def run(
        request: Request,
        call: Call,
        raw: SentBody,
        given: Any,  # noqa: ANN401
        preview: Preview = False,
        key: Key = None,
    ) -> Response:
        return _run(resource, act, request, call, raw, given, None, key, preview)

    _with_types(run, act)
    path = f"/{resource.name}" + ("" if act.verb == "create" else f":{act.verb}")
    _add(router, resource, act, "POST", path, run)


def _add_to_one(router: APIRouter, resource: Resource[Any], act: Act) -> None:
    def post(
        request: Request,
        call: Call,
        raw: SentBody,
        ref: ThingRef,
        given: Any,  # noqa: ANN401
        preview: Preview = False,
        key: Key = None,
        match: IfMatch = None,
    ) -> Response:
        return _run(resource, act, request, call, raw, given, ref, key, preview)

    def patch(
        request: Request,
        call: Call,
        raw: SentBody,
        ref: ThingRef,
        given: Any,  # noqa: ANN401
        preview: Preview = False,
        match: IfMatch = None,
    ) -> Response:
        return _run(resource, act, request, call, raw, given, ref, None, preview)

    def delete(
        request: Request, call: Call, ref: ThingRef, match: IfMatch = None
    ) -> Response:
        given = act.given()
        return _run(resource, act, request, call, b"", given, ref, None, False)

    path = f"/{resource.name}/{{ref}}"
    method, route = {"update": ("PATCH", patch), "delete": ("DELETE", delete)}.get(
        act.verb, ("POST", post)
    )
    _with_types(route, act)
    _add(
        router,
        resource,
        act,
        method,
        path if method != "POST" else f"{path}:{act.verb}",
        route,
    )


def _add_many(router: APIRouter, resource: Resource[Any], act: Act) -> None:
    row = _row_model(act)

    def run(
        request: Request,
        call: Call,
        raw: SentBody,
        rows: Any,  # noqa: ANN401
        atomic: Annotated[
            bool, Query(description="One row that cannot be done refuses all.")
        ] = True,
        preview: Preview = False,
        key: Key = None,
    ) -> Response:
        split = [_split(act, one) for one in rows]

        def carry_out(work: UnitOfWork) -> Answer:
            done = perform_many(resource, act, call, work, split, atomic=atomic)
            work.settle()
            return Answer(200, done)

        return _answered(act, request, call, raw, key, preview, carry_out)

    some = Annotated[list[row], Body(min_length=1, max_length=MOST_AT_ONCE)]  # type: ignore[valid-type]
    run.__annotations__ |= {"rows": some, "call": Annotated[Call, caller_of(act)]}
    router.post(
        f"/{resource.name}:{act.verb}",
        response_model=BulkResult,
        responses=problems(400, 401, 403, 409, 422, 503),
        operation_id=operation(resource, f"{act.verb}_many"),
        summary=f"{_sentence(act)} Many in one call.",
        description="Each with its own input; a result for each.",
        tags=[resource.name],
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
    key: str | None,
    preview: bool,
) -> Response:
    def carry_out(work: UnitOfWork) -> Answer:
        done = perform(resource, act, call, work, given, ref)
        return read_back(resource, act, call, work, done)

    sent = _answered(act, request, call, raw, key, preview, carry_out)
    if sent.status_code == 201:
        number = json.loads(bytes(sent.body))["id"]
        sent.headers["Location"] = f"{request.url.path}/{number}"
    return sent


def _answered(
    act: Act,
    request: Request,
    call: Call,
    raw: bytes,
    key: str | None,
    preview: bool,
    carry_out: Callable[[UnitOfWork], Answer],
) -> Response:
    app: App = call.app
    who = call.viewer.caller
    if preview:
        if not act.preview or act.alone:
            raise NoPreview
        with app.work(who.actor) as work:
            tried = carry_out(work)
            work.rollback()
        return answer(tried.body, 200, _PREVIEWED)
    etag = ""

    def act_once(work: UnitOfWork) -> tuple[int, Any]:
        nonlocal etag
        done = carry_out(work)
        etag = done.etag
        return done.status, done.body

    def headers(_body: Any) -> dict[str, str]:  # noqa: ANN401
        return {"ETag": etag} if etag else {}

    sent = once(app, who, request, key, raw, act_once, headers)
    return Response(status_code=204) if sent.status_code == 204 else sent


def _with_types(route: Any, act: Act) -> None:  # noqa: ANN401
    types = route.__annotations__
    types["call"] = Annotated[Call, caller_of(act)]
    if "given" in types:
        types["given"] = Annotated[body_model(act), Body()]


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
    statuses = [400, 401, 403, 404, 409, 422, 503]
    router.add_api_route(
        path,
        route,
        methods=[method],
        status_code=201 if created else 204 if deleted else 200,
        response_model=None if deleted else act.answer or resource.detail,
        responses=problems(*statuses, *([412] if "{ref}" in path else [])),
        operation_id=operation(resource, act.verb),
        summary=_sentence(act),
        description=(act.given.__doc__ or "").strip() or _sentence(act),
        tags=[resource.name],
    )
