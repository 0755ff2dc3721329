"""Depreciation by cost centre, class, legal entity or period, posted and planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from inventory.accounting.books.row_range import RowRange
from inventory.fixed_assets.rulebooks import default_cost_centre
from inventory.queries.money.charged import booked_charges, charge_of
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.parameters import BOOK, CENTRE, CLASS, FROM, TO, amounts
from inventory.reports.sources import BookSource, Sources

_BY = ("cost_centre", "class", "legal_entity", "period", "asset")
UNALLOCATED = "(unallocated)"

Key = tuple[str, str]
"""Group and period."""


class _Sums:
    """Sums posted and planned amounts by group and period."""

    def __init__(self) -> None:
        self.posted: dict[Key, int] = {}
        self.planned: dict[Key, int] = {}

    def add(self, key: Key, amount: int, *, posted: bool) -> None:
        """Add an amount."""
        sums = self.posted if posted else self.planned
        sums[key] = sums.get(key, 0) + amount

    def rows(self, currency: str, periods: bool) -> Iterator[Row]:
        """Yield groups in order, period by period or in total."""
        shown: dict[Key, list[int]] = {}
        for place, sums in enumerate((self.posted, self.planned)):
            for (group, period), amount in sums.items():
                key = (group, period if periods else "")
                shown.setdefault(key, [0, 0])[place] += amount
        for (group, period), (posted, planned) in sorted(shown.items()):
            yield {
                "group": group,
                "period": period or None,
                "posted": posted,
                "planned": planned,
                "total": posted + planned,
                "currency": currency,
            }


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = book.span(values["from"], values["to"])
    sums, by, wanted_centre = _Sums(), values["by"], values["cost_centre"]
    shared = by == "cost_centre" or wanted_centre is not None
    for chunk in book.chunks(values["class"]):
        row_ranges = list(book.row_ranges(chunk, start, end))
        ids = [asset.asset_id for asset in chunk]
        facts = sources.facts(ids) if by in ("legal_entity", "asset") else {}
        shares_by_asset = sources.cost_shares(ids, start, end) if shared else {}
        booked = (
            booked_charges(sources.connection, book.id, chunk, start, end)
            if shared
            else {}
        )
        for row_range in row_ranges:
            group = _group(by, row_range, facts)
            for row in row_range.rows:
                key = (row.period if group is None else group, row.period)
                if not shared:
                    if row.depreciation:
                        sums.add(key, row.depreciation, posted=row.posted)
                    continue
                shares = shares_by_asset.get(row_range.asset.asset_id, ())
                for name, amount in charge_of(row_range.asset, row, booked, shares):
                    if amount and wanted_centre in (None, name):
                        group = name or UNALLOCATED if by == "cost_centre" else key[0]
                        sums.add((group, row.period), amount, posted=row.posted)
    periods = values["periods"] or by == "period"
    days = (start, end - timedelta(days=1))
    for made in sums.rows(book.currency, periods):
        told = _period_days(book, made["period"]) if periods else days
        yield {**made, "made_of": _made_of(book, by, made["group"], told, values)}


def _period_days(book: BookSource, key: str) -> tuple[date, date]:
    found = next(one for one in book.state.calendar.periods if one.id == key)
    return found.start, found.last


def _made_of(
    book: BookSource, by: str, group: str, days: tuple[date, date], values: Values
) -> str:
    """Return where the rows are that a sum is made of."""
    entity = book.row["legal_entity_id"]
    if by == "cost_centre" and group == default_cost_centre(
        book.sources.connection, entity
    ):
        # It bears what nobody else does: only the journal knows.
        asked = {"book": f"id:{book.id}", "cost_centre": group}
        if values["periods"]:
            asked["period"] = book.state.calendar.at(days[0]).id
        return f"/journal-lines?{urlencode(asked)}"
    if group == UNALLOCATED:
        return f"/unallocated-costs?{urlencode({'book': f'id:{book.id}'})}"
    asked = {
        "book": f"id:{book.id}",
        "from_day": days[0].isoformat(),
        "to_day": days[1].isoformat(),
        "cost_centre": f"code:{values['cost_centre']}" if values["cost_centre"] else "",
        "asset_class": values["class"] or "",
    }
    field = {"cost_centre": "cost_centre", "class": "asset_class", "asset": "asset"}
    named = {"cost_centre": f"code:{group}", "asset": f"tag:{group}"}
    if by in field:
        asked[field[by]] = named.get(by, group)
    told = {name: value for name, value in asked.items() if value}
    return f"/schedule-rows?{urlencode(told)}"


def _group(by: str, row_range: RowRange, facts: Mapping[int, Row]) -> str | None:
    """Return the group of an asset; None for its period."""
    known = facts.get(row_range.asset.asset_id, {})
    match by:
        case "class":
            last = row_range.last
            later = last.asset_class if last is not None else ""
            return later or row_range.asset.asset_class
        case "legal_entity":
            return known.get("legal_entity") or UNALLOCATED
        case "asset":
            return str(known.get("tag"))
        case _:
            return None


REPORT = Report(
    "depreciation",
    "Depreciation by cost centre, class, legal entity or period, posted and planned",
    (
        BOOK,
        FROM,
        TO,
        Parameter("by", "What to sum by", default="cost_centre", choices=_BY),
        Parameter("periods", "One row a period", Kind.BOOLEAN, default="no"),
        CLASS,
        CENTRE,
    ),
    (
        Column("group", "Group"),
        Column("period", "Period"),
        *amounts({"posted": "Posted", "planned": "Planned", "total": "Total"}),
        Column("currency", "Currency"),
        Column("made_of", "Made of", Kind.LINK),
    ),
    _rows,
)
