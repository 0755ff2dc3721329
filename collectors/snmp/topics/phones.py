"""Topic phones: telephones and gateways as a Cisco call manager knows them. Pure.

CISCO-CCM-MIB. Its table of extensions is obsolete: numbers come from the PBX.
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.facts import Phone
from collectors.ports import Value
from collectors.snmp.smi_values import ip, mac, number, oid, some_text
from collectors.snmp.topic import Cells, Group, Topic, columns

PHONE_ENTRY = oid("1.3.6.1.4.1.9.9.156.1.2.1.1")
PRODUCT_NAME = oid("1.3.6.1.4.1.9.9.156.1.1.8.1.3")
GATEWAY_ENTRY = oid("1.3.6.1.4.1.9.9.156.1.3.1.1")

_PHONE = (2, 4, 5, 6, 7, 10, 15, 18, 20, 25)
_GATEWAY = (2, 4, 5, 8)
_FAMILY = columns(PHONE_ENTRY, *_PHONE) + columns(GATEWAY_ENTRY, *_GATEWAY)
TOPIC = Topic(
    "phones",
    (
        Group(columns(PHONE_ENTRY, *_PHONE)),
        Group(columns(GATEWAY_ENTRY, *_GATEWAY)),
        Group((PRODUCT_NAME,), needs=_FAMILY),
    ),
)
_REGISTERED = {2: True, 3: False, 4: False, 5: True}
"""CcmDeviceStatus; 1 is unknown, 5 partially registered."""


def parse_phones(cells: Cells) -> tuple[Phone, ...]:
    """Return telephones and gateways with their registration."""
    products = {
        index[-1]: some_text(value)
        for index, value in cells.column(PRODUCT_NAME).items()
    }
    phones = [_phone(row, products) for _, row in cells.rows(PHONE_ENTRY, *_PHONE)]
    gateways = [_gateway(row) for _, row in cells.rows(GATEWAY_ENTRY, *_GATEWAY)]
    return tuple(p for p in (*phones, *gateways) if p.device_name or p.mac)


def _phone(row: Mapping[int, Value], products: Mapping[int, str | None]) -> Phone:
    return Phone(
        mac=mac(row.get(2)),
        device_name=some_text(row.get(20)),
        user=some_text(row.get(5)) or some_text(row.get(4)),
        contact_ip=ip(row.get(15)) or ip(row.get(6)),
        model=products.get(number(row.get(18)) or 0),
        firmware=some_text(row.get(25)) or some_text(row.get(10)),
        registered=_REGISTERED.get(number(row.get(7)) or 0),
        source="CISCO-CCM-MIB ccmPhoneTable",
    )


def _gateway(row: Mapping[int, Value]) -> Phone:
    return Phone(
        device_name=some_text(row.get(2)),
        user=some_text(row.get(4)),
        contact_ip=ip(row.get(8)),
        registered=_REGISTERED.get(number(row.get(5)) or 0),
        source="CISCO-CCM-MIB ccmGatewayTable",
    )
