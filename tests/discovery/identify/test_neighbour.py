from __future__ import annotations

import pytest

from collectors.facts import Clue, MedInventory, Neighbour, Phone
from discovery.identity.identify import Knowledge, identify, identify_neighbour
from tests.discovery.identify.support import seen


def test_a_phone_known_only_from_lldp_med_is_identified(shipped: Knowledge) -> None:
    heard = Neighbour(
        protocol="lldp",
        chassis_id="00:15:65:12:34:56",
        chassis_id_type="mac",
        capabilities=("bridge", "telephone"),
        sys_descr="SIP-T46S",
        med=MedInventory(
            device_class=3,
            manufacturer="Yealink",
            model="T46S",
            serial="001565123456",
            software_rev="66.86.0.15",
        ),
    )
    identity = identify_neighbour(heard, shipped)
    assert identity.value("type") == "phone"
    assert identity.value("vendor") == "Yealink"
    assert identity.value("model") == "T46S"
    assert identity.value("serial") == "001565123456"
    assert identity.value("version") == "66.86.0.15"


def test_a_phone_known_only_from_cdp_is_identified(shipped: Knowledge) -> None:
    heard = Neighbour(
        protocol="cdp",
        chassis_id="SEP001122334455",
        platform="Cisco IP Phone 8851",
        version="sip88xx.12-8-1-0001-455.loads",
        capabilities=("telephone",),
    )
    identity = identify_neighbour([heard], shipped)
    assert identity.value("vendor") == "Cisco"
    assert identity.kind == "desk-phone"
    assert "8851" in (identity.value("model") or "")


def test_an_access_point_known_only_from_cdp_is_identified(shipped: Knowledge) -> None:
    heard = Neighbour(protocol="cdp", platform="cisco AIR-AP2802I-E-K9")
    identity = identify_neighbour(heard, shipped)
    assert identity.kind == "access-point"
    assert identity.value("model") == "AIR-AP2802I-E-K9"


def test_a_neighbour_that_only_bridges_is_probably_a_switch(shipped: Knowledge) -> None:
    heard = Neighbour(protocol="lldp", capabilities=("bridge",))
    identity = identify_neighbour(heard, shipped)
    assert identity.value("type") == "switch"
    assert identity.fields["type"].weighed < 0.5


def test_a_neighbour_that_says_nothing_is_unknown(shipped: Knowledge) -> None:
    identity = identify_neighbour(Neighbour(protocol="lldp"), shipped)
    assert all(verdict.value is None for verdict in identity.fields.values())


USER_AGENTS = [
    ("Yealink SIP-T46S 66.86.0.15", "Yealink", "T46S", "66.86.0.15", "desk-phone"),
    ("Yealink W90DM 130.87.0.10", "Yealink", "W90DM", "130.87.0.10", "dect-base"),
    ("Grandstream GXP2135 1.0.9.108", "Grandstream", "GXP2135", "1.0.9.108", None),
    ("Grandstream HT801 1.0.3.2", "Grandstream", "HT801", "1.0.3.2", "ata"),
    ("Fanvil X6U Pro 0.0.10 0c383e2cd782", "Fanvil", "X6U Pro", "0.0.10", None),
    ("snom710/8.7.5.35", "Snom", "710", "8.7.5.35", "desk-phone"),
    (
        "PolycomVVX-VVX_400-UA/4.1.4.7430_010203040506",
        "Polycom",
        "VVX_400",
        "4.1.4.7430",
        "desk-phone",
    ),
    (
        "Cisco-CP-6841-3PCC/11.1.1 (00727826a4e1)",
        "Cisco",
        "CP-6841",
        "11.1.1",
        "desk-phone",
    ),
    ("Cisco/SPA504G-7.5.2", "Cisco", "SPA504G", "7.5.2", "desk-phone"),
    ("Aastra 6865i/4.2.0.2023", "Mitel", "6865i", "4.2.0.2023", "desk-phone"),
    ("Panasonic_KX-UT113/01.133", "Panasonic", "KX-UT113", "01.133", "desk-phone"),
    ("ALE M3-CE 2.11.01.1604", "Alcatel-Lucent", "M3-CE", "2.11.01.1604", None),
    ("TAU-8.IP/2.6.3 SN/VI12345678", "Eltex", "TAU-8.IP", "2.6.3", "voice-gateway"),
    ("Asterisk PBX 23.4.1", None, None, "23.4.1", "pbx"),
    ("FreeSWITCH-mod_sofia/1.10.4", None, None, "1.10.4", "pbx"),
    ("kamailio (5.6.3 (x86_64/linux))", None, None, "5.6.3", "pbx"),
]


@pytest.mark.parametrize(("agent", "vendor", "model", "version", "kind"), USER_AGENTS)
def test_a_sip_user_agent_tells_vendor_model_and_firmware(
    agent: str,
    vendor: str | None,
    model: str | None,
    version: str,
    kind: str | None,
    shipped: Knowledge,
) -> None:
    told = seen(clues=(Clue("sip-user-agent", agent, "sip OPTIONS"),))
    identity = identify([told], shipped)
    assert identity.value("vendor") == vendor
    assert identity.value("model") == model
    assert identity.value("version") == version
    if kind:
        assert identity.kind == kind


def test_a_phone_that_a_pbx_described_is_identified(shipped: Knowledge) -> None:
    told = seen(
        phones=(
            Phone(
                user_agent="Yealink SIP-T46S 66.86.0.15",
                manufacturer="Yealink",
                serial="123",
                source="pbx",
            ),
        )
    )
    identity = identify([told], shipped)
    assert identity.value("model") == "T46S"
    assert identity.value("type") == "phone"
