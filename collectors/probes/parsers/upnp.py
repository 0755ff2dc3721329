"""SSDP and the UPnP device description (UPnP Device Architecture 2.0). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from collectors.bounded_xml import child_text, parse_xml
from collectors.errors import CollectError
from collectors.probes.parsers.said import Said

PORT = 1900
MOST_DEVICES = 8
_TOLD = (
    *("manufacturer", "modelName", "modelNumber", "modelDescription"),
    *("serialNumber", "friendlyName", "firmwareVersion", "softwareVersion"),
)
_MACS = ("MACAddress", "macAddress", "mac")


def search(address: str) -> bytes:
    """Return the search for root devices, sent to one address (UDA 2.0, 1.3.2)."""
    host = f"[{address}]" if ":" in address else address
    return (
        f"M-SEARCH * HTTP/1.1\r\nHOST: {host}:{PORT}\r\n"
        'MAN: "ssdp:discover"\r\nMX: 1\r\nST: upnp:rootdevice\r\n'
        "USER-AGENT: Purser UPnP/2.0\r\n\r\n"
    ).encode()


def headers(text: str) -> Mapping[str, str]:
    """Return header lines by lower-case name; the first of a name counts."""
    found: dict[str, str] = {}
    for line in text.split("\n")[1:100]:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def read_answers(datagrams: Iterable[bytes], address: str) -> Said:
    """Return what the answers to a search say.

    `more` holds where the description is, if that is on the address asked: a
    description elsewhere is of another machine, and nobody sends us there.
    """
    said = Said()
    for datagram in datagrams:
        text = datagram[:4096].decode("utf-8", "replace")
        if not text.startswith("HTTP/1.") or " 200" not in text.split("\n", 1)[0]:
            continue
        told = headers(text)
        said.announced("upnp server", told.get("server"))
        said.uuid(told.get("usn"), "upnp USN")
        location = told.get("location", "")
        if on_address(location, address) and location not in said.more:
            said.more.append(location)
        if not said.services:
            product = told.get("server")
            said.serves("ssdp", PORT, transport="udp", product=product)
    del said.more[2:]
    return said


def on_address(location: str, address: str) -> bool:
    """Whether a plain HTTP address is at the device that named it."""
    try:
        parts = urlsplit(location)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname == address and port != 0


def read_description(body: bytes) -> Said:
    """Return what a device description says; nothing where it is none."""
    said = Said()
    try:
        root = parse_xml(body)
    except CollectError:
        return said
    for number, device in enumerate(_devices(root)):
        said.clue("ssdp", child_text(device, "deviceType"), f"upnp deviceType {number}")
        said.uuid(child_text(device, "UDN"), "upnp UDN")
        if number:
            continue
        for name in _TOLD:
            said.announced(f"upnp {name}", child_text(device, name))
        for name in _MACS:
            said.mac(child_text(device, name), f"upnp {name}")
        said.name(child_text(device, "friendlyName"), "upnp friendlyName")
    return said


def _devices(root: Element) -> Iterator[Element]:
    """Yield the device and those within it, the outermost first."""
    for number, device in enumerate(root.iter("device")):
        if number >= MOST_DEVICES:
            return
        yield device
