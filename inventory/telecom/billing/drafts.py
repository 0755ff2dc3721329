"""An invoice as it was read from whatever file, and what must add up. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inventory.kernel.errors import Invalid
from inventory.kernel.money import Money, MoneyError
from inventory.kernel.texts import N_

_NUMBER = re.compile(r"\+?\d[\d /().-]{6,24}\d")


def number_in(text: str) -> str:
    """Return the first number that a text holds, as it stands there; empty: none."""
    found = _NUMBER.search(text)
    return found.group() if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A total of an invoice.

    Attributes:
        row: Row of the file, or number of the line.
        key: Number, ICCID, circuit id; empty: the account itself.
        text: As it stands there.
        charge_type: As the layout says; empty: by its words.
        net: Minor units.
        vat_permille: Rate of value added tax; None: not said.
        units: Minutes, megabytes, messages; None: not said.
    """

    row: int
    key: str
    text: str
    charge_type: str = ""
    net: int
    vat_permille: int | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDraft:
    """An invoice that was read, before it is loaded.

    Attributes:
        account: Customer account as a column of its own says it; empty: not said.
        parties: Numbers by which an electronic invoice names us: the account may be
            one of them, and none has to be.
        net: As it stands there, in minor units; None: not said.
        gross: Likewise.
    """

    number: str
    account: str = ""
    parties: Sequence[str] = ()
    invoiced_on: date
    due_on: date | None = None
    first_day: date
    last_day: date
    currency: str
    lines: Sequence[DraftLine]
    net: int | None = None
    vat: int | None = None
    gross: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of an invoice in minor units: net + vat = gross."""

    net: int
    vat: int
    gross: int


def totals_of(draft: InvoiceDraft) -> Totals:
    """Return the totals of an invoice, checked against its lines.

    Raises:
        Invalid: A total is not the sum of what it sums up; says by how much.
    """
    if not draft.lines:
        raise Invalid(
            N_("The invoice {number} has no lines."),
            where="file",
            remedy=N_("Load the file with the totals by number."),
            number=draft.number,
        )
    net = sum(line.net for line in draft.lines)
    if draft.net is not None and draft.net != net:
        raise _differs(draft, "net", draft.net, net)
    vat = draft.vat
    if vat is None:
        vat = 0 if draft.gross is None else draft.gross - net
    gross = net + vat
    if draft.gross is not None and draft.gross != gross:
        raise _differs(draft, "gross", draft.gross, gross)
    return Totals(net, vat, gross)


def _differs(draft: InvoiceDraft, name: str, told: int, found: int) -> Invalid:
    return Invalid(
        N_(
            "The {name} total of invoice {number} is {told}, but its lines come to"
            " {found}: {difference} are missing or too much."
        ),
        where=name,
        remedy=N_("Ask the provider for a correct file; nothing was loaded."),
        name=name,
        number=draft.number,
        told=_text(told, draft.currency),
        found=_text(found, draft.currency),
        difference=_text(told - found, draft.currency),
    )


def _text(minor: int, currency: str) -> str:
    try:
        return str(Money(minor, currency))
    except MoneyError:
        return str(minor)
