"""The MIB view of a device: every object its agent answers, by context. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from collectors.office.cabling import Scene
from collectors.office.errors import TruthError
from collectors.office.mibs import (
    addresses,
    bridge,
    cdp,
    cisco,
    entity,
    host,
    interfaces,
    lldp,
    poe,
    system,
    wireless,
)
from collectors.office.mibs.values import Rows

Section = Callable[[Scene, str], Rows]

SECTIONS: dict[str, Section] = {
    "system": system.system,
    "engine": system.engine,
    "objects": system.objects,
    "if": interfaces.if_table,
    "ifx": interfaces.ifx_table,
    "if-stack": interfaces.if_stack,
    "duplex": interfaces.duplex,
    "lag": interfaces.lag,
    "addresses": addresses.new_addresses,
    "old-addresses": addresses.old_addresses,
    "arp": addresses.new_arp,
    "old-arp": addresses.old_arp,
    "bridge": bridge.base,
    "bridge-vlan-1": bridge.base_of_vlan_1,
    "fdb": bridge.flat_fdb,
    "q-fdb": bridge.q_fdb,
    "q-fdb-junos": bridge.q_fdb_junos,
    "q-vlans": bridge.q_vlans,
    "q-vlans-junos": bridge.q_vlans_junos,
    "vtp": cisco.vtp,
    "membership": cisco.membership,
    "trunks": cisco.trunks,
    "lldp-local": lldp.local,
    "lldp": lldp.remote,
    "lldp-med": lldp.med_remote,
    "cdp": cdp.cache,
    "entity": entity.physical,
    "poe": poe.ports,
    "aruba-clients": wireless.aruba_clients,
    "host": host.resources,
}
"""Sections a model may list. `bridge-contexts` adds per-VLAN contexts instead."""

CONTEXTS = "bridge-contexts"


@dataclass(frozen=True, slots=True)
class View:
    """What an agent answers.

    Attributes:
        rows: The default context.
        contexts: VLAN id -> the objects of that context.
    """

    rows: Rows
    contexts: dict[str, Rows] = field(default_factory=dict)


def view(scene: Scene, key: str) -> View:
    """Return the view of a device; empty if its model has no agent.

    Raises:
        TruthError: The model lists a section that does not exist.
    """
    rows: Rows = {}
    contexts: dict[str, Rows] = {}
    for name in scene.model(key).sections:
        if name == CONTEXTS:
            contexts = bridge.per_vlan_contexts(scene, key)
        elif name in SECTIONS:
            rows |= SECTIONS[name](scene, key)
        else:
            known = ", ".join([*SECTIONS, CONTEXTS])
            model = scene.device(key).model
            raise TruthError(
                f"models.{model}.sections: no section {name!r}; there are: {known}"
            )
    return View(dict(sorted(rows.items())), contexts)
