"""Carrying out an act of a resource: one way for HTTP and the command line.

Within one unit of work: the thing is found, its version compared, names become ids,
the act runs, the handlers run, and what came of it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.http.actions import Act, Acting, Given, Tell, unheard
from api.http.callers import check_role, check_whole
from api.http.errors import ApiError, Stale
from api.resources.declare import Viewer
from api.resources.references import refs_in, resolved
from api.resources.resource import Resource
from inventory.kernel.errors import InvalidRows, InventoryError, NotFound, RowProblem
from inventory.kernel.texts import N_
from inventory.scoping.views import conditions_of, looking_through
from inventory.storage.work import UnitOfWork

if TYPE_CHECKING:
    from api.compose.wiring import App

_CREATE, _DELETE = "create", "delete"


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls an act, and how.

    Attributes:
        app: The composition.
        viewer: Who acts, and the day it is.
        base: Address of this site, without a final `/`.
        match: ETags the caller has seen (`If-Match`); None: any.
        tell: As `Acting.tell`.
    """

    app: App
    viewer: Viewer
    base: str = ""
    match: str | None = None
    tell: Tell = unheard


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did.

    Attributes:
        id: The thing; 0 where there is none.
        result: What the act returned.
    """

    id: int
    result: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller of an act is told.

    Attributes:
        status: HTTP status.
        body: The thing as a whole, or the result of the act; None of what is gone.
        etag: The version of the thing; empty where there is none.
    """

    status: int
    body: Any
    etag: str = ""


def perform(
    resource: Resource[Any],
    act: Act,
    call: Call,
    work: UnitOfWork,
    given: BaseModel,
    ref: int | str | None = None,
) -> Done:
    """Carry out an act in a unit of work, which the caller commits or rolls back.

    Args:
        resource: Whose act it is.
        act: The act.
        call: Who calls it.
        work: The unit of work.
        given: The input, names not yet resolved.
        ref: The thing; None for `create` and acts on the list.

    Raises:
        Forbidden: The caller has none of the roles.
        Stale: The thing was changed since the caller has read it.
        InventoryError: Whatever the act refuses.
    """
    who = call.viewer.caller
    check_role(who, act.roles)
    if who.scope is not None:
        _check_in_scope(resource, act, call, given, ref)
    if act.alone:
        with call.app.engine.connect() as reading:
            number, given = _prepared(resource, act, call, reading, given, ref)
    else:
        if act.lock is not None:
            act.lock(work)
        number, given = _prepared(resource, act, call, work.connection, given, ref)
    acting = Acting(call.app, who, work, call.base, number, call.tell)
    result = act.run(acting, given)
    if act.answer is None and isinstance(result, Mapping) and "id" in result:
        number = int(result["id"])
    if who.scope is not None and act.verb != _DELETE and not act.own:
        work.settle()
        with looking_through(work.connection, who.scope):
            _find(resource, work.connection, number)
    return Done(number, result)


def _check_in_scope(
    resource: Resource[Any],
    act: Act,
    call: Call,
    given: BaseModel,
    ref: int | str | None,
) -> None:
    """Refuse what reaches beyond the part of the house that the caller sees.

    Raises:
        Forbidden: It is of the house as a whole.
        NotFound: Something that is named is not in sight.
    """
    table = getattr(resource.reference, "table", None)
    scope = call.viewer.caller.scope
    assert scope is not None
    if act.own:
        return
    if (
        act.alone
        or act.answer is not None
        or table is None
        or table.name not in conditions_of(scope)
    ):
        check_whole(call.viewer.caller)
    with call.app.engine.connect() as reading:
        resolved(reading, given)
        if ref is not None:
            _find(resource, reading, resource.resolve(reading, ref))


def _find(resource: Resource[Any], connection: Connection, number: int) -> None:
    """Refuse a thing that is not in sight of a connection.

    Raises:
        NotFound: It is not.
    """
    table = resource.reference.table  # type: ignore[union-attr]
    found = select(table.c.id).where(table.c.id == number)
    if connection.execute(found).first() is None:
        raise NotFound(
            N_("There is no {noun} {given} in what you see."),
            noun=resource.reference.noun if resource.reference else resource.name,
            given=number,
        )


def check_call(
    resource: Resource[Any],
    act: Act,
    call: Call,
    given: BaseModel,
    ref: int | str | None = None,
) -> int:
    """Refuse now what `perform` would refuse of a call; return the id of the thing.

    Raises:
        Forbidden, Stale, NotFound, InventoryError: As `perform`.
    """
    check_role(call.viewer.caller, act.roles)
    if call.viewer.caller.scope is not None:
        _check_in_scope(resource, act, call, given, ref)
    with call.app.engine.connect() as reading:
        resolved(reading, given)
        if ref is None:
            return 0
        number = resource.resolve(reading, ref)
        check_match(resource, reading, number, call.match, lock=False)
    return number


def foretold(
    resource: Resource[Any],
    act: Act,
    call: Call,
    work: UnitOfWork,
    given: BaseModel,
    ref: int | str | None = None,
) -> Sequence[str]:
    """Return sentences of what an act will end or destroy; it is not carried out.

    Takes what `perform` takes, and only reads.
    """
    if act.consequences is None:
        return ()
    number, given = _prepared(resource, act, call, work.connection, given, ref)
    acting = Acting(call.app, call.viewer.caller, work, call.base, number)
    return act.consequences(acting, given)


