"""What answers about places, neighbours, worklists and the map look like."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.routes.models import (
    Model,
    Moment,
    Neighbour,
    Next,
    Reconciliation,
    Sighting,
    Text,
)

Note = Annotated[str, Field(max_length=2000, description="Why, for the history.")]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Sent(BaseModel):
    """Base of what is sent: no other fields are accepted."""

    model_config = ConfigDict(extra="forbid")


class Reason(Sent):
    """Why something may stay as it is."""

    note: Annotated[str, Field(min_length=1, max_length=2000)]


class Remark(Sent):
    """A remark for the history; may be empty."""

    note: Note = ""


class AdoptIn(Sent):
    """How a device becomes an asset; what is left out is what the device says."""

    tag: Annotated[str, Field(max_length=64)] = ""
    kind: Annotated[str | None, Field(max_length=64)] = None
    note: Note = "adopted"


class LinkIn(Sent):
    """The other end: an asset for a device, or a device for a missing asset."""

    asset_id: Key | None = None
    device_id: Key | None = None
    note: Note = ""


class SettleIn(Sent):
    """Whose observations these are; without a device the conflict is set aside."""

    device_id: Key | None = None
    note: Annotated[str, Field(min_length=1, max_length=2000)]


class Done(Model):
    """What was changed."""

    id: int


class Owned(Model):
    """Which device goes with which asset now."""

    device_id: int
    asset_id: int


class WorkRow(Reconciliation):
    """A row of the worklist; what the device does not say, the asset does."""

    device_name: Text
    device_type: Text
    site: Text
    vendor: Text
    model: Text
    serial: Text
    address: Text
    last_seen: Moment
    tag: Text
    asset_kind: Text


class WorkPage(Model):
    """A page of the worklist."""

    items: list[WorkRow]
    next: Text = Next


class UnknownNeighbour(Neighbour):
    """A neighbour that was not visited."""

    device_name: str
    site: str


class NeighbourPage(Model):
    """A page of neighbours."""

    items: list[UnknownNeighbour]
    next: Text = Next


class Places(Model):
    """Intervals, the newest first."""

    items: list[Sighting]


class Conflict(Model):
    """Observations that fit several devices."""

    id: int
    site: str
    address: str
    key: str
    candidates: list[int]
    reasons: list[str]
    first_seen: datetime
    last_seen: datetime
    resolution: Text
    resolved_by: Text
    resolved_at: Moment


class ConflictPage(Model):
    """A page of conflicts."""

    items: list[Conflict]
    next: Text = Next


class Decision(Model):
    """A merge or a split by hand."""

    id: int
    verdict: str
    a_kind: str
    a_value: str
    a_scope: str
    b_kind: str
    b_value: str
    b_scope: str
    note: str
    decided_by: str
    decided_at: datetime
    revoked_at: Moment


class Decisions(Model):
    """Merges and splits, the newest first."""

    items: list[Decision]


class MapNode(Model):
    """A device of the map, or a neighbour that was not visited."""

    id: int = Field(description="Negative for a neighbour: minus its row.")
    name: str
    type: Text
    site: str
    managed: bool


class MapEdge(Model):
    """A connection of the map; `a` and `b` are nodes."""

    a: int
    b: int
    a_port: Text
    b_port: Text
    kind: str
    evidence: list[str]
    members: list[list[str]] = Field(description="The ports of a bundle of cables.")


class NetworkMap(Model):
    """The topology as nodes and edges."""

    nodes: list[MapNode]
    edges: list[MapEdge]
