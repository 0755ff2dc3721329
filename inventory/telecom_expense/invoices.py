"""Loading an invoice of a carrier, matching it, loading it again.

All of a file is loaded or nothing. The same file again changes nothing; another file
of the same number is refused once the invoice was approved, and replaces it before.
Imports `estate`, `billing` and `bulk`'s tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inventory.bulk.files.tabular import read_table
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.billing.carrier_files import Said, read_rows
from inventory.telecom.billing.charge_types import ChargeTypes
from inventory.telecom.billing.drafts import InvoiceDraft, Totals, totals_of
from inventory.telecom.billing.edifact import read_edifact
from inventory.telecom.billing.edifact_syntax import is_edifact
from inventory.telecom.billing.electronic import is_xml, read_electronic
from inventory.telecom.billing.invoice_pdf import is_pdf, xml_of_pdf
from inventory.telecom.billing.layouts import Layout
from inventory.telecom.billing.matching import BilledLine, Matched, match
from inventory.telecom.estate.card_numbers import bare
from inventory.telecom.estate.invoice_tables import (
    CarrierInvoice,
    CarrierInvoiceLine,
    InvoiceFinding,
)
from inventory.telecom.estate.tables import ProviderAccount, TelecomProvider
from inventory.telecom_expense.estate import estate_of, forget_matches, key_of

LARGEST = 50_000_000
"""Bytes of a file; a year of totals of 20,000 numbers has a tenth of it."""

_LINE = table_of(CarrierInvoiceLine)
_FINDING = table_of(InvoiceFinding)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did.

    Attributes:
        invoice_id: The last invoice of the file.
        invoices: How many it has.
        already: All of them were there, from the same file; nothing was changed.
        lines: Lines of all.
        findings: What does not fit.
    """

    invoice_id: int
    invoices: int
    already: bool
    lines: int
    findings: int


def read_file(data: bytes, layout: Layout, said: Said) -> list[InvoiceDraft]:
    """Return the invoices of a file: CSV, XLSX, UBL, CII, ZUGFeRD or EDIFACT.

    Raises:
        Invalid: It cannot be read; says what, where and how to mend it.
    """
    if len(data) > LARGEST:
        raise Invalid(
            N_("The file has more than {most} bytes."),
            where="file",
            remedy=N_("Load totals by number, not single calls."),
            most=LARGEST,
        )
    if is_pdf(data):
        data = xml_of_pdf(data)
    if is_edifact(data):
        return read_edifact(data, said)
    if is_xml(data):
        return read_electronic(data, said)
    table = read_table(
        _as_utf8(data, layout), delimiter=layout.delimiter, decimal=layout.decimal
    )
    rows = [(1, table.header), *table.rows]
    return read_rows(rows, layout, said)


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """A file of a carrier that was read, not yet loaded.

    Attributes:
        drafts: Its invoices.
        profile: Name of the layout.
        digest: SHA-256 of the file: the same file again changes nothing.
    """

    drafts: Sequence[InvoiceDraft]
    profile: str
    digest: str


def open_file(data: bytes, layout: Layout, said: Said, currency: str) -> InvoiceFile:
    """Read the invoices of a file; needs no database, so that nobody waits for it.

    Args:
        data: The file.
        layout: How to read a table.
        said: What holds where the file does not say it.
        currency: Of the account, where neither file nor layout has one.

    Raises:
        Invalid: It cannot be read; says what, where and how to mend it.
    """
    said = replace(said, currency=said.currency or layout.currency or currency)
    digest = hashlib.sha256(data).hexdigest()
    return InvoiceFile(read_file(data, layout, said), layout.name, digest)


def load_file(
    work: UnitOfWork, account_id: int, file: InvoiceFile, types: ChargeTypes
) -> Loaded:
    """Load the invoices of a file and match them.

    Args:
        work: The unit of work; the caller commits.
        account_id: The account they are of.
        file: What was read.
        types: The kinds of charges there are.

    Raises:
        Invalid: A total is not the sum of its lines.
        Conflict: An invoice of that number was approved with other content.
        NotAllowed: It is of another account or in another currency.
    """
    account = get(work.connection, ProviderAccount, account_id, lock=True)
    drafts = file.drafts
    totals = [totals_of(draft) for draft in drafts]
    for draft in drafts:
        _check_account(work.connection, account, draft)
    known = [_known(work, account_id, draft, file.digest) for draft in drafts]
    if all(row is not None and row["digest"] == file.digest for row in known):
        return _already(work, [int(row["id"]) for row in known if row])
    ids, found = [], 0
    for draft, total, row in zip(drafts, totals, known, strict=True):
        if row is not None:
            _remove(work, row["id"])
        invoice_id = _write(work, account, draft, total, file, types)
        found += match_invoice(work, invoice_id, types)
        ids.append(invoice_id)
    lines = sum(len(draft.lines) for draft in drafts)
    return Loaded(ids[-1], len(ids), False, lines, found)


