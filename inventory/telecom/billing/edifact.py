"""Invoices as UN/EDIFACT INVOIC D.96A to D.01B, as German carriers send them. Pure.

Segments and code lists are those of the directory D.01B (data elements 1001, 1153,
2005, 5025, 5463, 6063, 7009). An invoice is a heading, LIN groups and, behind UNS, a
summary. A line has its amount in MOA+203; the number that it is about stands in an item
description (IMD) whose code says so, in a reference (RFF), or in its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise, takewhile

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.telecom.billing.amounts import (
    day_of,
    exact_amount_of,
    permille_of,
    units_of,
)
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.billing.charging import month_of
from inventory.telecom.billing.drafts import DraftLine, InvoiceDraft, number_in
from inventory.telecom.billing.edifact_syntax import Segment, messages_of
from inventory.telecom.billing.line_rounding import whole_amounts

_CREDIT = ("381", "83", "396", "261", "262")
"""BGM 1001: kinds of credit notes."""
_NUMBER_CODES = ("F88", "B01")
"""IMD 7009: the calling number, as ELFE and ELMO invoices write it."""
_CARD_CODES = ("06", "006")
"""IMD 7009: the SIM card."""
_NUMBER_REFERENCES = ("AVZ", "ACD", "AFO", "ABO")
_ACCOUNT_REFERENCES = ("ADE", "IT", "AVC", "CT", "BC", "CR")
"""RFF 1153: account, internal customer number, ..., contract, customer reference."""
_ALLOWANCES = ("8", "23", "131", "204")
"""MOA 5025 behind ALC: amounts of allowances and charges."""
_DAYS = {
    **dict.fromkeys(("137", "3"), "on"),
    **dict.fromkeys(("13", "140", "265"), "due"),
    **dict.fromkeys(("158", "167", "194"), "first"),
    **dict.fromkeys(("159", "168", "206"), "last"),
    **dict.fromkeys(("263", "322", "324"), "period"),
}
"""DTM 2005: of the document, due, and the billed period or its ends."""


def read_edifact(data: bytes, said: Said) -> list[InvoiceDraft]:
    """Return the invoices of an interchange.

    Args:
        data: The file, from UNA or UNB on.
        said: What holds where an invoice does not say it.

    Raises:
        Invalid: It is broken, holds no INVOIC, or a field is not what it must be.
    """
    found = [_Invoice(one, said).draft() for one in messages_of(data, "INVOIC")]
    if not found:
        raise Invalid(
            N_("The file holds no INVOIC message."),
            where="file",
            remedy=N_("Load the invoice, not an order or an acknowledgement."),
        )
    return found


class _Invoice:
    """A message: its heading, LIN groups and summary."""

    def __init__(self, segments: Sequence[Segment], said: Said) -> None:
        starts = [n for n, one in enumerate(segments) if one.tag == "LIN"]
        ends = [n for n, one in enumerate(segments) if one.tag == "UNS"]
        end = ends[0] if ends else len(segments)
        bounds = [*(n for n in starts if n < end), end]
        self.said = said
        self.head = segments[: bounds[0]]
        self.summary = segments[end:]
        self.currency = next(
            (one.at(0, 1) for one in self.head if one.tag == "CUX"), said.currency
        )
        if not self.currency:
            raise _lacks("CUX")
        self.lines = [_Line(segments[n:m], self.currency) for n, m in pairwise(bounds)]

    def draft(self) -> InvoiceDraft:
        """Return the invoice.

        Raises:
            Invalid: It lacks its number or date.
        """
        document = next((one for one in self.head if one.tag == "BGM"), None)
        number = (document.at(1) if document else "") or self.said.number
        days = dict(reversed(list(_days_in(self.head))))
        on = days.get("on") or self.said.invoiced_on
        if not number or on is None:
            raise _lacks("DTM+137" if number else "BGM")
        first, last = self._period(days, on)
        sign = -1 if document and document.at(0) in _CREDIT else 1
        rest = list(_rest(self.head, self.currency))
        net, gross = self._totals(bool(rest))
        return InvoiceDraft(
            number=number,
            parties=tuple(_parties(self.head)),
            invoiced_on=on,
            due_on=days.get("due"),
            first_day=first,
            last_day=last,
            currency=self.currency,
            lines=tuple(self._lines(rest, net, sign)),
            net=None if net is None else sign * net,
            gross=None if gross is None else sign * gross,
        )

    def _period(self, days: dict[str, date], on: date) -> tuple[date, date]:
        firsts = [one.days["first"] for one in self.lines if "first" in one.days]
        lasts = [one.days["last"] for one in self.lines if "last" in one.days]
        first = days.get("first") or self.said.first_day or min(firsts, default=None)
        last = days.get("last") or self.said.last_day or max(lasts, default=None)
        first = first or month_of(last or on)
        return first, max(first, last or on)

    def _totals(self, with_rest: bool) -> tuple[int | None, int | None]:
        """Return net and gross: MOA 79 or 125, 77 or 86.

        125 stands once for each rate of tax: it is a total where there is one rate.
        """

        def told(code: str) -> int | None:
            texts = {
                one.at(0, 1)
                for one in self.summary
                if one.tag == "MOA" and one.at(0) == code
            }
            if len(texts) != 1:
                return None
            exact = exact_amount_of(texts.pop(), ".", self.currency, f"MOA+{code}")
            return int(exact) if exact.denominator == 1 else None

        gross = told("77")
        return told("125" if with_rest else "79"), told(
            "86"
        ) if gross is None else gross

    def _lines(
        self, rest: Sequence[tuple[Fraction, str]], total: int | None, sign: int
    ) -> Iterator[DraftLine]:
        """Yield lines in whole units, then what holds for the whole invoice."""
        above = {one.parent for one in self.lines}
        # A line that others name as theirs sums them up.
        lines = [one for one in self.lines if one.number not in above]
        exact = [one.net for one in lines] + [net for net, _ in rest]
        nets = whole_amounts(exact, total)
        for place, one in enumerate(lines):
            yield DraftLine(
                row=place + 1,
                key=one.key or number_in(one.text),
                text=one.text or one.key,
                net=sign * nets[place],
                vat_permille=permille_of(f"{one.rate} %", "TAX") if one.rate else None,
                units=units_of(one.units, ".") if one.units else None,
            )
        for place, (_, rate) in enumerate(rest, len(lines)):
            yield DraftLine(
                row=place + 1,
                key="",
                text="Charge" if nets[place] > 0 else "Discount",
                net=sign * nets[place],
                vat_permille=permille_of(f"{rate} %", "TAX") if rate else None,
            )


class _Line:
    """A LIN group.

    Attributes:
        number: Of the line.
        parent: Number of the line that sums it up; `-` without (LIN 1222, 1082).
        net: Minor units with what is finer than one.
        key: The number, ICCID or circuit it is about; empty: see its text.
    """

    def __init__(self, segments: Sequence[Segment], currency: str) -> None:
        head = segments[0]
        self.number, self.parent = head.at(0), head.at(3, 1) or "-"
        amounts = [one for one in segments if one.tag == "MOA" and one.at(0) == "203"]
        self.net = Fraction()
        if amounts:
            text = amounts[0].at(0, 1)
            self.net = exact_amount_of(text, ".", currency, "MOA+203")
        self.days = dict(_days_in(segments))
        self.rate = _one(segments, "TAX", 4, 3)
        self.units = next(
            (
                one.at(0, 1)
                for one in segments
                if one.tag == "QTY" and one.at(0) in ("12", "46", "47")
            ),
            "",
        )
        self.key, self.text = _described(segments)


def _described(segments: Iterable[Segment]) -> tuple[str, str]:
    """Return the number that a line is about, and its text."""
    number, card, other = "", "", ""
    texts: list[str] = []
    for one in segments:
        if one.tag == "IMD":
            codes = {one.at(1), one.at(2), one.at(2, 1)}
            text = " ".join(filter(None, (one.at(2, 3), one.at(2, 4))))
            if codes.intersection(_NUMBER_CODES):
                number = number or text or one.at(2, 2)
            elif codes.intersection(_CARD_CODES):
                card = card or text or one.at(2, 2)
            else:
                texts.append(text)
        elif one.tag == "RFF" and one.at(0) in _NUMBER_REFERENCES:
            other = other or one.at(0, 1)
        elif one.tag == "FTX":
            texts.append(" ".join(filter(None, (one.at(3, n) for n in range(5)))))
    return number or card or other, " ".join(dict.fromkeys(filter(None, texts)))


def _rest(head: Iterable[Segment], currency: str) -> Iterator[tuple[Fraction, str]]:
    """Yield allowances and charges of the whole invoice: minor units, rate of tax."""
    segments = list(head)
    for place, one in enumerate(segments):
        if one.tag != "ALC":
            continue
        group = list(takewhile(lambda each: each.tag != "ALC", segments[place + 1 :]))
        for each in group:
            if each.tag == "MOA" and each.at(0) in _ALLOWANCES:
                net = abs(exact_amount_of(each.at(0, 1), ".", currency, "ALC"))
                yield net if one.at(0) == "C" else -net, _one(group, "TAX", 4, 3)
                break


def _parties(head: Iterable[Segment]) -> Iterator[str]:
    """Yield numbers by which the invoice names who pays it."""
    for one in head:
        if one.tag == "RFF" and one.at(0) in _ACCOUNT_REFERENCES:
            yield one.at(0, 1)
        elif one.tag == "NAD" and one.at(0) in ("BY", "DP", "IV", "MR"):
            yield one.at(1)


def _days_in(segments: Iterable[Segment]) -> Iterator[tuple[str, date]]:
    """Yield the days that DTM segments say; 2379 718 and its like are two days."""
    for one in segments:
        name = _DAYS.get(one.at(0)) if one.tag == "DTM" else None
        text = one.at(0, 1)
        where = f"DTM+{one.at(0)}"
        if name == "period":
            half = len(text) // 2
            if one.at(0, 2) in ("711", "713", "718"):
                yield "first", _day(text[:half], where)
                yield "last", _day(text[half:].lstrip("-"), where)
        elif name is not None:
            yield name, _day(text, where)


def _day(text: str, where: str) -> date:
    whole = text[:8] if len(text) >= 8 else f"20{text[:6]}"
    return day_of(whole, ("%Y%m%d",), where)


def _one(segments: Iterable[Segment], tag: str, element: int, component: int) -> str:
    return next((one.at(element, component) for one in segments if one.tag == tag), "")


def _lacks(what: str) -> Invalid:
    return Invalid(
        N_("The invoice lacks {path}."),
        where="file",
        remedy=N_("Ask the provider for a whole one, or say it beside the file."),
        path=what,
    )
