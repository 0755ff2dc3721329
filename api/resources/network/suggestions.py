"""What devices may be: values that are right too seldom to be told for facts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Question,
    Show,
    Text,
    Word,
)
from api.resources.network.neighbours import WRITERS
from api.resources.network.parts.of_device import READERS, PartRow
from api.resources.references import DEVICE, SUGGESTION, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.network.queries.devices import undecided
from inventory.network.tables import DeviceField
from inventory.network.worklist_decisions import reject_suggestion
from inventory.storage.rows import table_of

_field, _device = table_of(DeviceField), DEVICE.table


class SuggestionRow(PartRow):
    """A value that a field of a device may have."""

    field: Annotated[str, Column("Field", sort=True, about="type, vendor, model, ...")]
    value: Annotated[Text, Column("Suggestion", sort=True, lead=True)]
    confidence: Annotated[
        float,
        Column(
            "Confidence",
            Show.NUMBER,
            sort=True,
            about="How often such a suggestion is right, 0 to 1.",
        ),
    ]
    observed_at: Annotated[datetime, Column("Since", Show.AGO, sort=True)]
    source: Annotated[str, Column("Source", shown=False)]
    reasons: list[str]


class SuggestionQuestion(Question):
    """Which suggestions are asked for; what a person has settled is left out."""

    field: Annotated[Word, Choice("Field")] = None
    site: Annotated[Word, Choice("Site")] = None
    value: Annotated[Word, Choice("Suggestion", main=False)] = None
    device: Annotated[
        DeviceRef | None, Choice("Device", main=False, pick="devices")
    ] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None


class SuggestionDecided(DetailModel):
    """What a device is, or is not, as a person said."""

    device_id: int
    field: str
    value: str


def _accept(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    from discovery.observations.correct import accept_suggestion

    return accept_suggestion(acting.work, acting.id)


SOURCE: TableSource[SuggestionQuestion] = TableSource(
    table=_field,
    columns={
        name: _field.c[name] for name in SuggestionRow.model_fields if name in _field.c
    }
    | {
        "device_name": _device.c.name,
        "site": _device.c.site,
        "device": _field.c.device_id,
    },
    shown=tuple(SuggestionRow.model_fields),
    joined=_field.join(_device, _device.c.id == _field.c.device_id),
    where=lambda _viewer: undecided(_field),
    searched=(_field.c.value, _device.c.name),
    offered=("field",),
)

SUGGESTIONS = Resource(
    name="suggestions",
    command="suggestion",
    title=N_("Suggestions"),
    counted=NN_("{count} suggestion", "{count} suggestions"),
    group="network",
    roles=READERS,
    rows=SuggestionRow,
    question=SuggestionQuestion,
    sort="id",
    source=SOURCE,
    reference=SUGGESTION,
    detail=SuggestionRow,
    get=SOURCE.one,
    called=lambda row: f"{row['device_name']}: {row['value']}",
    acts=(
        Act(
            "accept-suggestion",
            NothingIn,
            _accept,
            WRITERS,
            verb="accept",
            about="Say that a suggestion is right; no later scan changes it.",
            answer=SuggestionDecided,
            many=True,
        ),
        Act(
            "reject-suggestion",
            NothingIn,
            lambda acting, _given: reject_suggestion(acting.work, acting.id),
            WRITERS,
            verb="reject",
            about="Say that a suggestion is wrong; the same is not suggested again.",
            answer=SuggestionDecided,
            many=True,
        ),
    ),
)
