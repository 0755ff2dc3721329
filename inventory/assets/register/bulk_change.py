"""The same change for many assets, first as a preview. Imports `service`.

A preview is the change itself in a transaction that is rolled back, so it says exactly
what would happen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.assets.register.details import DETAILS
from inventory.assets.register.service import update_asset
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, get
from inventory.storage.work import UnitOfWork

CHANGEABLE = (
    *"name kind manufacturer category_id legal_entity_id location_id parent_id".split(),
    *DETAILS,
)
"""What many assets can be given at once; tag and serial are each one's own."""


def update_many(
    work: UnitOfWork,
    asset_ids: Sequence[int],
    changes: Mapping[str, Any],
    fields: Mapping[str, Any] | None = None,
) -> list[Row]:
    """Change many assets alike; return what became of each.

    The caller commits if no row has a problem, or rolls back a preview.

    Args:
        work: The unit of work.
        asset_ids: Which ones.
        changes: Column -> value; None clears it.
        fields: Fields of one's own -> value; None clears it.

    Returns:
        Rows with `asset_id`, `tag`, `changes` (name -> before and after) and `problem`.

    Raises:
        Invalid: Nothing is to be changed, or something that cannot be.
    """
    refused = changes.keys() - set(CHANGEABLE)
    if refused:
        raise Invalid(
            N_("{refused} cannot be changed for many."),
            refused=", ".join(sorted(refused)),
        )
    if not changes and not fields:
        raise Invalid(N_("Nothing is to be changed."), where="changes")
    return [
        _change(work, asset_id, dict(changes), fields or {})
        for asset_id in dict.fromkeys(asset_ids)
    ]


def _change(
    work: UnitOfWork, asset_id: int, changes: dict[str, Any], fields: Mapping[str, Any]
) -> Row:
    old = get(work.connection, Asset, asset_id)
    result: Row = {"asset_id": asset_id, "tag": old["tag"], "changes": {}}
    result["problem"] = None
    if fields:
        changes["fields"] = {
            key: value
            for key, value in {**old["fields"], **fields}.items()
            if value is not None
        }
    try:
        # What PostgreSQL refuses would end the transaction for the others, too.
        with work.connection.begin_nested():
            update_asset(work, asset_id, **changes)
    except InventoryError as error:
        result["problem"] = str(error)
        return result
    new = get(work.connection, Asset, asset_id)
    result["changes"] = {
        name: [old[name], new[name]]
        for name in new
        if old[name] != new[name] and name not in ("search", "serial_key")
    }
    return result
