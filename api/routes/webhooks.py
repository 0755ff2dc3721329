"""`/event-types`: what webhooks may be told of; the rest is in `api.resources`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from api.http.answers import answer, problems
from api.http.auth import Caller, Role
from api.http.deps import allow
from api.models.base import Model
from inventory.outbox import event_catalogue

router = APIRouter(prefix="/event-types", tags=["webhooks"])

Reader = Annotated[Caller, allow(Role.IT, Role.HR, Role.ACCOUNTING, Role.AUDITOR)]


class EventType(Model):
    """A type of event."""

    type: str
    description: str
    fields: dict[str, str]
    roles: list[str]


class EventTypes(Model):
    """The catalogue of events."""

    items: list[EventType]


@router.get(
    "",
    response_model=EventTypes,
    responses=problems(401, 403),
    operation_id="event_types_list",
    summary="List the types of events the caller may be told of.",
)
def event_types(who: Reader) -> Response:
    """List the types of events the caller may be told of."""
    found = [
        {
            "type": kind.type,
            "description": kind.description,
            "fields": dict(kind.fields),
            "roles": sorted(kind.roles),
        }
        for kind in event_catalogue.event_types()
        if not kind.roles.isdisjoint(who.roles)
    ]
    return answer({"items": found})
