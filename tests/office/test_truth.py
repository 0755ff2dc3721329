from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from collectors.macs import identifies
from collectors.office.cabling import Scene
from collectors.office.errors import TruthError
from collectors.office.model import Office
from collectors.office.settings import read_plan
from collectors.office.truth import load_office
from tests.office.conftest import read


def test_the_office_has_what_the_demo_promises(office: Office, scene: Scene) -> None:
    types = Counter(office.model_of(key).type for key in office.devices)
    assert types == {
        "switch": 4,
        "router": 1,
        "firewall": 1,
        "access-point": 2,
        "printer": 2,
        "ups": 1,
        "computer": 24,
        "phone": 20,
        "pbx": 1,
        "unknown": 1,
        **{"television": 1, "camera": 1, "storage": 1},
        **{"access-control": 1, "speaker": 1},
    }
    phones = [k for k in office.devices if office.model_of(k).type == "phone"]
    assert len({office.model_of(k).vendor for k in phones}) == 4
    assert len(scene.phones_with_computer) == 13
    assert len(office.devices["sw-a"].members) == 2
    assert len(office.missing) == 1


def test_every_mac_names_one_card(office: Office, scene: Scene) -> None:
    owners: dict[str, str] = {}
    for key in office.devices:
        for iface in scene.interfaces(key):
            if iface.mac is not None:
                assert identifies(iface.mac), (key, iface.short)
                assert owners.setdefault(iface.mac, key) == key


def test_every_interface_of_a_device_has_its_own_index_and_name(
    office: Office, scene: Scene
) -> None:
    for key in office.devices:
        found = scene.interfaces(key)
        assert len({i.index for i in found}) == len(found), key
        assert len({i.short for i in found}) == len(found), key
        bridged = [i.bridge for i in found if i.bridge is not None]
        assert len(set(bridged)) == len(bridged), key


def test_every_credential_that_is_named_exists(office: Office) -> None:
    plan = read_plan(read("scan.yaml"))
    for key, device in office.devices.items():
        assert set(device.snmp) <= set(plan.snmp), key
        assert set(device.ssh) <= set(plan.ssh), key


def test_every_address_lies_in_a_scanned_network(office: Office) -> None:
    plan = read_plan(read("scan.yaml"))
    assert {str(v.network) for v in office.vlans} == set(plan.networks)


@pytest.mark.parametrize(
    ("device", "field", "value", "told"),
    [
        ("pc-04", "at", "sw-a Gi9/0/1", "devices.pc-04.at: sw-a has no port"),
        ("pc-04", "at", "sw-x 1", "devices.pc-04.at: no device 'sw-x'"),
        ("pc-04", "at", "sw-a Gi1/0/10", "'sw-a Gi1/0/10' has 2 cables"),
        ("pc-04", "at", None, "give 1 of at, behind, wifi"),
        ("pc-01", "behind", "printer-1", "printer-1 is not a phone"),
        ("nb-02", "wifi", "tel-01", "tel-01 is not an access point"),
        ("pc-04", "vlan", 77, "devices.pc-04.address: no VLAN 77"),
        ("pc-04", "address", "127.10.20.9", "is not in 127.10.10.0/24"),
        ("pc-04", "address", "127.10.10.21", "given twice"),
        ("pc-04", "serial", "8XK2PL3", "serial 8XK2PL3 is given twice"),
        ("pc-04", "mac", "d8:9e:f3:4a:01:01", "belongs to both pc-01 and pc-04"),
        ("pc-04", "mac", 12, "12 is not a MAC address"),
        ("pc-04", "model", "abacus", "devices.pc-04.model: no model 'abacus'"),
        ("pc-04", "seriell", "1", "devices.pc-04.seriell: Extra inputs"),
    ],
)
def test_a_wrong_truth_is_refused_and_the_place_is_named(
    truth: dict[str, Any], device: str, field: str, value: object, told: str
) -> None:
    truth["devices"][device][field] = value
    with pytest.raises(TruthError, match=told.replace("(", r"\(")):
        load_office(truth)


def test_an_unknown_section_of_a_model_is_refused(truth: dict[str, Any]) -> None:
    from collectors.office.mibs.view import view

    truth["models"]["ccr2004"]["sections"].append("tides")
    scene = Scene(load_office(truth))
    with pytest.raises(TruthError, match="no section 'tides'"):
        view(scene, "rt-1")


def test_a_link_to_nowhere_is_refused(truth: dict[str, Any]) -> None:
    truth["links"].append({"a": "core Te1/0/16", "b": "moon 1"})
    with pytest.raises(TruthError, match="no device 'moon'"):
        load_office(truth)


def test_a_bad_scan_file_is_refused_without_showing_a_secret() -> None:
    scan = read("scan.yaml")
    scan["snmp"][0]["communty"] = "hidden-word"
    with pytest.raises(TruthError) as caught:
        read_plan(scan)
    assert "snmp.0.communty" in str(caught.value)
    assert "hidden-word" not in str(caught.value)
