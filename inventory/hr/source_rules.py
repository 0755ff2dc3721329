"""Rules of sources of staff that are in force, and their versions. Imports `storage`.

Every process reads them from the database, so that a change needs no restart. Until
somebody changes them, those of the site's files are in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, RootTransaction, select

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.provisioning.rules import Document, Rules, with_sources
from inventory.provisioning.staff_sources import checked, named_sources
from inventory.provisioning.statements.authority import is_directory
from inventory.provisioning.tables import HrSource, StaffSources
from inventory.storage.rows import Row, add, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_TABLE = table_of(StaffSources)
_READ: WeakKeyDictionary[RootTransaction, tuple[Rules, Rules]] = WeakKeyDictionary()
"""Transaction -> rules of the files, and in force: one decides by one version."""


def in_force(connection: Connection, files: Rules) -> Rules:
    """Return the rules that are in force.

    Args:
        connection: Of a transaction; it has the same rules until it ends.
        files: The rules of the site's files.

    Raises:
        Invalid: What is kept cannot be read by this version of Purser.
    """
    transaction = connection.get_transaction()
    had = None if transaction is None else _READ.get(transaction)
    if had is not None and had[0] is files:
        return had[1]
    document = _last(connection)
    rules = files if document is None else with_sources(files, document)
    transaction = connection.get_transaction()
    if transaction is not None:
        _READ[transaction] = (files, rules)
    return rules


def versions(connection: Connection) -> list[Row]:
    """Return all versions, the first one first."""
    query = select(_TABLE).order_by(id_of(StaffSources))
    return [dict(row) for row in connection.execute(query).mappings()]


def keep(
    work: UnitOfWork, files: Rules, document: dict[str, Any] | None, remark: str
) -> None:
    """Let rules be in force from now on; what says nothing new leaves no trace.

    Args:
        work: The caller commits.
        files: The rules of the site's files.
        document: The rules of sources; None: what the file says.
        remark: Why.

    Raises:
        Invalid: They are broken, or name a source that nobody knows.
    """
    if document is not None:
        checked(document, files)
        _check_known(work.connection, document, files.sources)
    if document == _last(work.connection):
        return
    values = {"document": document, "remark": remark, "actor": work.actor}
    add(work, StaffSources, values, action="create")
    transaction = work.connection.get_transaction()
    if transaction is not None:
        _READ.pop(transaction, None)


def _last(connection: Connection) -> Document | None:
    query = select(col(StaffSources.document)).order_by(id_of(StaffSources).desc())
    found: Document | None = connection.execute(query.limit(1)).scalar()
    return found


def _check_known(
    connection: Connection, document: Document, before: Mapping[str, Any]
) -> None:
    """Refuse a source that nobody knows: it would never be heard.

    Raises:
        Invalid: It names one.
    """
    known = set(connection.execute(select(col(HrSource.name))).scalars())
    known |= named_sources(before)
    unknown = sorted(
        one
        for one in named_sources(document) - known
        if not is_directory(one) and one != "scim"
    )
    if unknown:
        others = (document.get("authority") or {}).get("others") or ()
        raise Invalid(
            N_("There is no source {name}."),
            where="order" if unknown[0] in others else "field_order",
            remedy=N_("Add it to the HR sources first."),
            name=unknown[0],
        )
