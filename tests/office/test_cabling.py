from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.expected_findings import Expected
from collectors.office.mibs.values import Rows, parse_oid
from collectors.office.mibs.view import view
from collectors.office.model import Office

Q_PORT = parse_oid("1.3.6.1.2.1.17.7.1.2.2.1.2")
FLAT_PORT = parse_oid("1.3.6.1.2.1.17.4.3.1.2")
BASE_PORT = parse_oid("1.3.6.1.2.1.17.1.4.1.2")
IF_NAME = parse_oid("1.3.6.1.2.1.31.1.1.1.1")
FDB_ID = parse_oid("1.3.6.1.2.1.17.7.1.4.2.1.3")
MED_SERIAL = parse_oid("1.0.8802.1.1.2.1.5.4795.1.3.3.1.4")
REMOTE_NAME = parse_oid("1.0.8802.1.1.2.1.4.1.1.9")
ENTITY_CLASS = parse_oid("1.3.6.1.2.1.47.1.1.1.1.5")
ENTITY_SERIAL = parse_oid("1.3.6.1.2.1.47.1.1.1.1.11")


def column(rows: Rows, oid: tuple[int, ...]) -> dict[tuple[int, ...], object]:
    size = len(oid)
    return {k[size:]: c.value for k, c in rows.items() if k[:size] == oid}


def port_names(rows: Rows) -> dict[object, str]:
    """Bridge port -> ifName, as a manager would work it out."""
    names = {k[0]: v for k, v in column(rows, IF_NAME).items()}
    told: dict[object, str] = {}
    for (bridge,), index in column(rows, BASE_PORT).items():
        name = names[index]  # type: ignore[index]
        assert isinstance(name, bytes)
        told[bridge] = name.decode()
    return told


def located(scene: Scene, key: str) -> dict[tuple[str, int], str]:
    """MAC and VLAN -> ifName, read from the view alone."""
    shown = view(scene, key)
    found: dict[tuple[str, int], str] = {}
    if shown.contexts:
        for vlan, rows in shown.contexts.items():
            names = port_names(rows | shown.rows | rows)
            for mac, port in column(rows, FLAT_PORT).items():
                if port:
                    found[bytes(mac).hex(":"), int(vlan)] = names[port]
        return found
    names = port_names(shown.rows)
    ids = {v: k[1] for k, v in column(shown.rows, FDB_ID).items()}
    for index, port in column(shown.rows, Q_PORT).items():
        if port:
            found[bytes(index[1:]).hex(":"), ids[index[0]]] = names[port]
    return found


def test_each_switch_has_each_endpoint_on_its_own_port_or_on_the_way_there(
    scene: Scene, wanted: Expected
) -> None:
    for key in scene.switches:
        told = located(scene, key)
        for endpoint in wanted.endpoints:
            port = told[endpoint.mac, endpoint.vlan]
            if endpoint.switch == scene.name(key):
                assert port.removesuffix(".0") == endpoint.port, endpoint
            else:
                uses = {i.use.kind for i in scene.interfaces(key) if i.short == port}
                assert uses == {"trunk"}, endpoint


def test_a_phone_and_the_computer_behind_it_share_a_port(scene: Scene) -> None:
    told = located(scene, "sw-a")
    phone, computer = scene.device("tel-01").mac, scene.device("pc-01").mac
    assert told[phone, 20] == told[phone, 10] == told[computer, 10] == "Gi1/0/1"
    assert (computer, 20) not in told


def test_wireless_computers_are_on_the_port_of_their_access_point(
    scene: Scene,
) -> None:
    assert located(scene, "sw-b")[scene.device("mac-04").mac, 40] == "24"


def test_the_stack_is_reached_through_the_aggregate(scene: Scene) -> None:
    assert located(scene, "core")[scene.device("pc-01").mac, 10] == "Po1"
    assert located(scene, "sw-a")[scene.device("srv-files").mac, 30] == "Po1"


def test_redundancy_addresses_are_learned_towards_who_answers_for_them(
    scene: Scene,
) -> None:
    assert located(scene, "sw-b")["00:00:0c:07:ac:0a", 10] == "49"
    assert located(scene, "core")["00:00:5e:00:01:63", 99] == "Te1/0/3"


def test_junos_filtering_ids_are_no_vlan_ids(scene: Scene) -> None:
    rows = view(scene, "sw-c").rows
    ids = {int(k[1]): v for k, v in column(rows, FDB_ID).items()}
    assert all(number != vlan for vlan, number in ids.items())


def test_every_phone_tells_its_serial_to_its_switch(
    office: Office, scene: Scene
) -> None:
    told = {
        value
        for key in scene.switches
        for value in column(view(scene, key).rows, MED_SERIAL).values()
    }
    for device in office.devices.values():
        if office.models[device.model].type == "phone":
            assert (device.serial or "").encode() in told


def test_both_ends_of_a_trunk_hear_each_other(scene: Scene) -> None:
    for link in scene.office.links:
        a, b = link.a.split()[0], link.b.split()[0]
        for here, there in ((a, b), (b, a)):
            heard = column(view(scene, here).rows, REMOTE_NAME).values()
            assert scene.name(there).encode() in heard


def test_the_stack_lists_both_members_and_its_own_row_repeats_the_master(
    scene: Scene,
) -> None:
    rows = view(scene, "sw-a").rows
    classes, serials = column(rows, ENTITY_CLASS), column(rows, ENTITY_SERIAL)
    chassis = [serials[i] for i, kind in classes.items() if kind == 3]
    stack = [serials[i] for i, kind in classes.items() if kind == 11]
    assert chassis == [b"JAE2451121X", b"JAE2451134B"]
    assert stack == [b"JAE2451121X"]


def test_views_are_sorted_and_every_cell_can_be_encoded(
    office: Office, scene: Scene
) -> None:
    from collectors.office.snmp.encoded import EncodedView

    for key in office.devices:
        rows = view(scene, key).rows
        assert list(rows) == sorted(rows)
        assert len(EncodedView(rows).varbinds) == len(rows)
