"""SMBIOS: the maker's data in the firmware of a PC, from dmidecode or sysfs. Pure.

Structure numbers and chassis types after DMTF DSP0134, sections 7.1 to 7.18.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.facts import Component, Hardware
from collectors.ssh.computers.sections import Group
from collectors.text import meaningful, printable

BIOS, SYSTEM, BOARD, CHASSIS, OLD_MEMORY, ARRAY, MEMORY = 0, 1, 2, 3, 6, 16, 17

NO_RAM = frozenset(("flash", "rom", "eprom", "feprom", "eeprom", "prom"))
"""Memory types of the firmware's own store."""

CHASSIS_TYPES = (
    "other", "unknown", "desktop", "low profile desktop", "pizza box", "mini tower",
    "tower", "portable", "laptop", "notebook", "hand held", "docking station",
    "all in one", "sub notebook", "space-saving", "lunch box", "main server chassis",
    "expansion chassis", "sub chassis", "bus expansion chassis", "peripheral chassis",
    "raid chassis", "rack mount chassis", "sealed-case pc", "multi-system",
    "compactpci", "advancedtca", "blade", "blade enclosing", "tablet", "convertible",
    "detachable", "iot gateway", "embedded pc", "mini pc", "stick pc",
)  # fmt: skip
"""Names of the values 1, 2, ... of the chassis type."""

