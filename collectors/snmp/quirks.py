"""Agents that must be asked in a special way: by sysObjectID, as data. Pure.

A quirk is added with a row in `QUIRKS`.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from collectors.ports import Oid
from collectors.snmp.engine.device import Tuning
from collectors.snmp.smi_values import oid


@runtime_checkable
class Tunable(Protocol):
    """A session that takes advice on how to ask."""

    def tune(self, tuning: Tuning) -> None:
        """Ask in this way from now on."""
        ...


_IF_PHYS_ADDRESS = oid("1.3.6.1.2.1.2.2.1.6")
_CURRENT_EGRESS = oid("1.3.6.1.2.1.17.7.1.4.2.1.4")
_CURRENT_UNTAGGED = oid("1.3.6.1.2.1.17.7.1.4.2.1.5")
_STATIC_EGRESS = oid("1.3.6.1.2.1.17.7.1.4.3.1.2")
_POE = oid("1.3.6.1.2.1.105.1.1.1")

QUIRKS: tuple[tuple[Oid, Tuning], ...] = (
    # Foundry, Brocade, Ruckus ICX: GETBULK of these columns is never answered
    (
        oid("1.3.6.1.4.1.1991"),
        Tuning(no_bulk=(_IF_PHYS_ADDRESS, _CURRENT_EGRESS, _CURRENT_UNTAGGED)),
    ),
    # FS switches on Centec chips
    (oid("1.3.6.1.4.1.52642"), Tuning(no_bulk=(_STATIC_EGRESS,))),
    # Eltex
    (oid("1.3.6.1.4.1.35265"), Tuning(no_bulk=(_POE,))),
    # Grand Junction, the Catalyst 1900 line
    (oid("1.3.6.1.4.1.437"), Tuning(bulk=False)),
)


def tuning_for(object_id: object) -> Tuning | None:
    """Return how to ask the agent of a sysObjectID; None for the usual way.

    Of several rows that fit, the longest prefix counts.
    """
    if not isinstance(object_id, tuple):
        return None
    fitting = [row for row in QUIRKS if object_id[: len(row[0])] == row[0]]
    return max(fitting, key=lambda row: len(row[0]))[1] if fitting else None
