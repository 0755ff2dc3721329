"""Reads the truth of a simulated office and refuses one that contradicts itself. Pure.

The caller parses the file; here come the records and the checks that make the office
buildable: every place exists and is used once, MACs and addresses are unique, every
device hangs on the network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from collectors.office.cabling import Scene, split
from collectors.office.errors import TruthError
from collectors.office.model import Device, Office


def load_office(truth: Mapping[str, object]) -> Office:
    """Return the office described by a parsed truth file.

    Raises:
        TruthError: Something is missing, misspelt or contradictory; the message
            names each place.
    """
    try:
        office = Office.model_validate(truth)
    except ValidationError as error:
        raise TruthError("; ".join(_told(error))) from None
    problems = list(_problems(office))
    if problems:
        raise TruthError("; ".join(problems))
    return office


def _told(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        where = ".".join(str(step) for step in problem["loc"])
        yield f"{where}: {problem['msg']}"


def _problems(office: Office) -> Iterator[str]:
    """Yield what is wrong; later checks need the earlier ones to have passed."""
    for check in (_references, _places, _uniqueness):
        found = list(check(office))
        yield from found
        if found:
            return


def _references(office: Office) -> Iterator[str]:
    for key, device in office.devices.items():
        yield from _known_device_parts(office, key, device)
        yield from _known_vlans(office, key, device)
    for number, link in enumerate(office.links):
        for place in (link.a, link.b):
            if split(place)[0] not in office.devices:
                yield f"links.{number}: no device {split(place)[0]!r}"


def _known_device_parts(office: Office, key: str, device: Device) -> Iterator[str]:
    if device.model not in office.models:
        yield f"devices.{key}.model: no model {device.model!r}"
    others = {
        "behind": device.behind,
        "wifi": device.wifi,
        "at": split(device.at)[0] if device.at else None,
    }
    for field, other in others.items():
        if other is not None and other not in office.devices:
            yield f"devices.{key}.{field}: no device {other!r}"


def _known_vlans(office: Office, key: str, device: Device) -> Iterator[str]:
    networks = {v.id: v.network for v in office.vlans}
    held = {("address", device.vlan): device.address}
    held |= {("svis", vlan): address for vlan, address in device.svis.items()}
    for (field, vlan), address in held.items():
        network = networks.get(vlan)
        if network is None:
            yield f"devices.{key}.{field}: no VLAN {vlan}"
        elif address is not None and address not in network:
            yield f"devices.{key}.{field}: {address} is not in {network}"


def _places(office: Office) -> Iterator[str]:
    scene = Scene(office)
    used: Counter[str] = Counter()
    for number, link in enumerate(office.links):
        for place in (link.a, link.b):
            used[place] += 1
            yield from _port_exists(scene, f"links.{number}", place)
    for key, device in office.devices.items():
        yield from _hangs(scene, key, device)
        if device.at:
            used[device.at] += 1
            yield from _port_exists(scene, f"devices.{key}.at", device.at)
    yield from (f"{place!r} has {n} cables" for place, n in used.items() if n > 1)


def _hangs(scene: Scene, key: str, device: Device) -> Iterator[str]:
    ways = [w for w in (device.at, device.behind, device.wifi) if w]
    least = 0 if scene.is_switch(key) else 1
    if len(ways) != least:
        yield (
            f"devices.{key}: give {least or 'none'} of at, behind, wifi "
            f"({len(ways)} given)"
        )
    if device.behind and scene.model(device.behind).type != "phone":
        yield f"devices.{key}.behind: {device.behind} is not a phone"
    if device.wifi and scene.model(device.wifi).type != "access-point":
        yield f"devices.{key}.wifi: {device.wifi} is not an access point"


def _port_exists(scene: Scene, where: str, place: str) -> Iterator[str]:
    device, port = split(place)
    try:
        scene.interface(device, port)
    except (KeyError, ValueError) as error:
        yield f"{where}: {error.args[0]}"


def _uniqueness(office: Office) -> Iterator[str]:
    scene = Scene(office)
    owners: dict[str, str] = {}
    for key, device in office.devices.items():
        macs = {i.mac for i in scene.interfaces(key) if i.mac} | {device.mac}
        for mac in sorted(macs):
            if owners.setdefault(mac, key) != key:
                yield f"{mac} belongs to both {owners[mac]} and {key}"
    addresses = Counter(d.address for d in office.devices.values() if d.address)
    yield from (f"address {a} is given twice" for a, n in addresses.items() if n > 1)
    serials = Counter(d.serial for d in office.devices.values() if d.serial)
    yield from (f"serial {s} is given twice" for s, n in serials.items() if n > 1)
