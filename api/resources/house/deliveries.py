"""Deliveries: messages on their way to webhooks, or arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.house.webhooks import (
    MANAGERS,
    READERS,
    MessageSent,
    check_visible,
    visible,
)
from api.resources.references import DELIVERY, WEBHOOK, WebhookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.outbox import retention
from inventory.outbox.tables import OutboxMessage, WebhookDelivery
from inventory.storage.rows import get, table_of

State = Literal["pending", "delivered", "given_up", "withdrawn"]
_delivery, _webhook = DELIVERY.table, WEBHOOK.table
_message = table_of(OutboxMessage)


class DeliveryRow(RowModel):
    """A message on its way to one receiver."""

    id: Annotated[int, Column("Number", sort=True, lead=True)]
    webhook_id: int
    webhook: Annotated[str, Column("Webhook")]
    message: Annotated[
        str, Column("Message", Show.MONO, about="The `webhook-id`; the same each try.")
    ]
    type: Annotated[str, Column("Event", Show.MONO)]
    recorded_at: Annotated[datetime, Column("Happened", Show.AGO, sort=True)]
    state: Annotated[State, Column("State", Show.STATE, sort=True)]
    own: Annotated[
        bool,
        Column("Own", Show.YES, shown=False, about="The receiver caused it himself."),
    ]
    attempts: Annotated[int, Column("Tries", Show.NUMBER)]
    due_at: Annotated[Moment, Column("Next try", Show.AGO, sort=True)]
    last_at: Annotated[Moment, Column("Last try", Show.AGO, sort=True, shown=False)]
    last_status: Annotated[Number, Column("Status", Show.CODE, sort=True)]
    last_problem: Annotated[Text, Column("Problem")]
    last_milliseconds: Annotated[
        Number, Column("Took", Show.NUMBER, shown=False, about="In milliseconds.")
    ]
    delivered_at: Annotated[
        Moment, Column("Delivered", Show.AGO, sort=True, shown=False)
    ]


class DeliveryQuestion(Question):
    """Which deliveries are asked for, of webhooks the caller may see."""

    webhook: Annotated[WebhookRef | None, Choice("Webhook", pick="webhooks")] = None
    state: Annotated[State | None, Choice("State")] = None
    type: Annotated[Word, Choice("Event")] = None
    message: Annotated[Word, Choice("Message", main=False)] = None
    own: Annotated[bool | None, Choice("Own", main=False)] = None
    attempts: Annotated[int | None, Choice("Tries", main=False)] = None
    last_status: Annotated[int | None, Choice("Status", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Happened", main=False)] = None
    due_at: Annotated[AwareDatetime | None, Choice("Next try", main=False)] = None
    last_at: Annotated[AwareDatetime | None, Choice("Last try", main=False)] = None
    delivered_at: Annotated[AwareDatetime | None, Choice("Delivered", main=False)] = (
        None
    )


_OWN = (
    "id webhook_id state own attempts due_at last_at last_status last_problem"
    " last_milliseconds delivered_at"
).split()
_SOURCE: TableSource[DeliveryQuestion] = TableSource(
    table=_delivery,
    columns={name: _delivery.c[name] for name in _OWN}
    | {
        "webhook": _webhook.c.name,
        "message": _message.c.uid,
        "type": _message.c.type,
        "recorded_at": _message.c.recorded_at,
    },
    refers={"webhook": _delivery.c.webhook_id},
    joined=_delivery.join(_message, _message.c.id == _delivery.c.message_id).join(
        _webhook, _webhook.c.id == _delivery.c.webhook_id
    ),
    where=visible,
    searched=(_message.c.uid, _message.c.type, _delivery.c.last_problem),
)


def _replay(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    row = get(acting.work.connection, WebhookDelivery, acting.id)
    check_visible(acting, row["webhook_id"])
    message = retention.replay(acting.work, row["webhook_id"], acting.id)
    return {"delivery_id": acting.id, "message": message}


DELIVERIES = Resource(
    name="deliveries",
    command="delivery",
    title=N_("Deliveries"),
    counted=NN_("{count} delivery", "{count} deliveries"),
    group="house",
    roles=READERS,
    rows=DeliveryRow,
    question=DeliveryQuestion,
    sort="-id",
    source=_SOURCE,
    reference=DELIVERY,
    detail=DeliveryRow,
    get=_SOURCE.one,
    called=lambda row: str(row["message"]),
    acts=(
        Act(
            "replay-delivery",
            NothingIn,
            _replay,
            MANAGERS,
            verb="replay",
            about="Send a message again, with the same id.",
            answer=MessageSent,
            preview=False,
        ),
    ),
)
