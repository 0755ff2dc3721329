"""Disks behind RAID controllers, out of the controllers' own tools. Pure.

The tools print a block of `label: value` lines for each disk; where a block begins and
which labels mean what is data. `storcli` and `perccli` print JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from collectors.facts import Component
from collectors.ssh.computers.sections import Sections
from collectors.text import meaningful

MAX_DRIVES = 1024

BEGINS: Mapping[str, re.Pattern[str]] = {
    "megacli": re.compile(r"(Enclosure Device ID):"),
    "ssacli": re.compile(r"\s*physicaldrive (\S+)\s*$"),
    "arcconf": re.compile(r"\s*Device #(\d+)\s*$"),
    "sas3ircu": re.compile(r"(Device is a Hard disk)"),
    "tw_cli": re.compile(r"(/c\d+/p\d+) Model ="),
    "hdparm": re.compile(r"/dev/(\S+):\s*$"),
}
"""Section -> the line a disk begins with."""

LABELS = {
    "serial": ("serial number", "serial no", "serial"),
    "model": ("model number", "model"),
    "maker": ("manufacturer", "vendor"),
    "firmware": (
        "firmware revision",
        "device firmware level",
        "firmware version",
        "firmware",
    ),
    "size": (
        "raw size",
        "total size",
        "size (in mb)/(in sectors)",
        "device size with m = 1000*1000",
        "capacity",
        "size",
    ),
    "bus": ("interface type", "pd type", "protocol"),
    "state": ("firmware state", "status", "state"),
    "inquiry": ("inquiry data",),
    "slot": ("slot number", "slot #"),
    "enclosure": ("enclosure device id", "enclosure #"),
}
"""What is kept of a block -> labels, the surest one first."""

_LINE = re.compile(r"\s*(?:/c\d+/p\d+ )?([^:=]+?(?: = \d+\*\d+)?)\s*[:=] ?(.*)")


def drives_of(sections: Sections) -> Iterator[Component]:
    """Yield the disks that the tools list, not numbered yet."""
    for name, begin in BEGINS.items():
        for title, block in _blocks(sections.get(name, ""), begin):
            if drive := _drive(name, title, block):
                yield drive
    yield from _storcli(sections.get("storcli", ""))


def _blocks(text: str, begin: re.Pattern[str]) -> Iterator[tuple[str, dict[str, str]]]:
    title, number = "", 0
    block: dict[str, str] | None = None
    for line in text.splitlines():
        if started := begin.match(line):
            if block:
                yield title, block
            title, block, number = started[1], {}, number + 1
            if number > MAX_DRIVES:
                return
        if block is not None and (found := _LINE.match(line)):
            block.setdefault(found[1].strip().lower(), found[2])
    if block:
        yield title, block


def _drive(tool: str, title: str, block: Mapping[str, str]) -> Component | None:
    values = {
        kind: next((v for label in labels if (v := meaningful(block.get(label)))), None)
        for kind, labels in LABELS.items()
    }
    maker, model = _parted(values["model"])
    serial, firmware = values["serial"], values["firmware"]
    if inquiry := block.get("inquiry data"):
        maker, model, serial = _inquired(inquiry, values["bus"])
    if not (serial or (model and values["size"])):
        return None
    place = title
    if values["slot"] is not None:
        place = f"{values['enclosure'] or ''}:{values['slot']}".lstrip(":")
    return Component(
        index=0,
        kind="disk",
        name=title if tool == "hdparm" else f"{tool} {place}",
        descr=_described(values["bus"], values["state"]),
        manufacturer=_maker(values["maker"]) or maker,
        model=model,
        serial=serial,
        firmware_rev=firmware,
        size=size_of(values["size"]),
    )


def _described(bus: str | None, state: str | None) -> str | None:
    parts = [bus.lower() if bus else None, f"health {state}" if state else None]
    return ", ".join(part for part in parts if part) or None


def _maker(text: str | None) -> str | None:
    """Return a maker; `ATA` is what SCSI layers call every SATA disk (SAT, 10.1)."""
    return None if text is None or text.strip() in {"ATA", "NVMe", ""} else text.strip()


def _parted(model: str | None) -> tuple[str | None, str | None]:
    """Return maker and model of e.g. `HP      DG146ABAB4`: the maker is padded."""
    found = re.match(r"(\S.{0,7}?)\s{2,}(\S.*)", model or "")
    return (_maker(found[1]), found[2]) if found else (None, model)


def _inquired(text: str, bus: str | None) -> tuple[str | None, str | None, str | None]:
    """Return maker, model and serial of a line of inquiry data.

    SCSI (SPC-4, 6.6.2): 8 characters maker, 16 product, 4 revision, then the serial.
    SATA disks: 20 serial, 40 model, 8 revision (ATA IDENTIFY DEVICE).
    """
    if bus == "SATA" or len(text.rstrip()) > 56:
        return None, meaningful(text[20:60]), meaningful(text[:20])
    return _maker(text[:8]), meaningful(text[8:24]), meaningful(text[28:])


_UNITS = {"KB": 10**3, "MB": 2**20, "GB": 10**9, "TB": 10**12, "MBYTES": 10**6}


def size_of(text: str | None) -> int | None:
    """Return a size in bytes; a number of 512-byte sectors is surer than a rounding."""
    if text is None:
        return None
    if found := re.search(r"\[0x([0-9a-fA-F]{1,16}) Sectors\]", text):
        return int(found[1], 16) * 512
    if found := re.search(r"\((\d{1,18}) Blocks\)|^\d+/(\d{1,18})$", text):
        return int(found[1] or found[2]) * 512
    found = re.match(r"([\d.]{1,18})\s*([A-Za-z]+)", text)
    if found and (unit := _UNITS.get(found[2].upper())):
        try:
            return round(float(found[1]) * unit)
        except ValueError:
            return None
    return None


def _storcli(text: str) -> Iterator[Component]:
    """Read `storcli /call/eall/sall show all J`."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return
    for controller in _list(found, "Controllers"):
        answer = controller.get("Response Data") if _is(controller) else None
        if not _is(answer):
            continue
        for name, value in list(answer.items())[: 2 * MAX_DRIVES]:
            if name.endswith("Detailed Information") or not isinstance(value, list):
                continue
            row = next(iter(value), None)
            detail = answer.get(f"{name} - Detailed Information")
            if _is(row):
                yield _physical(name, row, detail if _is(detail) else {})


def _physical(
    name: str, row: Mapping[str, Any], detail: Mapping[str, Any]
) -> Component:
    attributes: Mapping[str, Any] = next(
        (v for k, v in detail.items() if k.endswith("attributes") and _is(v)), {}
    )

    def told(key: str) -> str | None:
        value = attributes.get(key)
        return meaningful(value) if isinstance(value, str) else None

    def shown(key: str) -> str | None:
        value = row.get(key)
        return meaningful(value) if isinstance(value, str) else None

    kind = " ".join(v.lower() for k in ("Intf", "Med") if (v := shown(k)))
    return Component(
        index=0,
        kind="disk",
        name=name.removeprefix("Drive "),
        descr=_described(kind, shown("State")),
        manufacturer=_maker(told("Manufacturer Id")),
        model=told("Model Number") or shown("Model"),
        serial=told("SN"),
        firmware_rev=told("Firmware Revision"),
        size=size_of(told("Raw size")) or size_of(shown("Size")),
    )


def _is(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _list(value: object, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
