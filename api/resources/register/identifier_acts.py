"""What an asset is recognised by besides tag and serial: MACs, IMEIs, UUIDs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.resources.declare import Input
from api.resources.references import AssetRef
from api.resources.register.shared import WRITERS
from inventory.assets.identifiers.rules import IdentifierKind
from inventory.assets.identifiers.service import add_identifiers, remove_identifiers
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

Values = Annotated[list[str], Field(default_factory=list, max_length=100)]
_KINDS = {
    "macs": IdentifierKind.MAC,
    "imeis": IdentifierKind.IMEI,
    "uuids": IdentifierKind.UUID,
}


class IdentifiersIn(Given):
    """MACs, IMEIs and UUIDs of an asset, in any spelling."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    macs: Annotated[Values, Input("MACs", hint="One a line.")]
    imeis: Annotated[Values, Input("IMEIs", hint="One a line.")]
    uuids: Annotated[Values, Input("UUIDs", hint="One a line.")]


def _given(given: IdentifiersIn) -> dict[IdentifierKind, list[str]]:
    values = {kind: getattr(given, name, None) or [] for name, kind in _KINDS.items()}
    if not any(values.values()):
        raise Invalid(N_("No identifier is given."), where="macs")
    return values


def _add(acting: Acting, given: IdentifiersIn) -> dict[str, Any]:
    changed = add_identifiers(acting.work, int(given.asset), _given(given))
    return {"asset_id": int(given.asset), "changed": changed}


def _remove(acting: Acting, given: IdentifiersIn) -> dict[str, Any]:
    pairs = [(kind, one) for kind, values in _given(given).items() for one in values]
    removed = remove_identifiers(acting.work, int(given.asset), pairs)
    return {"asset_id": int(given.asset), "removed": removed}


IDENTIFIER_ACTS = (
    Act(
        "add-identifiers",
        IdentifiersIn,
        _add,
        WRITERS,
        ref="asset",
        said=N_("Saved."),
        about="Add MACs, IMEIs or UUIDs to an asset; those it has stay.",
        many=True,
    ),
    Act(
        "remove-identifiers",
        IdentifiersIn,
        _remove,
        WRITERS,
        ref="asset",
        said=N_("Removed."),
        about="Take MACs, IMEIs or UUIDs from an asset.",
    ),
)
