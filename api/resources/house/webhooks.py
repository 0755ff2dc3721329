"""Webhooks: programs that are told what happens.

The role `it` sees and changes all, auditors see all, others those they made. What a
webhook is sent is bounded by the roles of who made it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, Connection

from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import STAFF, Caller, Role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import WEBHOOK
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.webhooks.assembly import sealer_of
from api.webhooks.manage import check_receiver
from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_, NN_
from inventory.outbox import retention, subscriptions
from inventory.outbox.queries import counts_of
from inventory.outbox.subscriptions import OVERLAP, WebhookRequest
from inventory.outbox.tables import Webhook
from inventory.storage.rows import find

READERS = STAFF
MANAGERS = frozenset({Role.IT, Role.HR, Role.ACCOUNTING})
_webhook = WEBHOOK.table

Pattern = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class WebhookRow(RowModel):
    """A webhook of the list; its signing keys are never shown again."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    url: Annotated[str, Column("Address", Show.MONO, sort=True)]
    events: Annotated[list[str], Column("Events", about="Patterns; * for anything.")]
    sites: Annotated[list[str], Column("Sites", shown=False, about="Empty is all.")]
    legal_entities: Annotated[
        list[str], Column("Legal entities", shown=False, about="Empty is all.")
    ]
    roles: Annotated[
        list[str], Column("Roles", shown=False, about="What its owner may see.")
    ]
    owner: Annotated[str, Column("Owner", sort=True)]
    send_own: Annotated[
        bool,
        Column(
            "Own events",
            Show.YES,
            shown=False,
            about="Also what its owner caused is sent.",
        ),
    ]
    created_at: Annotated[datetime, Column("Added", Show.AGO, sort=True, shown=False)]
    failing_since: Annotated[Moment, Column("Failing since", Show.AGO, sort=True)]
    disabled_at: Annotated[Moment, Column("Disabled", Show.AGO, sort=True)]
    disabled_reason: Annotated[Text, Column("Reason")]
    waiting: Annotated[int, Column("Waiting", Show.NUMBER, about="Deliveries.")]
    keys_made: Annotated[
        int, Column("Keys", Show.NUMBER, shown=False, about="Made so far.")
    ]


