"""Layouts of carriers' invoices and kinds of charges, as the data files say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from sqlalchemy import Connection

from api.compose.telecom_rules import telecom_rules
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.resource import Resource
from api.resources.telecom.shared import PAYING
from inventory.kernel.texts import N_, NN_


class LayoutRow(RowModel):
    """How a carrier's file is read."""

    name: Annotated[str, Column("Layout", Show.MONO, sort=True, lead=True)]
    title: Annotated[str, Column("Title", Show.SAID, sort=True)]
    country: Annotated[str, Column("Country", sort=True)]
    currency: Annotated[str, Column("Currency")]
    decimal: Annotated[str, Column("Decimal mark")]
    key: Annotated[str, Column("Number is in")]
    net: Annotated[str, Column("Amount is in")]
    published: Annotated[str, Column("From", shown=False)]


class LayoutQuestion(Question):
    """Which layouts are asked for."""

    country: Annotated[Word, Choice("Country")] = None


def _layouts(
    _connection: Connection, _asked: LayoutQuestion, viewer: Viewer
) -> Sequence[Row]:
    assert viewer.app is not None
    found = telecom_rules(viewer.app.settings).layouts
    return [
        {
            "name": one.name,
            "title": one.title,
            "country": one.country,
            "currency": one.currency,
            "decimal": one.decimal,
            "key": ", ".join(one.columns["key"]),
            "net": ", ".join(one.columns.get("net") or one.columns["gross"]),
            "published": one.published,
        }
        for one in found.values()
    ]


INVOICE_LAYOUTS = Resource(
    name="invoice-layouts",
    command="invoice-layout",
    title=N_("Layouts of invoices"),
    counted=NN_("{count} layout", "{count} layouts"),
    group="telephony",
    roles=PAYING,
    rows=LayoutRow,
    question=LayoutQuestion,
    sort="name",
    source=ComputedSource(rows=LayoutRow, compute=_layouts, key=("name",)),
    called=lambda row: str(row["name"]),
)


class ChargeTypeRow(RowModel):
    """A kind of charge, and the words by which it is known."""

    name: Annotated[str, Column("Type", Show.MONO, sort=True, lead=True)]
    title: Annotated[str, Column("Title", Show.SAID, sort=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    words: Annotated[str, Column("Words")]


class ChargeTypeQuestion(Question):
    """Which types are asked for."""

    kind: Annotated[Word, Choice("Kind")] = None


def _types(
    _connection: Connection, _asked: ChargeTypeQuestion, viewer: Viewer
) -> Sequence[Row]:
    assert viewer.app is not None
    found = telecom_rules(viewer.app.settings).types.types
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "title": one.title,
            "kind": one.kind,
            "words": ", ".join(one.words),
        }
        for one in found.values()
    ]
    return rows


CHARGE_TYPES = Resource(
    name="charge-types",
    command="charge-type",
    title=N_("Types of charges"),
    counted=NN_("{count} type", "{count} types"),
    group="telephony",
    roles=PAYING,
    rows=ChargeTypeRow,
    question=ChargeTypeQuestion,
    sort="name",
    source=ComputedSource(rows=ChargeTypeRow, compute=_types, key=("name",)),
    called=lambda row: str(row["name"]),
)
