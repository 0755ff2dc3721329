"""WS-Discovery 1.1 (OASIS) and the metadata of devices that speak DPWS or ONVIF. Pure.

The Probe goes to one address. Scopes of ONVIF tell hardware and name; printers and
Windows tell theirs in the answer to a WS-Transfer Get.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from collectors.bounded_xml import child_text, parse_xml
from collectors.errors import CollectError
from collectors.probes.parsers.said import Said
from collectors.probes.parsers.upnp import on_address

PORT = 3702
_SOAP = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header>'
    "<a:Action>{action}</a:Action><a:MessageID>urn:uuid:{id}</a:MessageID>"
    "<a:To>{to}</a:To>{reply}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_DPWS = "http://schemas.xmlsoap.org/ws/2006/02/devprof"
_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
_ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
_ONVIF = "/www.onvif.org/"
_SCOPES = frozenset(("name", "hardware", "location", "mac", "type"))
_MODEL = ("Manufacturer", "ModelName", "ModelNumber")
_DEVICE = ("FriendlyName", "FirmwareVersion", "SerialNumber")


def probe(number: uuid.UUID, *, devices: bool = False) -> bytes:
    """Return a Probe for anything, or for devices of DPWS alone.

    By the standard the first finds all; some responders hear the second only.
    """
    types = f'<d:Types xmlns:wsdp="{_DPWS}">wsdp:Device</d:Types>' if devices else ""
    return _SOAP.format(
        action=f"{_DISCOVERY}/Probe",
        id=number,
        to="urn:schemas-xmlsoap-org:ws:2005:04:discovery",
        reply="",
        body=f"<d:Probe>{types}</d:Probe>",
    ).encode()


def get(number: uuid.UUID, endpoint: str) -> bytes:
    """Return a WS-Transfer Get for the metadata of an endpoint."""
    reply = f"<a:ReplyTo><a:Address>{_ANONYMOUS}</a:Address></a:ReplyTo>"
    return _SOAP.format(
        action=f"{_TRANSFER}/Get", id=number, to=endpoint, reply=reply, body=""
    ).encode()


def read_matches(datagrams: Iterable[bytes], address: str) -> Said:
    """Return what the answers to a Probe say.

    `more` holds pairs of endpoint and address to ask for metadata, joined by a blank,
    where that is at the address asked and the device is no ONVIF one.
    """
    said = Said()
    for datagram in datagrams:
        try:
            root = parse_xml(datagram)
        except CollectError:
            continue
        for match in list(root.iter("ProbeMatch"))[:8]:
            _match(said, match, address)
    return said


def _match(said: Said, match: Element, address: str) -> None:
    types = (child_text(match, "Types") or "").split()
    for each in types[:8]:
        word = each.rpartition(":")[2]
        said.clue("ws-discovery", word, f"ws-discovery type {word}")
    endpoint = child_text(match, "EndpointReference/Address") or ""
    said.uuid(endpoint, "ws-discovery endpoint")
    onvif = False
    for scope in (child_text(match, "Scopes") or "").split()[:32]:
        onvif |= _scope(said, scope)
    if not said.services:
        said.serves("ws-discovery", PORT, transport="udp")
    if onvif or not uuid_like(endpoint):
        return
    for place in (child_text(match, "XAddrs") or "").split()[:4]:
        if on_address(place, address) and not said.more:
            said.more.append(f"{endpoint} {place}")


def uuid_like(endpoint: str) -> bool:
    """Whether an endpoint may be sent back within XML as it stands."""
    return all(c.isalnum() or c in ":-" for c in endpoint) and bool(endpoint)


def _scope(said: Said, scope: str) -> bool:
    """Take in a scope of ONVIF (Core specification, 7.3.2.2); whether it is one."""
    try:
        path = urlsplit(scope).path
    except ValueError:
        return False
    if _ONVIF not in scope:
        return False
    kind, _, value = path.strip("/").partition("/")
    if kind.lower() in _SCOPES and value:
        text = unquote(value).replace("_", " ")
        said.announced(f"onvif {kind.lower()}", text)
        if kind.lower() == "mac":
            said.mac(text, "onvif MAC")
    return True


def read_metadata(body: bytes) -> Said:
    """Return what the metadata of a device says (DPWS 1.1, 4.1 and 4.2)."""
    said = Said()
    try:
        root = parse_xml(body)
    except CollectError:
        return said
    for holder, names in (("ThisModel", _MODEL), ("ThisDevice", _DEVICE)):
        for element in list(root.iter(holder))[:1]:
            for name in names:
                said.announced(f"wsd {name}", child_text(element, name))
    for element in list(root.iter("Computer"))[:1]:
        # Windows writes `NAME/Workgroup:WG` or `NAME/Domain:D` (MS-PBSD).
        name, _, group = (element.text or "").partition("/")
        said.name(name, "wsd computer")
        said.announced("wsd group", group.partition(":")[2])
    return said
