"""Identity of controllers: BACnet, Modbus, EtherNet/IP. Pure.

Asked only where a site says so: some controllers stop when they are asked anything.
Each question is one that the protocol has for this purpose and that reads only.
"""

from __future__ import annotations

import struct

from collectors.probes.parsers.said import Said

BACNET, MODBUS, ETHERNET_IP = 47808, 502, 44818
_OBJECTS = {
    0: "vendor",
    1: "product-code",
    2: "version",
    3: "url",
    4: "product",
    5: "model",
}


def modbus_request() -> bytes:
    """Return Read Device Identification, basic category (function 43/14)."""
    return struct.pack("!HHHB", 1, 0, 5, 1) + bytes((0x2B, 0x0E, 0x01, 0x00))


def read_modbus(answer: bytes) -> Said:
    """Return what a device says of itself (Modbus Application Protocol 1.1b3, 6.21)."""
    said = Said()
    if len(answer) < 8 or answer[2:4] != b"\0\0":
        return said
    said.serves("modbus", MODBUS)
    said.announced("modbus device", "answers")
    if answer[7] != 0x2B or len(answer) < 14:
        return said
    at = 14
    for _ in range(min(answer[13], 16)):
        if at + 2 > len(answer):
            break
        number, length = answer[at], answer[at + 1]
        text = answer[at + 2 : at + 2 + length].decode("latin-1")
        if name := _OBJECTS.get(number):
            said.announced(f"modbus {name}", text)
        at += 2 + length
    return said


def list_identity() -> bytes:
    """Return ListIdentity of the encapsulation protocol (CIP volume 2, 2-4.2)."""
    return struct.pack("<HHII8sI", 0x63, 0, 0, 0, b"", 0)


def read_identity(answer: bytes) -> Said:
    """Return what the answer to ListIdentity says."""
    said = Said()
    if len(answer) < 24 + 6 + 33 or answer[:2] != b"\x63\0":
        return said
    item = answer[30:]
    vendor, kind, product, major, minor, _, serial, length = struct.unpack_from(
        "<HHHBBHIB", item, 18
    )
    name = item[33 : 33 + length].decode("latin-1")
    said.announced("cip vendor", str(vendor))
    said.announced("cip device type", str(kind))
    said.announced("cip product code", str(product))
    said.announced("cip product name", name)
    said.announced("cip revision", f"{major}.{minor}")
    said.announced("cip serial", f"{serial:08X}")
    said.serves("ethernet-ip", ETHERNET_IP, transport="udp", product=name)
    return said


_DEVICE = 8
_PROPERTIES = {70: "model", 77: "name", 121: "vendor", 44: "version"}
_ANY_DEVICE = 0x3FFFFF


def bacnet_who_is() -> bytes:
    """Return Who-Is to one address, without bounds (ANSI/ASHRAE 135, 16.10)."""
    return bytes((0x81, 0x0A, 0, 8, 0x01, 0x00, 0x10, 0x08))


def bacnet_instance(datagram: bytes) -> int | None:
    """Return the number of the device that an I-Am names; None for anything else."""
    head = datagram[4:8]
    if datagram[:1] != b"\x81" or head != b"\x01\0\x10\0" or len(datagram) < 13:
        return None
    found = int.from_bytes(datagram[9:13])
    is_device = datagram[8] == 0xC4 and found >> 22 == _DEVICE
    return found & _ANY_DEVICE if is_device else None


def bacnet_read(number: int, invoke: int = 1, instance: int = _ANY_DEVICE) -> bytes:
    """Return ReadProperty of one property of a device.

    Args:
        number: 70 model-name, 77 object-name, 121 vendor-name, 44 firmware-revision.
        invoke: Ties the answer to the question.
        instance: Its number; without, that of whatever device answers here, which not
            all of them take for theirs.
    """
    device = _DEVICE << 22 | instance
    service = bytes((0x00, 0x05, invoke, 0x0C)) + b"\x0c" + struct.pack("!I", device)
    body = b"\x01\x04" + service + bytes((0x19, number))
    return struct.pack("!BBH", 0x81, 0x0A, 4 + len(body)) + body


def read_bacnet(datagram: bytes) -> Said:
    """Return the property in a Complex-ACK (ANSI/ASHRAE 135, 20.1.5)."""
    said = Said()
    if len(datagram) < 6 or datagram[0] != 0x81 or datagram[4] != 1:
        return said
    said.serves("bacnet", BACNET, transport="udp")
    said.announced("bacnet device", "answers")
    at = 6
    if len(datagram) < at + 9 or datagram[at] & 0xF0 != 0x30 or datagram[at + 2] != 12:
        return said
    at += 3 + 5
    if at + 3 > len(datagram) or datagram[at] != 0x19:
        return said
    name = _PROPERTIES.get(datagram[at + 1])
    text = _string(datagram[at + 3 :]) if datagram[at + 2] == 0x3E else None
    if name == "name":
        said.name(text, "bacnet object-name")
    elif name:
        said.announced(f"bacnet {name}", text)
    return said


def _string(data: bytes) -> str | None:
    """Return a character string (application tag 7) in UTF-8 or ISO 8859-1."""
    if len(data) < 3 or data[0] >> 4 != 7:
        return None
    length, start = data[0] & 7, 1
    if length == 5:
        length, start = data[1], 2
        if length > 253:
            return None
    raw = data[start : start + length]
    if not raw:
        return None
    return raw[1:].decode("utf-8" if raw[0] == 0 else "latin-1", "replace")
