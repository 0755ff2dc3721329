"""The lifecycle of assets: its states, and the steps between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from sqlalchemy import Connection

from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.resource import Resource
from inventory.assets.register.lifecycle import DEFAULT
from inventory.kernel.texts import N_, NN_


class AssetStateRow(RowModel):
    """A state an asset can be in."""

    name: Annotated[str, Column("State", Show.STATE, sort=True)]
    meaning: Annotated[str, Column("Meaning", Show.WORD)]
    owned: Annotated[
        bool, Column("Owned", Show.YES, about="It belongs to the stock-take.")
    ]
    expected: Annotated[
        bool, Column("Expected", Show.YES, about="It should be seen on the network.")
    ]


class AssetStateQuestion(Question):
    """Which states are asked for."""

    name: Annotated[Word, Choice("State", main=False)] = None
    owned: Annotated[bool | None, Choice("Owned")] = None
    expected: Annotated[bool | None, Choice("Expected")] = None


class AssetStepRow(RowModel):
    """A step from some states to one."""

    name: Annotated[str, Column("Step", Show.WORD, sort=True)]
    sources: Annotated[
        list[str], Column("From", Show.WORD, about="States it is taken from.")
    ]
    target: Annotated[str, Column("To", Show.STATE, sort=True)]
    needs: Annotated[
        list[str], Column("Needs", Show.WORD, about="holder, no-holder, reason.")
    ]
    roles: Annotated[list[str], Column("Roles", Show.WORD, about="Who may take it.")]
    ends_custody: Annotated[
        bool, Column("Ends custody", Show.YES, about="Nobody holds it afterwards.")
    ]


class AssetStepQuestion(Question):
    """Which steps are asked for."""

    source: Annotated[Word, Choice("From", about="A state it is taken from.")] = None
    target: Annotated[Word, Choice("To")] = None
    name: Annotated[Word, Choice("Step", main=False)] = None
    role: Annotated[Word, Choice("Role", main=False, about="Who may take it.")] = None
    ends_custody: Annotated[bool | None, Choice("Ends custody", main=False)] = None


def _states(
    _connection: Connection, _asked: AssetStateQuestion, _viewer: Viewer
) -> Iterator[dict[str, Any]]:
    for one in DEFAULT.states.values():
        yield {
            "name": one.name,
            "meaning": one.meaning,
            "owned": one.owned,
            "expected": one.expected,
        }


def _steps(
    _connection: Connection, asked: AssetStepQuestion, _viewer: Viewer
) -> Iterator[dict[str, Any]]:
    for one in DEFAULT.steps.values():
        if asked.source is not None and asked.source not in one.sources:
            continue
        if asked.role is not None and asked.role not in one.roles:
            continue
        yield {
            "name": one.name,
            "sources": sorted(one.sources),
            "target": one.target,
            "needs": sorted(one.needs),
            "roles": sorted(one.roles),
            "ends_custody": one.ends_custody,
        }


ASSET_STATES = Resource(
    name="asset-states",
    command="asset-state",
    title=N_("States of assets"),
    counted=NN_("{count} state", "{count} states"),
    group="register",
    rows=AssetStateRow,
    question=AssetStateQuestion,
    sort="name",
    source=ComputedSource(rows=AssetStateRow, compute=_states),
)
ASSET_STEPS = Resource(
    name="asset-steps",
    command="asset-step",
    title=N_("Steps of the lifecycle"),
    counted=NN_("{count} step", "{count} steps"),
    group="register",
    rows=AssetStepRow,
    question=AssetStepQuestion,
    sort="name",
    source=ComputedSource(
        rows=AssetStepRow, compute=_steps, answered=frozenset({"source", "role"})
    ),
)
