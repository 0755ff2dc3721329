"""Rows of neighbour tables as facts; a summary and its details joined. Pure."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from collectors import macs
from collectors.facts import MedInventory, Neighbour
from collectors.ssh.consoles import interface_names
from collectors.ssh.consoles.cells import Cells, address_of
from collectors.ssh.consoles.vocabulary import capabilities_of

_CLASS = re.compile(
    r"(?:class )?(?:endpoint class )?\b(III|II|I|[1-4])\b", re.IGNORECASE
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3}
_MED = (
    ("serial", "med_serial"),
    ("manufacturer", "med_manufacturer"),
    ("model", "med_model"),
    ("asset_id", "med_asset"),
    ("hardware_rev", "med_hardware"),
    ("firmware_rev", "med_firmware"),
    ("software_rev", "med_software"),
)
"""Field of the LLDP-MED inventory, field of the row."""


def neighbour_of(cells: Cells, protocol: str) -> Neighbour | None:
    """Return the neighbour of a row, without our port; None where it tells nothing."""
    name, chassis = cells.first("name"), cells.first("chassis_id")
    port, platform = cells.first("port"), cells.first("platform")
    if not (name or chassis or port):
        return None
    mac = macs.from_text(chassis or "")
    managed = [a[0] for t in cells.many("mgmt") if (a := address_of(t, None))]
    return Neighbour(
        protocol=protocol,
        chassis_id=mac or chassis,
        chassis_id_type="mac" if mac else "other",
        port_id=port,
        port_id_type="mac" if macs.from_text(port or "") else "ifname",
        port_descr=cells.first("port_descr"),
        sys_name=name,
        sys_descr=cells.first("descr"),
        capabilities=capabilities_of(cells.first("capabilities"), protocol, platform),
        management_addresses=tuple(dict.fromkeys(managed)),
        platform=platform,
        version=cells.first("version"),
        med=_med(cells) if protocol == "lldp" else None,
    )


def _med(cells: Cells) -> MedInventory | None:
    """Return the LLDP-MED inventory of a row, None where it tells nothing."""
    values = {name: cells.first(column) for name, column in _MED}
    found = _CLASS.search(cells.first("med_class") or "")
    number = (_ROMAN.get(found[1].lower()) or int(found[1])) if found else None
    if number is None and not any(values.values()):
        return None
    return replace(MedInventory(device_class=number), **values)  # type: ignore[arg-type]


def add_neighbour(known: list[Neighbour], row: Neighbour) -> None:
    """Add a row to those of its port; the same neighbour told again is filled up."""
    for position, other in enumerate(known):
        if same_neighbour(other, row):
            known[position] = fuller(other, row)
            return
    known.append(row)


def placed(row: Neighbour, summary: Neighbour) -> Neighbour:
    """Return a row without our port at the port where a summary has it."""
    at = {n: getattr(summary, n) for n in ("local_if_index", "local_port")}
    return fuller(replace(row, remote_index=summary.remote_index, **at), summary)


def same_neighbour(one: Neighbour, two: Neighbour) -> bool:
    """Whether two rows on one port are the same neighbour, told short and in full.

    Tables cut names and ports; details add a domain.
    """
    names = _alike(one.sys_name, two.sys_name)
    chassis = _alike(one.chassis_id, two.chassis_id)
    if names is False or (names is None and chassis is False):
        return False
    ports = (one.port_id, one.port_descr), (two.port_id, two.port_descr)
    matches = [_port_alike(a, b) for a in ports[0] for b in ports[1]]
    return True in matches or set(matches) == {None}


def _alike(one: str | None, two: str | None) -> bool | None:
    """Whether two texts may be one, the shorter cut off; None where one is missing."""
    if not one or not two:
        return None
    short, long = sorted((one.lower(), two.lower()), key=len)
    return long == short or (
        long.startswith(short) and (len(short) >= 8 or long[len(short)] == ".")
    )


def _port_alike(one: str | None, two: str | None) -> bool | None:
    if not one or not two:
        return None
    return interface_names.key(one) == interface_names.key(two) or bool(
        _alike(one, two)
    )


def fuller(known: Neighbour, more: Neighbour) -> Neighbour:
    """Return the first row with what only the second one tells."""
    values = {
        f.name: getattr(more, f.name)
        for f in fields(known)
        if getattr(known, f.name) in (None, ()) and getattr(more, f.name)
    }
    return replace(known, **values)
