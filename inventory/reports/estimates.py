"""Changes of estimates and impairments, with their effect (IAS 8.39, IAS 16.76)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from inventory.accounting.books.load import RULE_ERRORS, AssetInBook
from inventory.accounting.catalogue.api_form import event_to_wire
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    ChangeEstimate,
    CorrectCost,
    Event,
    HoldForSale,
    Impair,
    Reclassify,
    ResumeUse,
    Revalue,
    ReverseImpairment,
    Suspend,
)
from inventory.accounting.model.rows import Schedule
from inventory.accounting.model.valid_events import in_force
from inventory.kernel.errors import Invalid
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, CLASS, FROM, TO, amounts
from inventory.reports.sources import BookSource, Sources

_KINDS: dict[type[Event], str] = {
    Reclassify: "reclassification",
    ChangeEstimate: "change of estimate",
    CorrectCost: "correction",
    Revalue: "revaluation",
    Impair: "impairment",
    ReverseImpairment: "reversal of impairment",
    HoldForSale: "held for sale",
    ResumeUse: "back in use",
    Suspend: "suspension",
}
_GENERAL = frozenset({"id", "type", "effective", "posting"})


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = book.span(values["from"], values["to"])
    for chunk in book.chunks(values["class"]):
        concerned = [
            asset
            for asset in chunk
            if any(start <= e.known < end and type(e) in _KINDS for e in asset.events)
        ]
        facts = sources.facts([asset.asset_id for asset in concerned])
        for asset in concerned:
            for row in _of_asset(book, asset, start, end):
                yield row | {"tag": facts.get(asset.asset_id, {}).get("tag")}


def _of_asset(
    book: BookSource, asset: AssetInBook, start: date, end: date
) -> Iterator[dict[str, object]]:
    events = in_force(asset.events)
    try:
        whole = _schedule(book, asset, events)
        for number, event in enumerate(events):
            if not (start <= event.known < end and type(event) in _KINDS):
                continue
            # The effect is that of the event alone, on top of those before it.
            before = _schedule(book, asset, events[:number])
            after = _schedule(book, asset, events[: number + 1])
            charged = _charged(after, start, end) - _charged(before, start, end)
            yield _row(book, asset, event, whole, charged)
    except RULE_ERRORS as error:
        raise Invalid(str(error), where=f"asset {asset.asset_id}") from error


def _schedule(book: BookSource, asset: AssetInBook, events: list[Event]) -> Schedule:
    return schedule(asset.terms, events, book.state.calendar)


def _charged(rows_of_life: Schedule, start: date, end: date) -> int:
    return sum(
        r.depreciation for r in rows_of_life.rows if start <= r.start and r.end <= end
    )


def _row(
    book: BookSource, asset: AssetInBook, event: Event, whole: Schedule, charged: int
) -> dict[str, object]:
    note = next((one for one in whole.remeasured if one.event == event.id), None)
    wire = event_to_wire(event, book.currency)
    changed = ", ".join(
        f"{name} {value}"
        for name, value in wire.items()
        if name not in _GENERAL and value not in (None, {}, [], False)
    )
    return {
        "asset_id": asset.asset_id,
        "asset_class": asset.asset_class,
        "event": event.id,
        "kind": _KINDS[type(event)],
        "effective": event.effective,
        "booked": event.known,
        "change": changed,
        "amount": note.amount if note else 0,
        "profit": note.profit if note else 0,
        "equity": note.equity if note else 0,
        "effect": charged,
        "currency": book.currency,
    }


REPORT = Report(
    "estimates",
    "Changes of estimates, revaluations and impairments, with their effect",
    (BOOK, FROM, TO, CLASS),
    (
        Column("asset_id", "Id", Kind.NUMBER),
        Column("tag", "Tag"),
        Column("asset_class", "Class"),
        Column("kind", "What"),
        Column("event", "Event"),
        Column("effective", "Effective", Kind.DAY),
        Column("booked", "Booked from", Kind.DAY),
        Column("change", "Change"),
        *amounts(
            {
                "amount": "Change of book value",
                "profit": "In profit or loss",
                "equity": "In equity",
                "effect": "Effect on depreciation of these periods",
            }
        ),
        Column("currency", "Currency"),
    ),
    _rows,
)