class WebhookQuestion(Question):
    """Which webhooks are asked for, of those the caller may see."""

    enabled: Annotated[bool | None, Choice("Enabled")] = None
    failing: Annotated[
        bool | None, Choice("Failing", about="Failed since its last success.")
    ] = None
    owner: Annotated[Word, Choice("Owner", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    url: Annotated[Word, Choice("Address", main=False)] = None
    send_own: Annotated[bool | None, Choice("Own events", main=False)] = None
    created_at: Annotated[AwareDatetime | None, Choice("Added", main=False)] = None
    disabled_at: Annotated[AwareDatetime | None, Choice("Disabled", main=False)] = None
    failing_since: Annotated[
        AwareDatetime | None, Choice("Failing since", main=False)
    ] = None


class WebhookIn(Given):
    """A program to tell: what it is sent, and where to."""

    name: Annotated[str, Field(min_length=1, max_length=200), Input("Name")]
    url: Annotated[
        str, Field(max_length=2000), Input("Address", hint="https://host/path")
    ]
    events: Annotated[
        list[Pattern],
        Field(min_length=1, max_length=100),
        Input("Events", hint="Such as asset.* or case.changed; * for anything."),
    ] = ["*"]  # noqa: RUF012 - pydantic copies it
    sites: Annotated[
        list[Code], Field(max_length=1000), Input("Sites", hint="All without.")
    ] = []  # noqa: RUF012
    legal_entities: Annotated[
        list[Code],
        Field(max_length=1000),
        Input("Legal entities", hint="All without."),
    ] = []  # noqa: RUF012
    send_own: Annotated[
        bool, Input("Own events", hint="Also what the owner of the webhook caused.")
    ] = False


EditIn = partial(WebhookIn, "WebhookEditIn")


class DisableWebhookIn(Given):
    """Why nothing more is sent."""

    reason: Annotated[str, Field(max_length=300), Input("Reason")] = ""


class EnableIn(Given):
    """From when on what was kept is sent."""

    since: Annotated[
        AwareDatetime | None,
        Input(
            "Since",
            hint="What happened before is not sent, and can be replayed; all without.",
        ),
    ] = None


class WebhookCreated(WebhookRow):
    """A new webhook with its signing key."""

    signing_key: str | None = Field(
        description="Shown this once; null in a repeated answer."
    )


class KeyRotated(DetailModel):
    """A new signing key; the old one signs along for a while."""

    id: int
    signing_key: str | None = Field(
        description="Shown this once; null in a repeated answer."
    )
    old_until: datetime


class MessageSent(DetailModel):
    """A message is on its way."""

    delivery_id: int
    message: str = Field(description="The `webhook-id`.")


class ReplayIn(Given):
    """What a receiver lost: the time it was told in."""

    since: Annotated[AwareDatetime, Input("Since")]
    until: Annotated[AwareDatetime | None, Input("Until", hint="Now without.")] = None


class Replayed(DetailModel):
    """What is sent again."""

    messages: int


def visible(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for webhooks that somebody may see."""
    own = () if sees_all(viewer.caller) else (_webhook.c.owner == viewer.caller.actor,)
    return (_webhook.c.removed_at.is_(None), *own)


def sees_all(caller: Caller) -> bool:
    """Whether somebody sees the webhooks of others."""
    return not caller.roles.isdisjoint({Role.IT, Role.AUDITOR})


def check_visible(acting: Acting, webhook_id: int) -> None:
    """Refuse a webhook that the caller may not see.

    Raises:
        NotFound: As if there were none.
    """
    row = find(acting.work.connection, Webhook, id=webhook_id)
    seen = sees_all(acting.caller)
    if row is None or row["removed_at"] is not None:
        seen = False
    elif row["owner"] == acting.caller.actor:
        seen = True
    if not seen:
        raise NotFound(N_("There is no webhook {number}."), number=webhook_id)


def _with_counts(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    waiting, keys = counts_of(connection, [row["id"] for row in rows])
    for row in rows:
        row["waiting"] = waiting.get(row["id"], 0)
        row["keys_made"] = keys.get(row["id"], 0)
    return rows


_SOURCE: TableSource[WebhookQuestion] = TableSource(
    table=_webhook,
    columns={
        name: _webhook.c[name]
        for name in WebhookRow.model_fields
        if name not in ("waiting", "keys_made")
    },
    where=visible,
    filters={
        "enabled": lambda value, _viewer: _is_null(_webhook.c.disabled_at, value),
        "failing": lambda value, _viewer: _is_null(_webhook.c.failing_since, not value),
    },
    searched=(_webhook.c.name, _webhook.c.url),
    finish=_with_counts,
)


def _is_null(column: ColumnElement[Any], empty: bool) -> ColumnElement[bool]:
    return column.is_(None) if empty else column.is_not(None)


def _create(acting: Acting, given: WebhookIn) -> dict[str, Any]:
    check_receiver(acting.app, given.url)
    webhook_id, key = subscriptions.add_webhook(
        acting.work,
        WebhookRequest(**dict(given)),
        [str(role) for role in acting.caller.roles],
        sealer_of(acting.app),
    )
    today = acting.work.clock().date()
    viewer = Viewer(acting.caller, today, today)
    row = _SOURCE.one(acting.work.connection, webhook_id, viewer)
    assert row is not None
    return row | {"signing_key": key}


def _update(acting: Acting, given: Given) -> None:
    check_visible(acting, acting.id)
    changes = {n: v for n, v in changes_of(given).items() if v is not None}
    if "url" in changes:
        check_receiver(acting.app, str(changes["url"]))
    subscriptions.change_webhook(acting.work, acting.id, changes)


def _remove(acting: Acting, _given: NothingIn) -> None:
    check_visible(acting, acting.id)
    subscriptions.remove(acting.work, acting.id)


def _ping(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    check_visible(acting, acting.id)
    delivery, message = subscriptions.ping(acting.work, acting.id)
    return {"delivery_id": delivery, "message": message}


def _rotate(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    check_visible(acting, acting.id)
    key = subscriptions.rotate(acting.work, acting.id, sealer_of(acting.app))
    until = acting.work.clock() + OVERLAP
    return {"id": acting.id, "signing_key": key, "old_until": until}


def _replay(acting: Acting, given: ReplayIn) -> dict[str, int]:
    check_visible(acting, acting.id)
    until = given.until or acting.work.clock()
    messages = retention.replay_between(acting.work, acting.id, given.since, until)
    return {"messages": messages}


def _enable(acting: Acting, given: EnableIn) -> None:
    check_visible(acting, acting.id)
    subscriptions.enable(acting.work, acting.id, given.since)


def _disable(acting: Acting, given: DisableWebhookIn) -> None:
    check_visible(acting, acting.id)
    reason = given.reason or f"Disabled by {acting.caller.name}."
    subscriptions.disable(acting.work, acting.id, reason)


WEBHOOKS = Resource(
    name="webhooks",
    command="webhook",
    title=N_("Webhooks"),
    counted=NN_("{count} webhook", "{count} webhooks"),
    group="house",
    roles=READERS,
    rows=WebhookRow,
    question=WebhookQuestion,
    sort="name",
    source=_SOURCE,
    reference=WEBHOOK,
    detail=WebhookRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "add-webhook",
            WebhookIn,
            _create,
            MANAGERS,
            verb="create",
            about="Add a webhook; the answer holds its signing key, this once.",
            answer=WebhookCreated,
            shown_once=("signing_key",),
            preview=False,
        ),
        Act(
            "edit-webhook",
            EditIn,
            _update,
            MANAGERS,
            verb="update",
            about="Change what a webhook is sent, and where to.",
        ),
        Act(
            "remove-webhook",
            NothingIn,
            _remove,
            MANAGERS,
            verb="delete",
            about="Remove a webhook; what waits for it is withdrawn.",
            danger=True,
        ),
        Act(
            "ping-webhook",
            NothingIn,
            _ping,
            MANAGERS,
            verb="ping",
            about="Send a message to try out the receiver; `purser serve` delivers it.",
            answer=MessageSent,
            preview=False,
        ),
        Act(
            "rotate-webhook-key",
            NothingIn,
            _rotate,
            MANAGERS,
            verb="rotate",
            about="Make a new signing key; for a day both sign.",
            answer=KeyRotated,
            shown_once=("signing_key",),
            preview=False,
        ),
        Act(
            "replay-webhook",
            ReplayIn,
            _replay,
            MANAGERS,
            verb="replay",
            about="Send again what was told between two moments, with the same ids.",
            said=N_("{messages} messages are sent again."),
            answer=Replayed,
        ),
        Act(
            "enable-webhook",
            EnableIn,
            _enable,
            MANAGERS,
            verb="enable",
            about="Send again; what was kept meanwhile is sent at once.",
        ),
        Act(
            "disable-webhook",
            DisableWebhookIn,
            _disable,
            MANAGERS,
            verb="disable",
            about="Send nothing for now; what happens meanwhile is kept for it.",
        ),
    ),
)
