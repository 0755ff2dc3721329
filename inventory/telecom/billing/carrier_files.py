"""Rows of a table to an invoice, by a layout. Pure.

Every row that cannot be read is listed, and then nothing is loaded. Single calls are
left out by the layout: totals by number and kind of charge are all that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from inventory.kernel.errors import Invalid, InvalidRows, InventoryError, RowProblem
from inventory.kernel.money import MoneyError, minor_digits
from inventory.kernel.texts import N_
from inventory.telecom.billing.amounts import (
    amount_of,
    day_of,
    exact_amount_of,
    permille_of,
    units_of,
)
from inventory.telecom.billing.charging import month_of, next_month
from inventory.telecom.billing.drafts import DraftLine, InvoiceDraft
from inventory.telecom.billing.layouts import Layout
from inventory.telecom.billing.line_rounding import whole_amounts

_DAY = timedelta(days=1)
_SPACES = re.compile(r"\s+")
Cells = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What whoever loads a file says of it, where the file does not.

    Attributes:
        first_day: First day it bills; None: the month of the last day or the date.
    """

    number: str = ""
    invoiced_on: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    currency: str = ""


def read_rows(
    rows: Iterable[tuple[int, Cells]], layout: Layout, said: Said
) -> list[InvoiceDraft]:
    """Return the invoices of a table; a file may hold several.

    Args:
        rows: Number of the row and its cells; the heading among them.
        layout: How to read them.
        said: What holds where the file does not say it.

    Raises:
        Invalid: No row is the heading that the layout expects; says what is missing.
        InvalidRows: Rows cannot be read; lists them.
    """
    numbered = list(rows)
    heading, body = _heading(numbered, layout)
    reader = _Reader(layout, heading, said)
    found: dict[str, _Invoice] = {}
    problems: list[RowProblem] = []
    for number, cells in body:
        row = reader.row(cells)
        if not reader.wanted(row):
            continue
        try:
            name = row.get("invoice") or said.number
            one = found.setdefault(name, _Invoice(row))
            line, net = reader.line(number, row, one.head)
            one.lines.append(line)
            one.nets.append(net)
        except InventoryError as error:
            problems.append(RowProblem.of(error, layout.title, number, error.where))
    drafts = []
    for name, one in found.items():
        try:
            drafts.append(reader.draft(name, one))
        except InventoryError as error:
            problems.append(RowProblem.of(error, layout.title, 0, error.where))
    if problems:
        raise InvalidRows(problems)
    if not drafts:
        raise Invalid(
            N_("The file has a heading and no lines."),
            where="file",
            remedy=N_("Load the file with the totals by number."),
        )
    return drafts


@dataclass(slots=True)
class _Invoice:
    """An invoice that is being read: its first row, and its lines."""

    head: Mapping[str, str]
    lines: list[DraftLine] = field(default_factory=list)
    nets: list[Fraction] = field(default_factory=list)


def _heading(
    rows: Sequence[tuple[int, Cells]], layout: Layout
) -> tuple[dict[str, int], Iterator[tuple[int, Cells]]]:
    """Return the places of columns by name, and the rows below the heading.

    Carriers put their name, an address or a legend above it.
    """
    wanted = [layout.columns["key"], layout.columns["text"]]
    wanted.append(layout.columns.get("net") or layout.columns["gross"])
    for place, (_, cells) in enumerate(rows[:100]):
        names = {_name(cell): index for index, cell in enumerate(cells) if cell}
        if all(any(_name(one) in names for one in some) for some in wanted):
            return names, iter(rows[place + 1 :])
    raise Invalid(
        N_("No row is the heading of the layout {title}: it needs {columns}."),
        where="file",
        remedy=N_("Choose the layout of that carrier, or add one of your own."),
        title=layout.title,
        columns="; ".join(" / ".join(some) for some in wanted),
    )


def _with_net(line: DraftLine, net: int) -> DraftLine:
    return replace(line, net=net)


def _name(text: str) -> str:
    return _SPACES.sub(" ", text.strip().casefold())


