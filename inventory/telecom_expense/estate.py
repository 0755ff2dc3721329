"""The estate as matching compares an invoice with it.

Imports `estate` and `billing`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from sqlalchemy import Connection, func, or_, select

from inventory.kernel.spans import Span
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.telecom.billing.charge_types import ChargeTypes
from inventory.telecom.billing.charging import ChargeTerms
from inventory.telecom.billing.matching import Estate, KnownCharge, KnownLine
from inventory.telecom.estate.card_numbers import bare
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.invoice_tables import (
    CarrierInvoice,
    CarrierInvoiceLine,
    InvoiceFinding,
)
from inventory.telecom.estate.tables import ProviderAccount, SimCard, TelecomLine
from inventory.telecom.numbers import to_e164

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
"""What is written so already is not parsed again: an invoice has thousands."""

_LINE = table_of(TelecomLine)
_ACCOUNT = table_of(ProviderAccount)
_CHARGE = table_of(RecurringCharge)
_INVOICE = table_of(CarrierInvoice)
_BILLED = table_of(CarrierInvoiceLine)


def estate_of(
    connection: Connection,
    account: Row,
    types: ChargeTypes,
    first_day: date,
    last_day: date,
    *,
    besides: int | None = None,
) -> Estate:
    """Return what is known when an invoice of an account comes.

    Args:
        connection: Where to look.
        account: The row of the account.
        types: The kinds of charges there are.
        first_day: First day that is billed.
        last_day: Last day that is billed.
        besides: An invoice that does not count as an earlier one: this one itself.
    """
    lines, keys = _lines(connection, account)
    return Estate(
        lines=lines,
        keys=keys,
        charges=_charges(connection, account, first_day, last_day),
        kinds={name: one.kind for name, one in types.types.items()},
        billed=_billed(connection, account, first_day, last_day, besides),
    )


def key_of(text: str, country: str, account: str) -> str:
    """Return a number, ICCID or circuit id as the estate has it; empty: the account.

    Args:
        text: As it stands on the invoice.
        country: ISO 3166, of numbers without a country code.
        account: Number of the account: what is about it is about no line.
    """
    plain = bare(text)
    if not plain or plain.casefold() == bare(account).casefold():
        return ""
    if _E164.fullmatch(plain) or (plain.isdecimal() and len(plain) >= 18):
        return plain
    for written in (text, f"+{plain}"):
        found = to_e164(written, country)
        if found is not None:
            return found
    return plain.casefold()


def _lines(
    connection: Connection, account: Row
) -> tuple[dict[int, KnownLine], dict[str, list[int]]]:
    """Return the lines of the legal entity, and by which keys they are known."""
    columns = _LINE.c
    query = (
        select(
            columns.id,
            columns.name,
            columns.account_id,
            columns.active_from,
            columns.ended_on,
            columns.e164,
            columns.circuit_id,
        )
        .join(_ACCOUNT, id_of(ProviderAccount) == columns.account_id)
        .where(col(ProviderAccount.legal_entity_id) == account["legal_entity_id"])
    )
    lines: dict[int, KnownLine] = {}
    keys: dict[str, list[int]] = defaultdict(list)
    for number, name, of, start, end, e164, circuit in connection.execute(query):
        lines[number] = KnownLine(
            id=number, name=name, account_id=of, active_from=start, ended_on=end
        )
        if e164:
            keys[e164].append(number)
        if circuit:
            keys[bare(circuit).casefold()].append(number)
    sims = select(col(SimCard.line_id), col(SimCard.iccid), col(SimCard.imsi)).where(
        col(SimCard.line_id).is_not(None)
    )
    for line, iccid, imsi in connection.execute(sims):
        for key in filter(None, (iccid, imsi)):
            if line in lines and line not in keys[key]:
                keys[key].append(line)
    return lines, dict(keys)


def _charges(
    connection: Connection, account: Row, first_day: date, last_day: date
) -> list[KnownCharge]:
    query = (
        select(_CHARGE)
        .where(
            col(RecurringCharge.account_id) == account["id"],
            col(RecurringCharge.currency) == account["currency"],
            col(RecurringCharge.valid_from) <= last_day,
            or_(
                col(RecurringCharge.valid_to).is_(None),
                func.coalesce(col(RecurringCharge.valid_to), first_day) > first_day,
            ),
        )
        .order_by(id_of(RecurringCharge))
    )
    return [
        KnownCharge(
            id=row["id"],
            line_id=row["line_id"],
            charge_type=row["charge_type"],
            item=row["item"],
            terms=ChargeTerms(
                row["amount_minor"],
                row["every_months"],
                Span(row["valid_from"], row["valid_to"]),
            ),
            vat_permille=row["vat_permille"],
        )
        for row in connection.execute(query).mappings()
    ]


def _billed(
    connection: Connection,
    account: Row,
    first_day: date,
    last_day: date,
    besides: int | None,
) -> dict[int, list[str]]:
    """Return which charges other invoices billed for some of the same days."""
    query = (
        select(col(CarrierInvoiceLine.charge_id), col(CarrierInvoice.number))
        .join(_INVOICE, id_of(CarrierInvoice) == col(CarrierInvoiceLine.invoice_id))
        .where(
            col(CarrierInvoice.account_id) == account["id"],
            col(CarrierInvoiceLine.charge_id).is_not(None),
            col(CarrierInvoice.first_day) <= last_day,
            col(CarrierInvoice.last_day) >= first_day,
            id_of(CarrierInvoice) != (besides or 0),
        )
        .distinct()
    )
    found: dict[int, list[str]] = defaultdict(list)
    for charge, number in connection.execute(query):
        if charge is not None:
            found[charge].append(number)
    return dict(found)


def forget_matches(connection: Connection, invoice_id: int) -> None:
    """Remove what was found of an invoice, so that it can be matched again."""
    connection.execute(
        table_of(InvoiceFinding)
        .delete()
        .where(col(InvoiceFinding.invoice_id) == invoice_id)
    )
    connection.execute(
        _BILLED.update()
        .where(col(CarrierInvoiceLine.invoice_id) == invoice_id)
        .values(line_id=None, charge_id=None)
    )
