"""The rules of a legal entity: those it opened its books with, or those of the site.

May import the contexts; knows nothing of what stands above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.catalogue.asset_classes import (
    Rules,
    RulesError,
    with_document,
)
from inventory.accounting.catalogue.templates import as_json, merged
from inventory.accounting.model.row_codec import canonical
from inventory.accounting.tables import Rulebook
from inventory.kernel.errors import Invalid
from inventory.storage.rows import Row, add, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_RULEBOOK = table_of(Rulebook)
_read: dict[tuple[int, str], Rules] = {}
_MOST_READ = 256

DEFAULT_COST_CENTRE = "default_cost_centre"
"""Key of the document: code of who bears what nobody bears."""


def rulebook_of(connection: Connection, legal_entity_id: int) -> Row | None:
    """Return the rulebook of a legal entity that holds; None if it has none."""
    query = (
        select(_RULEBOOK)
        .where(col(Rulebook.legal_entity_id) == legal_entity_id)
        .order_by(id_of(Rulebook).desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def rules_of_entity(
    connection: Connection, rules: Rules, legal_entity_id: int
) -> Rules:
    """Return the rules of a legal entity.

    Args:
        connection: Where rulebooks are.
        rules: Those of the site, which hold for entities without a rulebook; presets,
            tables and limits are always theirs.
        legal_entity_id: The legal entity.
    """
    row = rulebook_of(connection, legal_entity_id)
    return rules if row is None else _rules(rules, row["document"])


def _rules(rules: Rules, document: Mapping[str, Any]) -> Rules:
    key = id(rules), canonical(document)
    if key not in _read:
        if len(_read) >= _MOST_READ:
            _read.clear()
        _read[key] = with_document(rules, document)
    return _read[key]


def keep_rulebook(
    work: UnitOfWork,
    rules: Rules,
    legal_entity_id: int,
    template: str,
    document: Mapping[str, Any],
) -> Rules:
    """Keep a document as the rulebook of a legal entity, on top of what it has.

    Args:
        work: The unit of work.
        rules: Those of the site.
        legal_entity_id: The legal entity.
        template: What the document was made from.
        document: Accounts, account sets, books and classes.

    Raises:
        Invalid: The document contradicts itself; names the place.
    """
    known = rulebook_of(work.connection, legal_entity_id)
    whole = merged(known["document"] if known else {}, as_json(document))
    try:
        read = with_document(rules, whole)
    except RulesError as error:
        raise Invalid(f"{error}.", where="template") from error
    if known is None or known["document"] != whole:
        add(
            work,
            Rulebook,
            {
                "legal_entity_id": legal_entity_id,
                "template": template,
                "document": whole,
            },
        )
    return read


def default_cost_centre(connection: Connection, legal_entity_id: int) -> str | None:
    """Return the code of the cost centre that bears what nobody bears; None: nobody."""
    row = rulebook_of(connection, legal_entity_id)
    code = row["document"].get(DEFAULT_COST_CENTRE) if row else None
    return str(code) if code else None
