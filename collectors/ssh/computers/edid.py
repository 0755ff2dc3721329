"""Monitors out of their EDID, the 128 bytes a screen sends to the graphics card. Pure.

VESA E-EDID release A, revision 2: header, ID section, four descriptors.
"""

from __future__ import annotations

from collectors.facts import Component
from collectors.text import meaningful

_HEADER = bytes.fromhex("00ffffffffffff00")
_SERIAL, _NAME, _TEXT = 0xFF, 0xFC, 0xFE
"""Built-in panels have no name; their free texts hold maker and part number."""


def parse_edid(data: bytes) -> Component | None:
    """Return the monitor, not numbered yet; None where the block is broken.

    The maker is its three-letter PNP code; a serial in a descriptor is what the label
    shows, the number in the ID section stands in for it.
    """
    if len(data) < 128 or data[:8] != _HEADER:
        return None
    maker = int.from_bytes(data[8:10])
    code = "".join(chr(64 + (maker >> shift & 31)) for shift in (10, 5, 0))
    product = int.from_bytes(data[10:12], "little")
    number = int.from_bytes(data[12:16], "little")
    texts = _descriptors(data)
    return Component(
        index=0,
        kind="monitor",
        manufacturer=code if code.isalpha() else None,
        model=texts.get(_NAME) or texts.get(_TEXT) or f"{product:04x}",
        serial=texts.get(_SERIAL) or (str(number) if number else None),
        manufactured=_made(data[16], data[17]),
    )


def _descriptors(data: bytes) -> dict[int, str]:
    texts: dict[int, str] = {}
    for start in (54, 72, 90, 108):
        block = data[start : start + 18]
        if block[:3] != b"\0\0\0" or block[3] not in {_SERIAL, _NAME, _TEXT}:
            continue
        raw = block[5:].split(b"\n")[0].decode("cp437", "replace")
        if text := meaningful(raw.replace("\0", "")):
            earlier = texts.get(block[3])
            texts[block[3]] = f"{earlier} {text}" if earlier else text
    return texts


def _made(week: int, year: int) -> str | None:
    """Return year and week of manufacture, e.g. `2019-W07`; 255 marks a model year."""
    if year == 0:
        return None
    if 1 <= week <= 53:
        return f"{1990 + year}-W{week:02d}"
    return str(1990 + year)
