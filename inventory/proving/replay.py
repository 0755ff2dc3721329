"""Replays the audit trail against the tables: rows that differ were changed past it.

The last value that the trail tells of each column must be the one that stands there.
Only tables whose every change is audited are compared; columns that the trail leaves
out, or hides, are not. Reads table by table, in the order of the index of the trail.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Table, Text, cast, exists, select

from inventory.storage.all_tables import load_tables
from inventory.storage.audit import HIDDEN, AuditProblem, canonical
from inventory.storage.tables import METADATA

REPLAYED = (
    "legal_entity",
    "cost_centre",
    "department",
    "location",
    "team",
    "person",
    "employment",
    "placement",
    "asset",
    "custody",
    "allocation",
    "book",
    "fiscal_period",
    "asset_book",
    "book_event",
    "posting",
    "telecom_account",
    "telecom_contract",
    "telecom_line",
    "telecom_line_assignment",
    "telecom_charge",
    "telecom_sim",
    "telecom_invoice",
    "user_account",
    "api_token",
)
"""Tables whose every change leaves a row in the trail."""

FOLLOWING = {"asset_book": frozenset({"revised_at"})}
"""Columns that follow from rows of other tables, whose changes the trail tells."""

_ENTRY = METADATA.tables["audit_entry"]
_BATCH = 500


@dataclass(slots=True)
class _Told:
    """What the trail tells of one row.

    Attributes:
        last: Number of the last audit row about it.
        gone: It was removed, and the trail says so.
    """

    last: int = 0
    gone: bool = False
    values: dict[str, Any] = field(default_factory=dict)


def replay(engine: Engine) -> Iterator[AuditProblem]:
    """Yield what does not stand in the tables as the trail tells it."""
    tables = load_tables().tables
    with engine.connect() as connection:
        for name in REPLAYED:
            yield from _replay_table(connection, tables[name])


def _replay_table(connection: Connection, table: Table) -> Iterator[AuditProblem]:
    query = select(
        _ENTRY.c.seq, _ENTRY.c.entity_id, _ENTRY.c.before, _ENTRY.c.after
    ).where(_ENTRY.c.entity == table.name)
    order = query.order_by(_ENTRY.c.entity_id, _ENTRY.c.seq)
    rows = connection.execute(order.execution_options(yield_per=_BATCH))
    batch: dict[int, _Told] = {}
    for entity_id, changes in groupby(rows, lambda row: str(row.entity_id)):
        told = _told(changes)
        if entity_id.isdecimal():
            batch[int(entity_id)] = told
        if len(batch) == _BATCH:
            yield from _compared(connection, table, batch)
            batch = {}
    yield from _compared(connection, table, batch)
    yield from _untold(connection, table)


def _told(changes: Iterator[Any]) -> _Told:
    told = _Told()
    for row in changes:
        told.last = row.seq
        if row.after is not None:
            after = json.loads(row.after)
            # What was there before and is not told of afterwards was emptied.
            emptied = json.loads(row.before).keys() - after.keys() if row.before else ()
            told.values |= dict.fromkeys(emptied) | after
            told.gone = False
        elif row.before is not None:
            told.gone = True
    return told


def _compared(
    connection: Connection, table: Table, batch: Mapping[int, _Told]
) -> Iterator[AuditProblem]:
    found = connection.execute(select(table).where(table.c.id.in_(batch))).mappings()
    there = {row["id"]: dict(row) for row in found}
    for row_id, told in batch.items():
        row = there.get(row_id)
        if row is None:
            if not told.gone:
                yield _problem(table, row_id, told, "it is not there any more")
            continue
        shown: dict[str, Any] = json.loads(canonical(row) or "{}")
        for name in FOLLOWING.get(table.name, ()):
            shown.pop(name, None)
        for name, value in told.values.items():
            if name in shown and HIDDEN not in (value, shown[name]):
                if shown[name] != value:
                    text = f"{name} is {shown[name]!r}, not {value!r}"
                    yield _problem(table, row_id, told, text)


def _untold(connection: Connection, table: Table) -> Iterator[AuditProblem]:
    """Yield rows of which the trail knows nothing."""
    known = exists().where(
        _ENTRY.c.entity == table.name, _ENTRY.c.entity_id == cast(table.c.id, Text)
    )
    for row_id in connection.execute(select(table.c.id).where(~known)).scalars():
        yield _problem(table, row_id, _Told(), "the trail does not know it")


def _problem(table: Table, row_id: int, told: _Told, text: str) -> AuditProblem:
    after = f" (audit row {told.last})" if told.last else ""
    return AuditProblem(
        "differs",
        told.last or None,
        told.last or None,
        f"Row {row_id} of {table.name} is not as the audit trail tells{after}: {text}.",
    )
