"""What a device says of itself in LLDP and LLDP-MED (its local tables). Pure."""

from __future__ import annotations

from collectors.facts import Clue, Hardware
from collectors.snmp.neighbours.lldp_ids import capabilities, identifier
from collectors.snmp.smi_values import number, oid, some_text
from collectors.snmp.topic import Cells, Topic

_LOCAL = oid("1.0.8802.1.1.2.1.3")
CHASSIS_SUBTYPE = (*_LOCAL, 1, 0)
CHASSIS_ID = (*_LOCAL, 2, 0)
CAPABILITIES = (*_LOCAL, 6, 0)
_MED = oid("1.0.8802.1.1.2.1.5.4795.1")
DEVICE_CLASS = (*_MED, 1, 1, 0)
INVENTORY = tuple((*_MED, 2, arc, 0) for arc in range(2, 9))

TOPIC = Topic(
    "lldp-local",
    (),
    (CHASSIS_SUBTYPE, CHASSIS_ID, CAPABILITIES, DEVICE_CLASS, *INVENTORY),
)
_CHASSIS = {4: "mac", 5: "ip"}


def parse_local_inventory(cells: Cells) -> Hardware | None:
    """Return the device's own MED inventory, None without model and serial."""
    hardware, firmware, software, serial, maker, model, asset = (
        some_text(cells.scalar(instance)) for instance in INVENTORY
    )
    if not serial and not model:
        return None
    return Hardware(
        manufacturer=maker,
        model=model,
        serial=serial,
        asset_tag=asset,
        hardware_rev=hardware,
        firmware=firmware or software,
        source="snmp LLDP-EXT-MED-MIB local inventory",
    )


def parse_local_clues(cells: Cells) -> tuple[Clue, ...]:
    """Return chassis id, capabilities and MED class of the device itself."""
    source = "snmp LLDP-MIB local system"
    subtype = number(cells.scalar(CHASSIS_SUBTYPE))
    kind = _CHASSIS.get(subtype or 0, "local")
    chassis = identifier(kind, cells.scalar(CHASSIS_ID))[1]
    clues = [Clue("lldp-chassis", chassis, source)] if chassis else []
    clues += [
        Clue("lldp-capability", name, source)
        for name in capabilities(cells.scalar(CAPABILITIES), None)
    ]
    level = number(cells.scalar(DEVICE_CLASS))
    if level:
        clues.append(Clue("med-class", str(level), source))
    return tuple(clues)
