"""Loads the tables of every context, by name. Imports `tables` only.

Contexts stand above storage, so storage must not import them; Alembic and the tests
nevertheless need the whole metadata. The names are data.
"""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import MetaData

from inventory.storage.tables import METADATA

TABLE_MODULES = (
    "inventory.storage.tables",
    "inventory.storage.job_runs",
    "inventory.jobs.tables",
    "inventory.jobs.file_tables",
    "inventory.jobs.collector_tables",
    "inventory.people.tables",
    "inventory.people.account_tables",
    "inventory.people.sign_in_tables",
    "inventory.assets.register.tables",
    "inventory.assets.identifiers.tables",
    "inventory.assets.stock.tables",
    "inventory.assets.custody.acceptance_tables",
    "inventory.assets.register.detail_tables",
    "inventory.assets.contracts.tables",
    "inventory.assets.stocktake.tables",
    "inventory.network.tables",
    "inventory.accounting.tables",
    "inventory.accounting.rates.tables",
    "inventory.accounting.leases.tables",
    "inventory.directory.tables",
    "inventory.outbox.tables",
    "inventory.provisioning.tables",
    "inventory.provisioning.case_tables",
    "inventory.outbox.mail_tables",
    "inventory.telecom.tables",
    "inventory.vault.tables",
    "inventory.telecom.estate.tables",
    "inventory.telecom.estate.charge_tables",
    "inventory.telecom.estate.invoice_tables",
    "inventory.backup.tables",
)


def load_tables() -> MetaData:
    """Import every module that defines tables and return the metadata of them all.

    Raises:
        ImportError: A module in the list cannot be imported; nothing is skipped.
    """
    for name in TABLE_MODULES:
        import_module(name)
    return METADATA
