"""The letter that gives notice, as PDF in English and Indonesian. Imports fpdf2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from inventory.assets.labels.media import A4
from inventory.assets.labels.printing import new_pdf
from inventory.people.tables import LegalEntity
from inventory.storage.rows import Row, col, get, table_of
from inventory.telecom.estate.agreements import terms_of
from inventory.telecom.estate.notice import exit_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    ProviderAccount,
    TelecomLine,
    TelecomProvider,
)

LANGUAGES = ("en", "id")
_MARGIN = 25.0
_MONTHS_ID = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Notice of termination: contract {contract}, account {account}",
        "greeting": "Dear Sir or Madam,",
        "body": (
            "we hereby give notice of contract {contract}, account {account}, with"
            " effect from the end of {ends_by}, or else from the next possible date."
        ),
        "lines": "The notice is about these lines:",
        "all": "The notice is about all lines of the contract.",
        "confirm": (
            "Please confirm this notice and the last day of the contract in writing."
            " We keep the right to port the numbers; do not release them before."
        ),
        "end": "Yours faithfully,",
    },
    "id": {
        "subject": "Pengakhiran kontrak {contract}, akun {account}",
        "greeting": "Dengan hormat,",
        "body": (
            "dengan ini kami mengakhiri kontrak {contract}, akun {account}, terhitung"
            " sejak akhir {ends_by}, atau pada tanggal terdekat yang dimungkinkan."
        ),
        "lines": "Pengakhiran ini meliputi saluran berikut:",
        "all": "Pengakhiran ini meliputi semua saluran dalam kontrak.",
        "confirm": (
            "Mohon konfirmasi tertulis atas pengakhiran ini dan hari terakhir kontrak."
            " Kami berhak memindahkan nomor; mohon nomor tidak dilepas sebelumnya."
        ),
        "end": "Hormat kami,",
    },
}


def day_in(language: str, day: date) -> str:
    """Return a day in words of a language."""
    if language == "id":
        return f"{day.day} {_MONTHS_ID[day.month - 1]} {day.year}"
    return f"{day.day} {day:%B} {day.year}"


def notice_letter(
    connection: Connection,
    contract_id: int,
    language: str,
    today: date,
    lines: Sequence[str] = (),
) -> bytes:
    """Return the letter that gives notice of a contract.

    Args:
        connection: Where the contract is.
        contract_id: The contract.
        language: One of `LANGUAGES`.
        today: The date of the letter; the way out is seen from there.
        lines: Names of lines that it is about; empty: all.

    Raises:
        NotFound: There is no such contract.
    """
    contract = get(connection, CarrierContract, contract_id)
    account = get(connection, ProviderAccount, contract["account_id"])
    provider = get(connection, TelecomProvider, account["provider_id"])
    entity = get(connection, LegalEntity, account["legal_entity_id"])
    words = {
        "contract": contract["number"],
        "account": account["number"],
        "ends_by": day_in(language, exit_of(terms_of(contract), today).ends_on),
    }
    about = _about(connection, contract_id, lines)
    return _drawn(language, words, provider, entity, about, today)


def _about(
    connection: Connection, contract_id: int, lines: Sequence[str]
) -> list[Row] | None:
    if not lines:
        return None
    table = table_of(TelecomLine)
    query = select(table).where(
        col(TelecomLine.contract_id) == contract_id, col(TelecomLine.name).in_(lines)
    )
    found = connection.execute(query.order_by(table.c.name)).mappings()
    return [dict(row) for row in found]


def _drawn(
    language: str,
    words: Mapping[str, Any],
    provider: Row,
    entity: Row,
    about: list[Row] | None,
    today: date,
) -> bytes:
    texts = _TEXTS[language]
    pdf, pen = new_pdf(A4)
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.set_title(texts["subject"].format_map(words))
    pdf.set_lang(language)
    pdf.add_page()
    pen.paragraph(entity["name"], 4.2, bold=True, gap=10)
    pen.paragraph(provider["address"] or provider["name"], 3.9, gap=10)
    pen.paragraph(day_in(language, today), 3.9, gap=6)
    pen.paragraph(texts["subject"].format_map(words), 4.4, bold=True, gap=5)
    pen.paragraph(texts["greeting"], 3.9, gap=3)
    pen.paragraph(texts["body"].format_map(words), 3.9, gap=3)
    pen.paragraph(texts["all" if about is None else "lines"], 3.9, gap=2)
    for row in about or ():
        number = row["e164"] or row["circuit_id"] or ""
        pen.paragraph(f"{row['name']}   {number}", 3.6, gap=0.5)
    pdf.ln(3)
    pen.paragraph(texts["confirm"], 3.9, gap=8)
    pen.paragraph(texts["end"], 3.9, gap=18)
    pen.paragraph("_" * 34, 3.9, gap=1)
    pen.paragraph(entity["name"], 3.6)
    return bytes(pdf.output())
