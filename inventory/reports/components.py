"""Assets that are depreciated by parts: each part, and the whole as their sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from inventory.accounting.tables import Component
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import AS_OF, BOOK, amounts
from inventory.reports.sources import BookSource, Sources
from inventory.storage.rows import col, table_of

_AMOUNTS = {"cost": "Cost", "accumulated": "Accumulated", "value": "Book value"}


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    day = values["as_of"] or sources.today
    query = select(col(Component.part_id), col(Component.whole_id), col(Component.name))
    known = {
        part: (whole, name)
        for part, whole, name in sources.connection.execute(
            query.select_from(table_of(Component))
        )
    }
    wholes: dict[int, list[Row]] = {}
    for found, facts in book.positions(day):
        for asset, position in found:
            if asset.asset_id not in known:
                continue
            whole, name = known[asset.asset_id]
            row = {
                "asset_id": asset.asset_id,
                "tag": facts.get(asset.asset_id, {}).get("tag"),
                "part": name,
                "asset_class": position.asset_class,
                "life_months": asset.terms.life_months,
                "cost": position.cost,
                "accumulated": position.accumulated,
                "value": position.value,
                "currency": book.currency,
            }
            wholes.setdefault(whole, []).append(row)
    facts = sources.facts(list(wholes))
    for whole in sorted(wholes):
        yield from _with_sum(book, whole, facts, wholes[whole])


def _with_sum(
    book: BookSource, whole: int, facts: Mapping[int, Row], parts: list[Row]
) -> Iterator[Row]:
    tag = facts.get(whole, {}).get("tag")
    for part in parts:
        yield {"whole": tag, **part}
    sums = {name: sum(part[name] for part in parts) for name in _AMOUNTS}
    nothing = dict.fromkeys(("part", "asset_class", "life_months"))
    yield {
        "whole": tag,
        "asset_id": whole,
        "tag": tag,
        **nothing,
        **sums,
        "currency": book.currency,
    }


REPORT = Report(
    "components",
    "Assets by parts: each part, and the whole as their sum (IAS 16.43)",
    (BOOK, AS_OF),
    (
        Column("whole", "Whole"),
        Column("asset_id", "Id", Kind.NUMBER),
        Column("tag", "Tag"),
        Column("part", "Part"),
        Column("asset_class", "Class"),
        Column("life_months", "Life in months", Kind.NUMBER),
        *amounts(_AMOUNTS),
        Column("currency", "Currency"),
    ),
    _rows,
)