def match_invoice(work: UnitOfWork, invoice_id: int, types: ChargeTypes) -> int:
    """Compare an invoice with the estate as it is now; return how much does not fit.

    What was decided about the same finding before stays decided.

    Raises:
        NotAllowed: It was approved.
    """
    row = get(work.connection, CarrierInvoice, invoice_id, lock=True)
    if row["state"] == "approved":
        raise NotAllowed(
            N_("Invoice {number} was approved."),
            remedy=N_("Take the approval back first."),
            number=row["number"],
        )
    account = get(work.connection, ProviderAccount, row["account_id"])
    decided = _decided(work, invoice_id)
    forget_matches(work.connection, invoice_id)
    estate = estate_of(
        work.connection,
        account,
        types,
        row["first_day"],
        row["last_day"],
        besides=invoice_id,
    )
    ids, billed = _billed_lines(work, invoice_id)
    found = match(estate, account["id"], billed, row["first_day"], row["last_day"])
    _keep(work.connection, invoice_id, ids, found, decided)
    told = {"findings": len(found.findings)}
    work.audit("telecom_invoice", invoice_id, "match", None, told)
    return len(found.findings)


def _keep(
    connection: Connection,
    invoice_id: int,
    ids: Mapping[int, int],
    found: Matched,
    decided: Mapping[Any, dict[str, Any]],
) -> None:
    """Write what was matched and found; what was decided before stays decided."""
    changed = [
        {
            "number": ids[position],
            "line": found.lines.get(position),
            "charge": found.charges.get(position),
        }
        for position in sorted(found.lines.keys() | found.charges.keys())
    ]
    if changed:
        connection.execute(_MATCHED, changed)
    rows: list[dict[str, Any]] = []
    for one in found.findings:
        finding: dict[str, Any] = {
            "invoice_id": invoice_id,
            "invoice_line_id": ids.get(one.position or 0),
            "line_id": one.line_id,
            "charge_id": one.charge_id,
            "kind": one.kind,
            "about": one.about[:500],
            "expected_minor": one.expected,
            "billed_minor": one.billed,
            "difference_minor": one.difference,
        }
        key = (one.kind, one.position, one.charge_id, one.difference)
        finding |= decided.get(key, _OPEN)
        rows.append(finding)
    if rows:
        connection.execute(insert(_FINDING), rows)


_OPEN: dict[str, Any] = {
    "state": "open",
    "remark": "",
    "decided_by": None,
    "decided_at": None,
    "credited_minor": 0,
}
_MATCHED = (
    update(_LINE)
    .where(id_of(CarrierInvoiceLine) == bindparam("number"))
    .values(line_id=bindparam("line"), charge_id=bindparam("charge"))
)


def _as_utf8(data: bytes, layout: Layout) -> bytes:
    """Return a CSV file in UTF-8; workbooks and what has a byte-order mark stay."""
    if data[:2] in (b"PK", b"\xff\xfe", b"\xfe\xff"):
        return data
    for encoding in ("utf-8-sig", layout.encoding, "cp1252"):
        try:
            return data.decode(encoding).encode()
        except (UnicodeDecodeError, LookupError):
            continue
    return data


def _check_account(connection: Connection, account: Row, draft: InvoiceDraft) -> None:
    own = _number(account["number"])
    told = draft.account
    if not told and own not in map(_number, draft.parties):
        # Whatever else an electronic invoice calls us by, only a number that is the
        # account of others tells that it was meant for them.
        numbers = connection.execute(select(col(ProviderAccount.number))).scalars()
        others = {_number(one) for one in numbers}
        told = next((one for one in draft.parties if _number(one) in others), "")
    if told and _number(told) != own:
        raise NotAllowed(
            N_("Invoice {number} is of account {told}, not of {own}."),
            where="account",
            remedy=N_("Load it at that account."),
            number=draft.number,
            told=told[:40],
            own=account["number"],
        )
    if draft.currency != account["currency"]:
        raise NotAllowed(
            N_("Invoice {number} is in {currency}, the account in {kept}."),
            where="currency",
            remedy=N_("Correct the currency of the account, or load another file."),
            number=draft.number,
            currency=draft.currency,
            kept=account["currency"],
        )


def _number(account: str) -> str:
    """Return what accounts are compared by."""
    return bare(account).casefold().lstrip("0")


