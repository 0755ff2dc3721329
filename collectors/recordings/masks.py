"""Replacements for addresses, names and serials, made from a key. Pure.

Whatever is replaced twice is replaced by the same; what relations there were (same
vendor of a MAC, same prefix of an address, pattern of a serial) stay.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field

from collectors import macs

_KEPT_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
)
_EUI64 = b"\xff\xfe"


@dataclass(slots=True)
class Masks:
    """Replacements, each made from a key and remembered.

    Attributes:
        key: Of the keyed hash.
        made: Replacement by kind (`mac`, `ip`, `name`, `serial`) and original.
    """

    key: bytes
    made: dict[tuple[str, str], str] = field(default_factory=dict)

    def known(self, kind: str, text: str) -> str | None:
        """Return the replacement of something that was replaced before."""
        return self.made.get((kind, text))

    def mac(self, address: str) -> str:
        """Keep the vendor's half; addresses of groups and of nobody stay."""
        if (
            macs.is_multicast(address)
            or macs.is_virtual_router(address)
            or address == "00:00:00:00:00:00"
        ):
            return address
        return self._once("mac", address, self._mac)

    def ip(self, address: str) -> str:
        """Keep which addresses share a prefix, and private ones private."""
        return self._once("ip", address, self._ip)

    def name(self, word: str) -> str:
        """Return a made-up word."""
        return self._once(
            "name", word, lambda w: "n" + self._digest("name", w).hex()[:6]
        )

    def serial(self, text: str) -> str:
        """Keep length and pattern: letters stay letters, digits digits."""
        return self._once("serial", text, self._serial)

    def octets(self, value: bytes) -> bytes:
        """Return other octets, as many."""
        digest = self._digest("octets", value.hex())
        return (digest * (len(value) // len(digest) + 1))[: len(value)]

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.digest(self.key, f"{kind}\0{text}".encode(), hashlib.sha256)

    def _once(self, kind: str, text: str, make: Callable[[str], str]) -> str:
        if (kind, text) not in self.made:
            self.made[kind, text] = make(text)
        return self.made[kind, text]

    def _mac(self, address: str) -> str:
        return address[:9] + self._digest("mac", address)[:3].hex(":")

    def _ip(self, text: str) -> str:
        address = ipaddress.ip_address(text)
        if (
            address.is_loopback
            or address.is_unspecified
            or address.is_multicast
            or text == "255.255.255.255"
        ):
            return text
        if address.version == 6 and address.packed[11:13] == _EUI64:
            return self._eui64(address.packed)
        keep = 16 if address.version == 6 else 0
        for network in _KEPT_NETWORKS:
            if address in network:
                keep = network.prefixlen
        bits = f"{int(address):0{address.max_prefixlen}b}"
        flipped = "".join(
            bit
            if at < keep
            else str(int(bit) ^ (self._digest("bit", bits[:at])[0] & 1))
            for at, bit in enumerate(bits)
        )
        return str(type(address)(int(flipped, 2)))

    def _eui64(self, octets: bytes) -> str:
        """Replace the MAC in an interface identifier as the MAC itself."""
        hardware = bytes([octets[8] ^ 2]) + octets[9:11] + octets[13:16]
        other = bytes.fromhex(self.mac(hardware.hex(":")).replace(":", ""))
        body = bytes([other[0] ^ 2]) + other[1:3] + _EUI64 + other[3:]
        network = octets[:8]
        if network[:2] != b"\xfe\x80":
            outside = self.ip(str(ipaddress.IPv6Address(network + bytes(8))))
            network = ipaddress.IPv6Address(outside).packed[:8]
        return str(ipaddress.IPv6Address(network + body))

    def _serial(self, text: str) -> str:
        stream = self._digest("serial", text) * (len(text) // 32 + 1)
        return "".join(map(_alike, text, stream))


def _alike(char: str, octet: int) -> str:
    if char.isdigit():
        return str(octet % 10)
    if char.isalpha():
        return chr((65 if char.isupper() else 97) + octet % 26)
    return char