class _Reader:
    """Reads rows under a heading."""

    def __init__(self, layout: Layout, heading: Mapping[str, int], said: Said) -> None:
        self.layout, self.said = layout, said
        self.heading = heading
        self.places = {
            name: [heading[_name(one)] for one in headings if _name(one) in heading]
            for name, headings in layout.columns.items()
        }

    def row(self, cells: Cells) -> dict[str, str]:
        """Return the filled fields of a row."""
        found = {}
        for name, places in self.places.items():
            texts = [cells[p].strip() for p in places if p < len(cells)]
            filled = [text for text in texts if text]
            if filled:
                found[name] = " ".join(filled) if name == "text" else filled[0]
        for column in (*self.layout.only, *self.layout.skip):
            place = self.heading.get(_name(column), len(cells))
            found[f"?{column}"] = cells[place].strip() if place < len(cells) else ""
        return found

    def wanted(self, row: Mapping[str, str]) -> bool:
        """Whether a row is a line of an invoice."""
        if not ("net" in row or "gross" in row):
            return False
        only = all(
            row[f"?{column}"].casefold() in values
            for column, values in self.layout.only.items()
        )
        return only and not any(
            row[f"?{column}"].casefold() in values
            for column, values in self.layout.skip.items()
        )

    def line(
        self, number: int, row: Mapping[str, str], head: Mapping[str, str]
    ) -> tuple[DraftLine, Fraction]:
        """Return a line, and its net amount before it is rounded.

        Raises:
            Invalid: A field of it is not what the layout says.
        """
        currency = self.currency(row if "currency" in row else head)
        if currency != self.currency(head):
            raise Invalid(
                N_("The row is in {currency}, the invoice in {other}."),
                where="currency",
                currency=currency,
                other=self.currency(head),
            )
        rate = row.get("vat_rate", self.layout.vat)
        permille = permille_of(rate, "vat_rate") if rate else None
        text = row.get("text", "")
        units = row.get("units")
        line = DraftLine(
            row=number,
            key=row.get("key", ""),
            text=text,
            charge_type=self._type(text),
            net=0,
            vat_permille=permille,
            units=units_of(units, self.layout.decimal) if units else None,
        )
        return line, self._net(row, currency, permille)

    def draft(self, name: str, one: _Invoice) -> InvoiceDraft:
        """Return an invoice.

        Raises:
            Invalid: It has no number, no date, or a total that is not an amount.
        """
        if not name:
            raise Invalid(
                N_("The file does not say the number of the invoice."),
                where="number",
                remedy=N_("Say it beside the file."),
            )
        on = self._day(one.head, "date") or self.said.invoiced_on
        if on is None:
            raise Invalid(
                N_("The file does not say the date of the invoice."),
                where="invoiced_on",
                remedy=N_("Say it beside the file."),
            )
        first, last = self._period(one.head, on)
        currency = self.currency(one.head)
        total = {
            key: self._amount(one.head, f"total_{key}", currency)
            for key in ("net", "vat", "gross")
        }
        nets = whole_amounts(one.nets, total["net"])
        return InvoiceDraft(
            number=name,
            account=one.head.get("account", ""),
            invoiced_on=on,
            due_on=self._day(one.head, "due"),
            first_day=first,
            last_day=last,
            currency=currency,
            lines=tuple(map(_with_net, one.lines, nets)),
            net=total["net"],
            vat=total["vat"],
            gross=total["gross"],
        )

    def _period(self, head: Mapping[str, str], on: date) -> tuple[date, date]:
        """Return the first and last day billed.

        Raises:
            Invalid: It ends before it begins.
        """
        last = self._day(head, "last_day") or self.said.last_day
        first = self._day(head, "first_day") or self.said.first_day
        first = first or month_of(last or on)
        last = last or next_month(first) - _DAY
        if last < first:
            raise Invalid(
                N_("The billed period ends on {last}, before it begins on {first}."),
                where="last_day",
                first=first,
                last=last,
            )
        return first, last

    def currency(self, row: Mapping[str, str]) -> str:
        """Return the currency of a row or an invoice.

        Raises:
            Invalid: It is not one.
        """
        code = (
            row.get("currency") or self.said.currency or self.layout.currency
        ).upper()
        code = {"€": "EUR", "EURO": "EUR", "RP": "IDR", "$": "USD"}.get(code, code)
        try:
            minor_digits(code)
        except MoneyError as error:
            raise Invalid(
                N_("{code!r} is not a currency."),
                where="currency",
                remedy=N_("Write its code of ISO 4217, e.g. EUR or IDR."),
                code=code[:10],
            ) from error
        return code

    def _net(
        self, row: Mapping[str, str], currency: str, permille: int | None
    ) -> Fraction:
        def told(name: str) -> Fraction:
            return exact_amount_of(row[name], self.layout.decimal, currency, name)

        if "net" in row:
            return told("net")
        if "vat" in row:
            return told("gross") - told("vat")
        return told("gross") * Fraction(1000, 1000 + (permille or 0))

    def _amount(self, row: Mapping[str, str], name: str, currency: str) -> int | None:
        if name not in row:
            return None
        return amount_of(row[name], self.layout.decimal, currency, name)

    def _day(self, row: Mapping[str, str], name: str) -> date | None:
        return day_of(row[name], self.layout.dates, name) if name in row else None

    def _type(self, text: str) -> str:
        lower = text.casefold()
        fits = [start for start in self.layout.types if lower.startswith(start)]
        return self.layout.types[max(fits, key=len)] if fits else ""