def read_back(
    resource: Resource[Any], act: Act, call: Call, work: UnitOfWork, done: Done
) -> Answer:
    """Run the handlers of what an act said, and read what came of it.

    Args:
        resource: Whose act it was.
        act: The act.
        call: Who called it.
        work: The unit of work it ran in, not yet committed.
        done: What `perform` returned.
    """
    work.settle()
    if act.verb == _DELETE:
        return Answer(204, None)
    status = 201 if act.verb == _CREATE else 200
    if act.answer is not None:
        return Answer(status, done.result)
    scope = call.viewer.caller.scope
    seen = nullcontext() if scope is None else looking_through(work.connection, scope)
    with seen:
        body = resource.whole(work.connection, done.id, call.viewer)
    return Answer(status, body, resource.etag(work.connection, done.id))


def _prepared(
    resource: Resource[Any],
    act: Act,
    call: Call,
    connection: Connection,
    given: BaseModel,
    ref: int | str | None,
) -> tuple[int, BaseModel]:
    given = resolved(connection, given)
    if ref is None:
        return 0, given
    number = resource.resolve(connection, ref)
    check_match(resource, connection, number, call.match, lock=not act.alone)
    if act.ref and resource.reference is not None:
        values = {n: getattr(given, n) for n in given.model_fields_set}
        values[act.ref] = (
            number
            if act.ref in refs_in(act.given)
            else resource.reference.name_of(connection, number)
        )
        given = act.given.model_construct(**values)
    return number, given


def check_match(
    resource: Resource[Any],
    connection: Connection,
    number: int,
    sent: str | None,
    *,
    lock: bool = True,
) -> None:
    """Refuse a change of something the caller has not seen.

    Raises:
        Stale: It was changed meanwhile.
    """
    if sent is None or sent.strip() == "*":
        return
    etag = resource.etag(connection, number, lock=lock)
    if etag not in {tag.strip().removeprefix("W/") for tag in sent.split(",")}:
        raise Stale(f"It has the ETag {etag} by now.")


def perform_many(
    resource: Resource[Any],
    act: Act,
    call: Call,
    work: UnitOfWork,
    rows: list[tuple[int | str | None, BaseModel]],
    *,
    atomic: bool,
) -> dict[str, Any]:
    """Carry out an act on many things, each with its own input.

    Args:
        resource: Whose act it is.
        act: The act.
        call: Who calls it.
        work: The unit of work; each row has a savepoint in it.
        rows: The thing (None for `create`) and the input of each.
        atomic: One row that cannot be done refuses all.

    Returns:
        `done` and `failed`, and of each row `row`, `ref`, `id` and `problem`.

    Raises:
        InvalidRows: A row cannot be done, and `atomic`.
    """
    told: list[dict[str, Any]] = []
    problems: list[RowProblem] = []
    for number, (ref, given) in enumerate(rows, 1):
        line: dict[str, Any] = {"row": number, "ref": ref, "id": None, "problem": None}
        try:
            with work.savepoint():
                line["id"] = perform(resource, act, call, work, given, ref).id
        except (InventoryError, ApiError) as error:
            problems.append(_as_row(error, number, ref))
            line["problem"] = error.problem
        told.append(line)
    if problems and atomic:
        raise InvalidRows(problems)
    return {
        "done": len(rows) - len(problems),
        "failed": len(problems),
        "results": told,
    }


def _as_row(
    error: InventoryError | ApiError, number: int, ref: int | str | None
) -> RowProblem:
    if isinstance(error, ApiError):
        return RowProblem(str(ref or ""), number, "", error.problem, error.mend)
    return RowProblem.of(error, str(ref or ""), number, error.where)


def body_model(act: Act) -> type[BaseModel]:
    """Return what the body of a call holds: the input without what the path names."""
    if not act.ref:
        return act.given
    from pydantic import create_model

    fields: dict[str, Any] = {
        name: (field.annotation, field)
        for name, field in act.given.model_fields.items()
        if name != act.ref
    }
    made: type[BaseModel] = create_model(
        act.given.__name__, __base__=Given, __doc__=act.given.__doc__, **fields
    )
    return made


def partial(given: type[BaseModel], name: str, *leave_out: str) -> type[Given]:
    """Return the input of a change: every field of another input, none required.

    `given.model_dump(exclude_unset=True)` are the changes.

    Args:
        given: Such as the input of `create`.
        name: Of the new class.
        leave_out: Fields that cannot be changed.
    """
    from pydantic import create_model

    fields: dict[str, Any] = {}
    for field_name, field in given.model_fields.items():
        if field_name not in leave_out:
            open_field = replace_default(field)
            fields[field_name] = (open_field.annotation, open_field)
    doc = "Changes; what is left out stays as it is."
    made: type[Given] = create_model(name, __base__=Given, __doc__=doc, **fields)
    return made


def replace_default(field: Any) -> Any:  # noqa: ANN401
    """Return a field that need not be given, without a default in its description."""
    from copy import copy

    opened = copy(field)
    opened.default, opened.default_factory = None, None
    opened.json_schema_extra = lambda schema: schema.pop("default", None)
    opened._attributes_set = {**field._attributes_set, "default": None}
    return opened


def changes_of(given: BaseModel) -> Mapping[str, Any]:
    """Return the fields of a change that were given."""
    return {name: getattr(given, name) for name in _in_order(given)}


def _in_order(given: BaseModel) -> Iterator[str]:
    return (n for n in type(given).model_fields if n in given.model_fields_set)


def as_of(viewer: Viewer, day: Any) -> Viewer:  # noqa: ANN401
    """Return the viewer at another day."""
    return replace(viewer, day=day or viewer.today)
