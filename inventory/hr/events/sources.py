"""Sources of HR events: the kill switch, and leavers that are too many at once.

What a stopped source says is kept without effect until a person lets it run again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, bindparam, func, select, update

from inventory.hr.context import CaseContext
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.event_format import Incoming
from inventory.provisioning.statements.event_kinds import LEAVERS
from inventory.provisioning.tables import HrEvent, HrIdentity, HrSource
from inventory.provisioning.tasks import close_tasks, open_task
from inventory.storage.rows import Row, add, change, col, find, table_of

_EVENT, _SOURCE = table_of(HrEvent), table_of(HrSource)
_IDENTITY = table_of(HrIdentity)
RELEASED = N_("released")
_LOOK = (
    select(
        *(column.label(f"source_{column.name}") for column in _SOURCE.c),
        *(column.label(f"event_{column.name}") for column in _EVENT.c),
        col(HrIdentity.person_id).label("person_id"),
    )
    .select_from(
        _SOURCE.outerjoin(
            _EVENT,
            and_(
                col(HrEvent.source) == col(HrSource.name),
                col(HrEvent.event_id) == bindparam("event"),
            ),
        ).outerjoin(
            _IDENTITY,
            and_(
                col(HrIdentity.source) == col(HrSource.name),
                col(HrIdentity.employee_id) == bindparam("employee"),
            ),
        )
    )
    .where(col(HrSource.name) == bindparam("source"))
)


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What is known of a source, and of what it says.

    Attributes:
        source: Its row; None if it says something for the first time.
        event: The event, if it was received before.
        person_id: Who has that id at the source.
    """

    source: Row | None = None
    event: Row | None = None
    person_id: int | None = None


def look(context: CaseContext, incoming: Incoming) -> FirstLook:
    """Return what is known of what an event names, in one statement."""
    named = {
        "source": incoming.source,
        "event": incoming.event_id,
        "employee": incoming.employee_id,
    }
    row = context.connection.execute(_LOOK, named).mappings().one_or_none()
    if row is None:
        return FirstLook()
    source = {column.name: row[f"source_{column.name}"] for column in _SOURCE.c}
    event = {column.name: row[f"event_{column.name}"] for column in _EVENT.c}
    return FirstLook(source, event if event["id"] else None, row["person_id"])


def source_named(context: CaseContext, name: str) -> Row:
    """Return a source; one that was not heard of before is added."""
    known = find(context.connection, HrSource, name=name)
    if known is None:
        add(context.work, HrSource, {"name": name})
        known = find(context.connection, HrSource, name=name)
    assert known is not None
    return known


def hold_reason(context: CaseContext, source: Row, kind: str) -> str:
    """Return why an event that comes in has no effect for now; empty if it has."""
    if source["stopped_at"] is not None:
        return Said(
            N_("the source is stopped: {reason}"),
            reason=source["stop_reason"] or N_("no reason given"),
        )
    if kind not in LEAVERS:
        return ""
    policy = context.rules.policy
    since = context.work.clock() - timedelta(days=policy.days)
    if source["released_at"] is not None:
        since = max(since, source["released_at"])
    query = select(func.count()).where(
        col(HrEvent.source) == source["name"],
        col(HrEvent.kind).in_(LEAVERS),
        col(HrEvent.recorded_at) > since,
    )
    if context.connection.execute(query).scalar_one() < policy.most:
        return ""
    open_task(
        context.work,
        "mass-leavers",
        source=f"hr:{source['name']}",
        key=source["name"],
        subject=Said(
            N_("{source} reports more than {most} leavers"),
            source=source["name"],
            most=policy.most,
        ),
        detail=Said(N_("Leavers beyond that wait until a person releases the source.")),
    )
    return Said(
        N_("more than {most} leavers within {days} day(s)"),
        most=policy.most,
        days=policy.days,
    )


def stop_source(context: CaseContext, name: str, reason: str) -> None:
    """Let events of a source have no effect from now on.

    Raises:
        Invalid: It is not said why.
    """
    if not reason.strip():
        raise Invalid(
            N_("Say why."),
            where="remark",
        )
    row = source_named(context, name)
    if row["stopped_at"] is None:
        values = {"stopped_at": context.work.clock(), "stop_reason": reason.strip()}
        change(context.work, HrSource, row["id"], values, action="stop")


def start_source(context: CaseContext, name: str) -> list[int]:
    """Let a source run again, and what was held take effect.

    Returns:
        Persons whose events were held.
    """
    row = source_named(context, name)
    values = {
        "stopped_at": None,
        "stop_reason": "",
        "released_at": context.work.clock(),
    }
    change(context.work, HrSource, row["id"], values, action="start")
    held = (col(HrEvent.source) == name) & (col(HrEvent.verdict) == "held")
    persons = context.connection.execute(
        select(col(HrEvent.person_id))
        .where(held, col(HrEvent.person_id).is_not(None))
        .distinct()
        .order_by(col(HrEvent.person_id))
    ).scalars()
    found = [int(number) for number in persons if number is not None]
    context.connection.execute(
        update(_EVENT).where(held).values(verdict="parked", verdict_reason=RELEASED)
    )
    close_tasks(context.work, "mass-leavers", RELEASED, source=f"hr:{name}")
    return found