def _known(
    work: UnitOfWork, account_id: int, draft: InvoiceDraft, digest: str
) -> Row | None:
    row = find(
        work.connection, CarrierInvoice, account_id=account_id, number=draft.number
    )
    if row is not None and row["digest"] != digest and row["state"] == "approved":
        raise Conflict(
            N_("Invoice {number} was approved, and this file of it is another one."),
            where="file",
            remedy=N_("Take the approval back first, or load a credit note."),
            number=draft.number,
        )
    return row


def _already(work: UnitOfWork, ids: Sequence[int]) -> Loaded:
    lines = work.connection.execute(
        select(col(CarrierInvoiceLine.invoice_id)).where(
            col(CarrierInvoiceLine.invoice_id).in_(ids)
        )
    ).all()
    found = work.connection.execute(
        select(col(InvoiceFinding.invoice_id)).where(
            col(InvoiceFinding.invoice_id).in_(ids)
        )
    ).all()
    return Loaded(ids[-1], len(ids), True, len(lines), len(found))


def _remove(work: UnitOfWork, invoice_id: int) -> None:
    """Remove an invoice that was not approved: a later file of it takes its place."""
    forget_matches(work.connection, invoice_id)
    work.connection.execute(
        delete(_LINE).where(col(CarrierInvoiceLine.invoice_id) == invoice_id)
    )
    work.connection.execute(
        delete(table_of(CarrierInvoice)).where(id_of(CarrierInvoice) == invoice_id)
    )
    work.audit("telecom_invoice", invoice_id, "replace", {"id": invoice_id}, None)


def _write(
    work: UnitOfWork,
    account: Row,
    draft: InvoiceDraft,
    total: Totals,
    file: InvoiceFile,
    types: ChargeTypes,
) -> int:
    provider = get(work.connection, TelecomProvider, account["provider_id"])
    invoice_id = add(
        work,
        CarrierInvoice,
        {
            "account_id": account["id"],
            "number": draft.number[:100],
            "invoiced_on": draft.invoiced_on,
            "due_on": draft.due_on,
            "first_day": draft.first_day,
            "last_day": draft.last_day,
            "currency": draft.currency,
            "net_minor": total.net,
            "vat_minor": total.vat,
            "gross_minor": total.gross,
            "profile": file.profile,
            "digest": file.digest,
        },
        action="load",
    )
    work.connection.execute(
        insert(_LINE),
        [
            {
                "invoice_id": invoice_id,
                "position": place,
                "key": key_of(line.key, provider["country"], account["number"])[:100],
                "text": line.text[:500],
                "charge_type": line.charge_type or types.recognise(line.text),
                "net_minor": line.net,
                "vat_permille": line.vat_permille,
                "units": line.units,
            }
            for place, line in enumerate(draft.lines, 1)
        ],
    )
    return invoice_id


def _billed_lines(
    work: UnitOfWork, invoice_id: int
) -> tuple[dict[int, int], list[BilledLine]]:
    """Return position -> id, and the lines as matching takes them."""
    query = (
        select(_LINE)
        .where(col(CarrierInvoiceLine.invoice_id) == invoice_id)
        .order_by(col(CarrierInvoiceLine.position))
    )
    rows = work.connection.execute(query).mappings().all()
    ids = {row["position"]: row["id"] for row in rows}
    lines = [
        BilledLine(
            position=row["position"],
            key=row["key"],
            text=row["text"],
            charge_type=row["charge_type"],
            net=row["net_minor"],
            vat_permille=row["vat_permille"],
        )
        for row in rows
    ]
    return ids, lines


def _decided(work: UnitOfWork, invoice_id: int) -> dict[Any, dict[str, Any]]:
    """Return what was decided about findings, by what they are about."""
    query = (
        select(_FINDING, col(CarrierInvoiceLine.position))
        .outerjoin(_LINE, id_of(CarrierInvoiceLine) == _FINDING.c.invoice_line_id)
        .where(
            col(InvoiceFinding.invoice_id) == invoice_id,
            col(InvoiceFinding.state) != "open",
        )
    )
    return {
        (row["kind"], row["position"], row["charge_id"], row["difference_minor"]): {
            name: row[name] for name in _OPEN
        }
        for row in work.connection.execute(query).mappings()
    }


def load_types(work: UnitOfWork, invoice_id: int, types: ChargeTypes) -> int:
    """Recognise the lines of an invoice whose type was unknown anew; return how many.

    For words that were added to the data file after it was loaded.
    """
    query = select(_LINE).where(
        col(CarrierInvoiceLine.invoice_id) == invoice_id,
        col(CarrierInvoiceLine.charge_type) == "",
    )
    changed = 0
    for row in work.connection.execute(query).mappings().all():
        found = types.recognise(row["text"])
        if found:
            change(work, CarrierInvoiceLine, row["id"], {"charge_type": found})
            changed += 1
    return changed
