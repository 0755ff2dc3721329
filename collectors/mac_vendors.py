"""Who bought a block of MAC addresses, by the list that scapy carries.

The list is the IEEE's registry as Wireshark publishes it. It is loaded on first use.
"""

from __future__ import annotations

from functools import cache, lru_cache

_LENGTHS = (9, 7, 6)
"""Hex digits of a block: MA-S, MA-M, MA-L."""


@cache
def _blocks() -> dict[str, str]:
    """Return organisations by the hex digits of their blocks."""
    from scapy.libs.manuf import DATA

    text: str | bytes = DATA
    blocks: dict[str, str] = {}
    for line in (text.decode() if isinstance(text, bytes) else text).splitlines():
        block, _, rest = line.partition("\t")
        if not rest or block.startswith("#"):
            continue
        prefix, _, bits = block.strip().partition("/")
        digits = "".join(c for c in prefix.lower() if c in "0123456789abcdef")
        length = int(bits) // 4 if bits.isdigit() else 6
        blocks[digits[:length]] = rest.rpartition("\t")[2].strip()
    return blocks


@lru_cache(maxsize=4096)
def maker_of(mac: str) -> str | None:
    """Return who the block of a MAC address is registered to.

    Args:
        mac: Six octets in hex, separated or not.

    Returns:
        None for addresses that are set by software, for groups, and where the list
        does not know the block.
    """
    digits = "".join(c for c in mac.lower() if c in "0123456789abcdef")
    if len(digits) != 12 or int(digits[1], 16) & 3:
        return None
    blocks = _blocks()
    found = (blocks.get(digits[:length]) for length in _LENGTHS)
    return next((name for name in found if name), None)
