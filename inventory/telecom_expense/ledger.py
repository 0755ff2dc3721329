"""General ledger accounts of telecom in the chart of accounts of a legal entity.

An account of the chart says what it is for: `telecom: expense`. Imports `fixed_assets`.
"""

from __future__ import annotations

from sqlalchemy import Connection

from inventory.fixed_assets.rulebooks import rulebook_of

SHIPPED = {
    "expense": "4920",
    "accrual": "1605",
    "payable": "1610",
    "dispute": "1630",
    "vat": "1576",
}
"""Codes of the chart that comes along, for entities without one of their own."""


def ledger_of(connection: Connection, legal_entity_id: int) -> dict[str, str]:
    """Return the codes of expense, accrual, payable, dispute and vat."""
    found = dict(SHIPPED)
    book = rulebook_of(connection, legal_entity_id)
    accounts = book["document"].get("accounts", {}) if book else {}
    for code, row in accounts.items():
        use = row.get("telecom")
        if use in found:
            found[use] = str(code)
    return found