UNITS = {"B": 1, "kB": 1 << 10, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
UNITS |= {"TB": 1 << 40, "bytes": 1, "Mbyte": 1 << 20}


@dataclass(slots=True)
class Structure:
    """One structure of the table: its type and its fields."""

    type: int
    title: str
    handle: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def get(self, *names: str) -> str | None:
        """Return the first of the fields that says something."""
        for name in names:
            if value := meaningful(self.fields.get(name)):
                return value
        return None


_HANDLE = re.compile(r"Handle (0x[0-9A-Fa-f]+)(?:, DMI type (\d+))?.*")
_OLD_TYPE = re.compile(r"\s+DMI type (\d+), \d+ bytes\.?")


def parse_dmidecode(text: str) -> list[Structure]:
    """Return the structures in order; versions from 2.0 on are understood."""
    found: list[Structure] = []
    for line in text.splitlines():
        if handle := _HANDLE.fullmatch(line.strip("\r")):
            found.append(Structure(int(handle[2] or -1), "", handle[1].lower()))
        elif not found:
            continue
        elif found[-1].type < 0 and (old := _OLD_TYPE.fullmatch(line)):
            found[-1].type = int(old[1])
        elif not found[-1].title:
            found[-1].title = line.strip()
        else:
            name, colon, value = line.strip().partition(":")
            if colon:
                found[-1].fields.setdefault(name.strip(), printable(value))
    return found


def of_type(table: list[Structure], number: int) -> Iterator[Structure]:
    """Yield the structures of one type."""
    return (s for s in table if s.type == number)


def first(table: list[Structure], number: int) -> Structure:
    """Return the first structure of a type, an empty one where there is none."""
    return next(of_type(table, number), Structure(number, ""))


def hardware_of(table: list[Structure]) -> Hardware | None:
    """Return what the table says of the box as a whole."""
    if not table:
        return None
    bios, system = first(table, BIOS), first(table, SYSTEM)
    board, chassis = first(table, BOARD), first(table, CHASSIS)
    product, version = system.get("Product Name", "Product"), system.get("Version")
    maker = system.get("Manufacturer", "Vendor")
    product, code, version = _names(maker, product, version)
    return Hardware(
        manufacturer=maker
        or board.get("Manufacturer", "Vendor")
        or chassis.get("Manufacturer", "Vendor"),
        model=product or board.get("Product Name", "Product"),
        part_number=code or system.get("SKU Number"),
        serial=system.get("Serial Number") or chassis.get("Serial Number"),
        uuid=as_uuid(system.get("UUID")),
        asset_tag=chassis.get("Asset Tag") or board.get("Asset Tag"),
        chassis_type=chassis_name(chassis.get("Type")),
        hardware_rev=version,
        firmware=bios.get("Version"),
        bios_date=bios.get("Release Date", "Release"),
        source="dmidecode",
    )


_LENOVO_CODE = re.compile(r"[0-9][0-9A-Z]{3}(?:[0-9A-Z]{2,6})?")
"""Machine type and model of Lenovo and of IBM before it, such as `21HDCTO1WW`."""


def _names(
    maker: str | None, product: str | None, version: str | None
) -> tuple[str | None, str | None, str | None]:
    """Return the product's name, its code, and what is left of the version.

    Lenovo writes the code as the product and the name, such as `ThinkPad T14 Gen 4`,
    as the version.
    """
    lenovo = (maker or "").lower().startswith(("lenovo", "ibm"))
    named = version and re.search(r"[A-Za-z]{4}", version)
    if lenovo and named and _LENOVO_CODE.fullmatch(product or ""):
        return version, product, None
    return product, None, version


def hardware_of_sysfs(dmi: Group) -> Hardware | None:
    """Return the same from /sys/class/dmi/id; serials are there for root only."""

    def said(*names: str) -> str | None:
        return next((v for n in names if (v := meaningful(dmi.get(n)))), None)

    if not dmi.values:
        return None
    product, code, version = _names(
        said("sys_vendor"), said("product_name"), said("product_version")
    )
    return Hardware(
        manufacturer=said("sys_vendor", "board_vendor", "chassis_vendor"),
        model=product or said("board_name"),
        part_number=code or said("product_sku"),
        serial=said("product_serial", "chassis_serial"),
        uuid=as_uuid(said("product_uuid")),
        asset_tag=said("chassis_asset_tag"),
        chassis_type=chassis_name(dmi.get("chassis_type")),
        hardware_rev=version,
        firmware=said("bios_version"),
        bios_date=said("bios_date"),
        source="/sys/class/dmi/id",
    )


def chassis_name(text: str | None) -> str | None:
    """Return the chassis type by name, from its number or its name."""
    text = (text or "").strip().lower()
    if text.isdigit():
        value = int(text) & 0x7F  # the highest bit says that a lock is there
        named = 1 <= value <= len(CHASSIS_TYPES)
        text = CHASSIS_TYPES[value - 1] if named else ""
    return None if text in {"", "other", "unknown", "<out of spec>"} else text


def as_uuid(text: str | None) -> str | None:
    """Return a system UUID in its usual form, None for none and for blanks."""
    bare = (text or "").replace("-", "").replace("{", "").replace("}", "").lower()
    if len(bare) != 32 or len(set(bare)) < 3:
        return None
    try:
        return str(uuid.UUID(bare))
    except ValueError:
        return None


def as_bytes(text: str | None) -> int | None:
    """Return a size such as `8192 MB` or `16 GB` in bytes."""
    found = re.match(r"([\d.]+)\s*([kKMGT]?i?B|bytes|Mbyte)", text or "")
    if not found or found[1].count(".") > 1:
        return None
    return int(float(found[1]) * UNITS[found[2].replace("i", "").replace("K", "k")])


def components_of(table: list[Structure]) -> list[Component]:
    """Return mainboard, processors and memory modules, not numbered yet.

    The memory structures of before SMBIOS 2.1 (type 6) count where there are no others.
    """
    described = any(as_bytes(s.fields.get("Size")) for s in of_type(table, MEMORY))
    skipped = OLD_MEMORY if described else -1
    flash = {
        s.handle for s in of_type(table, ARRAY) if not _is_system(s.fields.get("Use"))
    }
    rows = (
        _component(s)
        for s in table
        if s.type != skipped and s.fields.get("Array Handle", "").lower() not in flash
    )
    return [row for row in rows if row]


def _is_system(use: str | None) -> bool:
    """Whether an array of memory is main memory; without a word of its use it is."""
    return (use or "System Memory") in {"System Memory", "Unknown", "Other"}


def _component(structure: Structure) -> Component | None:
    match structure.type:
        case 2:
            return _mainboard(structure)
        case 4 if _populated(structure):
            return _processor(structure)
        case 6 | 17:
            return _memory(structure)
    return None


def _mainboard(structure: Structure) -> Component:
    get = structure.get
    return Component(
        index=0,
        kind="module",
        name="mainboard",
        manufacturer=get("Manufacturer", "Vendor"),
        model=get("Product Name", "Product"),
        serial=get("Serial Number"),
        hardware_rev=get("Version"),
        asset_id=get("Asset Tag"),
    )


def _processor(structure: Structure) -> Component:
    get = structure.get
    return Component(
        index=0,
        kind="cpu",
        name=get("Socket Designation"),
        manufacturer=cpu_maker(get("Manufacturer", "Processor Manufacturer")),
        model=get("Version", "Processor Version") or get("Family"),
        serial=get("Serial Number"),
        descr=cores(get("Core Count"), get("Thread Count")),
    )


def _memory(structure: Structure) -> Component | None:
    """Return a memory module; a socket without one has no size."""
    get, fields = structure.get, structure.fields
    size = as_bytes(fields.get("Size") or fields.get("Installed Size"))
    if not size or (get("Type") or "").lower() in NO_RAM:
        return None
    described = (get("Type"), get("Speed", "Configured Clock Speed"))
    return Component(
        index=0,
        kind="memory",
        name=get("Locator", "Bank Locator", "Socket Designation", "Socket"),
        descr=" ".join(text for text in described if text) or None,
        manufacturer=get("Manufacturer"),
        model=get("Part Number"),
        serial=get("Serial Number"),
        asset_id=get("Asset Tag"),
        size=size,
    )


def _populated(processor: Structure) -> bool:
    """Whether a processor is in the socket and at work.

    Virtual machines list every socket they could have, the idle ones as disabled.
    """
    status = processor.fields.get("Status", "Populated").lower()
    idle = "unpopulated" in status or "disabled" in status
    return not idle and bool({"Type", "Processor Type"} & set(processor.fields))


_CPU_MAKERS = {
    "GenuineIntel": "Intel",
    "AuthenticAMD": "AMD",
    "CentaurHauls": "VIA",
    "HygonGenuine": "Hygon",
}
"""The signatures that CPUID returns."""


def cpu_maker(text: str | None) -> str | None:
    """Return the maker of a processor without the padding of its signature."""
    name = meaningful(text)
    return _CPU_MAKERS.get(name or "", name)


def cores(count: str | None, threads: str | None) -> str | None:
    """Return e.g. `4 cores, 8 threads`."""
    counts = (("cores", count), ("threads", threads))
    return ", ".join(f"{value} {name}" for name, value in counts if value) or None
