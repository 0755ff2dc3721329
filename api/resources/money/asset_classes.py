"""Asset classes with the books that have rules for them, and presets of laws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from sqlalchemy import Connection

from api.compose.rulebooks import rules_of
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
from api.resources.money.roles import READERS
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_


class AssetClassRow(RowModel):
    """A class of assets, and in which books it has rules."""

    name: Annotated[str, Column("Class", sort=True)]
    books: Annotated[list[str], Column("Books", about="Codes of books.")]


class AssetClassQuestion(Question):
    """Which classes are asked for."""

    name: Annotated[Word, Choice("Class", main=False)] = None
    book: Annotated[Word, Choice("Book", about="Code of a book it has rules in.")] = (
        None
    )


class PresetRow(RowModel):
    """Rules that a law or a habit prescribes, which classes may build on."""

    name: Annotated[str, Column("Preset", sort=True)]
    title: Annotated[str, Column("Title", Show.SAID, sort=True)]


class PresetQuestion(Question):
    """Which presets are asked for."""

    name: Annotated[Word, Choice("Preset", main=False)] = None
    title: Annotated[
        Word, Choice("Title", main=False, lookups=("contains", "isnull"))
    ] = None


def _classes(
    _connection: Connection, asked: AssetClassQuestion, viewer: Viewer
) -> Iterator[dict[str, Any]]:
    assert viewer.app is not None
    rules = rules_of(viewer.app.settings)
    for name in rules.accounts:
        books = sorted(book for one, book in rules.classes if one == name)
        if asked.book is None or asked.book in books:
            yield {"name": name, "books": books}


def _presets(
    _connection: Connection, _asked: PresetQuestion, viewer: Viewer
) -> Iterator[dict[str, Any]]:
    assert viewer.app is not None
    for name, one in rules_of(viewer.app.settings).presets.items():
        yield {"name": name, "title": one.title}


ASSET_CLASSES = Resource(
    name="asset-classes",
    command="asset-class",
    title=N_("Asset classes"),
    counted=NN_("{count} class", "{count} classes"),
    group="money",
    roles=READERS,
    rows=AssetClassRow,
    question=AssetClassQuestion,
    sort="name",
    source=ComputedSource(
        rows=AssetClassRow, compute=_classes, answered=frozenset({"book"})
    ),
)
PRESETS = Resource(
    name="presets",
    command="preset",
    title=N_("Presets"),
    counted=NN_("{count} preset", "{count} presets"),
    group="money",
    roles=READERS,
    rows=PresetRow,
    question=PresetQuestion,
    sort="name",
    source=ComputedSource(rows=PresetRow, compute=_presets),
)
