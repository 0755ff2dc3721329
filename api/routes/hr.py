"""`/hr/events`: what HR systems send (CloudEvents)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.compose.rulebooks import context_of, provisioning_in_force
from api.compose.wiring import App
from api.http.answers import answer, problems
from api.http.callers import Caller, Role
from api.http.deps import AppDep, allow
from api.http.errors import ApiError, status_of, title_of
from api.http.once import Body, Key, once
from api.models.cases import Received, ReceivedBatch
from inventory.hr.events.receive import Outcome, receive
from inventory.hr.views.detail import (
    case_detail,
)
from inventory.kernel.clean_text import read_json
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_
from inventory.provisioning.statements.event_format import Incoming, read_event
from inventory.storage.rows import Row
from inventory.storage.work import UnitOfWork

router = APIRouter(prefix="/hr", tags=["hr"])

WRITERS = allow(Role.HR)
MOST = 500
"""Events of one batch."""
BATCH = "application/cloudevents-batch+json"
ACCEPTED = ("application/cloudevents+json", BATCH, "application/json")


class UnsupportedType(ApiError):
    """The body is of a type that is not understood here."""

    status = 415
    code = "unsupported-media-type"
    remedy = f"Send {', '.join(ACCEPTED)}."


_EVENT = {"$ref": "#/components/schemas/CloudEvent"}
_EVENTS = {"type": "array", "items": _EVENT}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {
                "schema": {"type": "array", "items": _EVENT}
                if kind == BATCH
                else _EVENT
            }
            for kind in ACCEPTED
        },
    }
}


@router.post(
    "/events",
    status_code=201,
    response_model=Received,
    responses={
        **problems(401, 403, 404, 409, 415, 422, 503),
        200: {"model": Received | ReceivedBatch},
    },
    openapi_extra=_BODY,
    operation_id="hr_events_receive",
    summary="Take in an event (CloudEvents), or a batch of them.",
)
def receive_events(
    app: AppDep,
    request: Request,
    body: Body,
    who: Annotated[Caller, WRITERS],
    preview: Annotated[
        bool, Query(description="Say what would follow, and write nothing.")
    ] = False,
    key: Key = None,
) -> Response:
    """Take in an event (CloudEvents), or a batch of them.

    201 for one that is new, 200 for one that was received before and for a batch, whose
    items each tell what became of them. Kinds and what `effective_on` means for each:
    hire, rehire and hire.changed: first day; transfer: first day in the new place;
    leave_of_absence: first day away; leave.ended: first day back; termination,
    termination.changed, deceased: last day of the employment; the cancellations: the
    day that was announced; contract.extended: new last day of the contract.
    """
    document = _document(request, body)
    if isinstance(document, list):
        return _batch(app, who, document, preview=preview)
    incoming = read_event(document)
    if preview:
        return answer(_preview(app, who, incoming))

    def act(work: UnitOfWork) -> tuple[int, Any]:
        outcome = receive(context_of(app.settings, work), incoming)
        return (201 if outcome.new else 200), _told(app, work, outcome)

    return once(app, who, request, key, body, act, _location)


def _location(found: Mapping[str, Any]) -> dict[str, str]:
    number = found.get("case_id")
    return {} if number is None else {"Location": f"/api/v1/cases/{number}"}


def _document(request: Request, body: bytes) -> Any:  # noqa: ANN401 - any JSON
    kind = request.headers.get("content-type", "application/json")
    kind = kind.partition(";")[0].strip().lower()
    binary = "ce-type" in request.headers
    if kind not in ACCEPTED:
        raise UnsupportedType(f"The body is {kind}.")
    document = read_json(body, "body")
    if binary:
        names = ("specversion", "id", "source", "type", "subject", "time")
        said = {name: request.headers.get(f"ce-{name}") for name in names}
        return {"data": document, **{k: v for k, v in said.items() if v is not None}}
    if kind == BATCH and not isinstance(document, list):
        raise Invalid(N_("A batch is a list of events."), where="body")
    return document


def _batch(app: App, who: Caller, documents: list[Any], *, preview: bool) -> Response:
    if len(documents) > MOST:
        raise Invalid(N_("A batch has up to {MOST} events."), where="body", MOST=MOST)
    items = []
    for document in documents:
        try:
            incoming = read_event(document)
            if preview:
                items.append(_preview(app, who, incoming))
                continue
            with app.work(who.actor) as work:
                outcome = receive(context_of(app.settings, work), incoming)
                items.append(_told(app, work, outcome))
                work.commit()
        except InventoryError as error:
            items.append({"problem": _problem(error)})
    return answer({"items": items})


def _problem(error: InventoryError) -> Row:
    return {
        "type": f"urn:purser:problem:{error.code}",
        "title": title_of(type(error)),
        "status": status_of(error),
        "detail": error.problem,
        "where": error.where,
        "remedy": error.remedy,
    }


def _preview(app: App, who: Caller, incoming: Incoming) -> Row:
    def attempt(work: UnitOfWork) -> Row:
        context = context_of(app.settings, work)
        return _told(app, work, receive(context, incoming), preview=True)

    return app.tried(who.actor, attempt)


def _told(
    app: App, work: UnitOfWork, outcome: Outcome, *, preview: bool = False
) -> Row:
    machine = provisioning_in_force(app.settings, work.connection).machine
    event = dict(outcome.event)
    event.pop("digest")
    cases = [case_detail(work.connection, n, machine) for n in outcome.case_ids]
    return {
        "new": outcome.new,
        "preview": preview,
        "event": event,
        "case_id": event["case_id"],
        "case_ids": list(outcome.case_ids),
        "cases": cases,
    }
