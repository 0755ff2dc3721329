"""The status page of the office's Cisco phones, as their firmware writes it. Pure."""

from __future__ import annotations

from collectors.office.model import Office

_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<DeviceInformation>
<MACAddress>{mac}</MACAddress>
<HostName>SEP{mac}</HostName>
<phoneDN>{extension}</phoneDN>
<appLoadID></appLoadID>
<bootLoadID></bootLoadID>
<versionID>{version}</versionID>
<hardwareRevision>V01</hardwareRevision>
<serialNumber>{serial}</serialNumber>
<modelNumber>{model}</modelNumber>
<MessageWaiting>No</MessageWaiting>
</DeviceInformation>
"""


def page_of(office: Office, key: str, path: str) -> str | None:
    """Return a page of a phone; None where it has none at `path`."""
    model, device = office.model_of(key), office.devices[key]
    if model.vendor != "Cisco" or path != "/DeviceInformationX":
        return None
    return _PAGE.format(
        mac=device.mac.replace(":", "").upper(),
        extension=device.extension,
        version=model.version,
        serial=device.serial or "",
        model=model.model,
    )
