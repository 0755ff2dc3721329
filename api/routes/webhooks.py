"""`/webhooks`: who is told what; deliveries, replays, exchange of signing keys.

Role `it` sees and changes all, others those they made. What a webhook is sent is
bounded by the roles of who made it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.routes.answers import answer, answer_page, problems
from api.routes.parameters import After, Id, Limit
from api.routes.webhook_models import (
    DeliveryPage,
    Done,
    EventKinds,
    KeyMade,
    NewWebhook,
    Sent,
    State,
    WebhookChange,
    WebhookList,
    WebhookMade,
    WebhookOut,
)
from api.webhooks import manage
from inventory.outbox import event_catalogue, queries, retention, subscriptions
from inventory.storage.rows import Row

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

Manager = Annotated[Caller, allow(Role.IT, Role.HR, Role.ACCOUNTING)]
Reader = Annotated[Caller, allow(Role.IT, Role.HR, Role.ACCOUNTING, Role.AUDITOR)]


def _own(reading: ReadDep, who: Caller, webhook_id: int) -> Row:
    found = queries.webhook_detail(reading, webhook_id)
    sees_all = not who.roles.isdisjoint({Role.IT, Role.AUDITOR})
    if found is None or not (sees_all or found["owner"] == who.actor):
        raise Missing(f"There is no webhook {webhook_id}.")
    return found


@router.get("/events", response_model=EventKinds, responses=problems(401, 403))
def events(who: Reader) -> Response:
    """List the types of events the caller may be told of."""
    kinds = [
        {
            "type": kind.type,
            "description": kind.description,
            "fields": dict(kind.fields),
            "roles": sorted(kind.roles),
        }
        for kind in event_catalogue.event_types()
        if not kind.roles.isdisjoint(who.roles)
    ]
    return answer({"items": kinds})


@router.get("", response_model=WebhookList, responses=problems(401, 403))
def list_all(reading: ReadDep, who: Reader) -> Response:
    """List webhooks: all for `it`, else those the caller made."""
    sees_all = not who.roles.isdisjoint({Role.IT, Role.AUDITOR})
    owner = None if sees_all else who.actor
    return answer({"items": queries.list_webhooks(reading, owner)})


@router.post(
    "",
    status_code=201,
    response_model=WebhookMade,
    responses=problems(401, 403, 409, 422, 503),
)
def make(app: AppDep, who: Manager, wanted: NewWebhook) -> Response:
    """Make a webhook; the answer holds its signing key, this once."""
    made, key = manage.create_webhook(app, who.actor, who.roles, wanted.model_dump())
    return answer({"id": made, "signing_key": key}, 201)


@router.get(
    "/{webhook_id}", response_model=WebhookOut, responses=problems(401, 403, 404, 422)
)
def detail(reading: ReadDep, who: Reader, webhook_id: Id) -> Response:
    """Show a webhook."""
    return answer(_own(reading, who, webhook_id))


@router.patch(
    "/{webhook_id}", response_model=Done, responses=problems(401, 403, 404, 422, 503)
)
def change(
    app: AppDep, reading: ReadDep, who: Manager, webhook_id: Id, wanted: WebhookChange
) -> Response:
    """Change what a webhook is sent, and where to."""
    _own(reading, who, webhook_id)
    changes = wanted.model_dump(exclude_none=True)
    done = manage.change_webhook(app, who.actor, webhook_id, changes)
    return answer({"id": webhook_id, "changed": done})


@router.delete(
    "/{webhook_id}", response_model=Done, responses=problems(401, 403, 404, 422, 503)
)
def remove(app: AppDep, reading: ReadDep, who: Manager, webhook_id: Id) -> Response:
    """Remove a webhook; what waits for it is withdrawn."""
    _own(reading, who, webhook_id)
    with app.work(who.actor) as work:
        subscriptions.remove(work, webhook_id)
        work.commit()
    return answer({"id": webhook_id, "changed": True})


@router.post(
    "/{webhook_id}:ping",
    status_code=202,
    response_model=Sent,
    responses=problems(401, 403, 404, 422, 503),
)
def ping(app: AppDep, reading: ReadDep, who: Manager, webhook_id: Id) -> Response:
    """Send a message to try out the receiver."""
    _own(reading, who, webhook_id)
    with app.work(who.actor) as work:
        delivery, message = subscriptions.ping(work, webhook_id)
        work.commit()
    return answer({"delivery_id": delivery, "message": message}, 202)


@router.post(
    "/{webhook_id}:rotate",
    response_model=KeyMade,
    responses=problems(401, 403, 404, 422, 503),
)
def rotate(app: AppDep, reading: ReadDep, who: Manager, webhook_id: Id) -> Response:
    """Make a new signing key; for a day both sign."""
    _own(reading, who, webhook_id)
    key, until = manage.rotate_key(app, who.actor, webhook_id)
    return answer({"id": webhook_id, "signing_key": key, "old_until": until})


@router.post(
    "/{webhook_id}:enable",
    response_model=Done,
    responses=problems(401, 403, 404, 422, 503),
)
def enable(app: AppDep, reading: ReadDep, who: Manager, webhook_id: Id) -> Response:
    """Send again; what waits is tried at once."""
    _own(reading, who, webhook_id)
    with app.work(who.actor) as work:
        done = subscriptions.enable(work, webhook_id)
        work.commit()
    return answer({"id": webhook_id, "changed": done})


@router.post(
    "/{webhook_id}:disable",
    response_model=Done,
    responses=problems(401, 403, 404, 422, 503),
)
def disable(app: AppDep, reading: ReadDep, who: Manager, webhook_id: Id) -> Response:
    """Send nothing more until it is enabled; events meanwhile are not kept for it."""
    _own(reading, who, webhook_id)
    with app.work(who.actor) as work:
        done = subscriptions.disable(work, webhook_id, f"Disabled by {who.name}.")
        work.commit()
    return answer({"id": webhook_id, "changed": done})


@router.get(
    "/{webhook_id}/deliveries",
    response_model=DeliveryPage,
    responses=problems(401, 403, 404, 422),
)
def deliveries(
    reading: ReadDep,
    who: Reader,
    webhook_id: Id,
    state: Annotated[State | None, Query()] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List what was and is to be delivered, the newest first."""
    _own(reading, who, webhook_id)
    page = queries.list_deliveries(
        reading, webhook_id, state=state, after=after, limit=limit
    )
    return answer_page(page)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}:replay",
    status_code=202,
    response_model=Sent,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def replay(
    app: AppDep, reading: ReadDep, who: Manager, webhook_id: Id, delivery_id: Id
) -> Response:
    """Send a message again, with the same id."""
    _own(reading, who, webhook_id)
    with app.work(who.actor) as work:
        message = retention.replay(work, webhook_id, delivery_id)
        work.commit()
    return answer({"delivery_id": delivery_id, "message": message}, 202)
