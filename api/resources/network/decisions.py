"""Merges and splits of devices by hand; later scans keep to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

from api.diagnose.identify import identification
from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.network.conflicts import READERS
from api.resources.network.neighbours import WRITERS
from api.resources.network.parts.of_device import YesNoBoth, set_or_not
from api.resources.references import DECISION
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_decision = DECISION.table


class DecisionRow(RowModel):
    """A merge or a split by hand: what two identifiers are to each other."""

    id: Annotated[int, Column("Number", sort=True, lead=True)]
    verdict: Annotated[str, Column("Verdict", sort=True, about="same or different.")]
    a_kind: Annotated[str, Column("Kind", shown=False)]
    a_value: Annotated[str, Column("Identifier", Show.MONO)]
    a_scope: str
    b_kind: Annotated[str, Column("Other kind", shown=False)]
    b_value: Annotated[str, Column("Other identifier", Show.MONO)]
    b_scope: str
    note: Annotated[str, Column("Note")]
    decided_by: Annotated[str, Column("By", sort=True)]
    decided_at: Annotated[datetime, Column("At", Show.AGO, sort=True)]
    revoked_at: Annotated[Moment, Column("Taken back", Show.AGO, sort=True)]


class DecisionQuestion(Question):
    """Which decisions are asked for."""

    verdict: Annotated[Word, Choice("Verdict")] = None
    revoked: Annotated[YesNoBoth, Choice("Taken back")] = "both"
    a_kind: Annotated[Word, Choice("Kind", main=False)] = None
    a_value: Annotated[Word, Choice("Identifier", main=False)] = None
    b_kind: Annotated[Word, Choice("Other kind", main=False)] = None
    b_value: Annotated[Word, Choice("Other identifier", main=False)] = None
    decided_by: Annotated[Word, Choice("By", main=False)] = None
    decided_at: Annotated[AwareDatetime | None, Choice("At", main=False)] = None
    revoked_at: Annotated[AwareDatetime | None, Choice("Taken back at", main=False)] = (
        None
    )


def _revoke(acting: Acting, _given: NothingIn) -> None:
    from discovery.observations.identity_decisions import revoke

    revoke(acting.work, acting.id, identification(acting.app))


SOURCE: TableSource[DecisionQuestion] = TableSource(
    table=_decision,
    columns={name: _decision.c[name] for name in DecisionRow.model_fields},
    filters={"revoked": set_or_not(_decision.c.revoked_at)},
    searched=(_decision.c.a_value, _decision.c.b_value, _decision.c.note),
)

DECISIONS = Resource(
    name="decisions",
    command="decision",
    title=N_("Merges and splits"),
    counted=NN_("{count} decision", "{count} decisions"),
    group="network",
    roles=READERS,
    rows=DecisionRow,
    question=DecisionQuestion,
    sort="-id",
    source=SOURCE,
    reference=DECISION,
    detail=DecisionRow,
    get=SOURCE.one,
    acts=(
        Act(
            "revoke-decision",
            NothingIn,
            _revoke,
            WRITERS,
            verb="revoke",
            about="Take a merge or a split back; the devices are matched again.",
            preview=False,
        ),
    ),
)
