"""The collectors against real daemons: what is found is what is there."""

from __future__ import annotations

import ipaddress
import re
import shutil
from pathlib import Path

import pytest

from collectors.credentials import JumpHost
from collectors.errors import AuthFailed, HostKeyChanged
from collectors.facts import Neighbour, Observation
from collectors.pacing import LockoutGuard
from collectors.sweep.sweep import SweepPlan
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork
from inventory.vault.lockout import list_failures, unlock_named
from tests.lab import scans
from tests.lab.site import Lab

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def switch(lab: Lab) -> Observation:
    """What the switch tells."""
    plan = SweepPlan(icmp=True, timeout=0.5)
    everybody = [n.ip for n in (*lab.hosts, lab.phone, lab.desk, lab.pbx)]
    lab.net.call("mgr", scans.sweep_all, addresses=everybody, plan=plan)
    return lab.net.call("mgr", scans.snmp, address=lab.switch.ip, credential=lab.snmp)


def test_the_sweep_finds_everybody_by_every_protocol_and_nobody_else(lab: Lab) -> None:
    plan = SweepPlan(
        icmp=True,
        tcp_ports=(22,),
        snmp=(lab.snmp,),
        sip_port=5060,
        timeout=0.6,
        rate=2_000,
    )
    hosts = [str(a) for a in ipaddress.ip_network(lab.network).hosts()]
    found, problems = lab.net.call("mgr", scans.sweep_all, addresses=hosts, plan=plan)
    by_protocol: dict[str, set[str]] = {}
    for answer in found:
        by_protocol.setdefault(answer.protocol, set()).add(answer.address)
    ssh_hosts = {node.ip for node in lab.hosts}
    sip = {lab.phone.ip, lab.desk.ip, lab.pbx.ip}
    others = {lab.switch.ip, lab.manager.ip, *sip}
    assert problems == []
    assert by_protocol == {
        "icmp": ssh_hosts | others,
        "tcp": ssh_hosts,
        "snmp": ssh_hosts | {lab.switch.ip},
        "sip": sip,
        "arp": ssh_hosts | others,
    }
    resolved = {a.address: a.detail["mac"] for a in found if a.protocol == "arp"}
    phones = (lab.phone, lab.desk)
    everybody = (*lab.hosts, *phones, lab.switch, lab.pbx, lab.manager)
    assert resolved == {node.ip: node.mac for node in everybody}
    banners = {a.detail["banner"] for a in found if a.protocol == "tcp"}
    assert all(b.startswith("SSH-2.0-OpenSSH_") for b in banners)
    assert {a.detail["credential"] for a in found if a.protocol == "snmp"} == {
        "lab v2c"
    }


def test_the_switch_knows_the_port_of_every_machine(
    lab: Lab, switch: Observation
) -> None:
    names = {i.if_index: i.name for i in switch.interfaces}
    learned = {e.mac: names.get(e.if_index or 0) for e in switch.fdb}
    plugged = (*lab.hosts, lab.phone, lab.desk, lab.pbx, lab.manager)
    assert {n.mac: n.port for n in plugged}.items() <= learned.items()


def test_the_switch_heard_the_phone_with_its_whole_inventory(
    lab: Lab, switch: Observation
) -> None:
    names = {i.if_index: i.name for i in switch.interfaces}
    heard = [n for n in switch.neighbours if n.med and n.med.device_class == 3]
    assert [names.get(n.local_if_index or 0) for n in heard] == [lab.phone.port]
    phone = heard[0]
    assert (phone.chassis_id, phone.sys_name) == (lab.phone.mac, lab.phone.name)
    assert lab.phone.ip in phone.management_addresses
    assert "telephone" in phone.capabilities
    med = phone.med
    assert med is not None
    assert {
        "hardware-revision": med.hardware_rev,
        "firmware-revision": med.firmware_rev,
        "software-revision": med.software_rev,
        "serial-number": med.serial,
        "manufacturer": med.manufacturer,
        "model": med.model,
        "asset": med.asset_id,
    } == lab.inventory
    assert (1, 200) in med.policies


def test_version_3_with_encryption_tells_the_same_as_version_2c(
    lab: Lab, switch: Observation
) -> None:
    secret = lab.net.call(
        "mgr", scans.snmp, address=lab.switch.ip, credential=lab.snmp_v3
    )
    assert secret.credential == "lab v3"
    assert secret.system is not None
    assert switch.system is not None
    assert secret.system.engine_id == switch.system.engine_id
    assert {i.name for i in secret.interfaces} == {i.name for i in switch.interfaces}


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("way", ["password", "key"])
def test_ssh_takes_the_inventory_of_a_host(lab: Lab, index: int, way: str) -> None:
    node = lab.hosts[index]
    credential = lab.password if way == "password" else lab.key
    seen = lab.net.call("mgr", scans.ssh, address=node.ip, credential=credential)
    system = seen.operating_system
    assert system is not None
    assert (system.hostname, system.build) == (node.name, lab.system_of(node))
    assert {a.ip for a in seen.addresses} == {node.ip}
    assert node.mac in {i.mac for i in seen.interfaces}
    assert seen.host_keys[0].fingerprint == lab.fingerprint(node)
    assert "software" in seen.reads
    assert {"openssh-server"} <= {s.name for s in seen.software}
    assert seen.problems == () or {p.where for p in seen.problems} == {"ssh:dmi"}


def test_a_wrong_password_is_refused_once(lab: Lab) -> None:
    with pytest.raises(AuthFailed):
        lab.net.call("mgr", scans.ssh, address=lab.hosts[0].ip, credential=lab.wrong)


def test_the_guard_stops_before_the_host_would(lab: Lab) -> None:
    before = _judged(lab, "hostb")
    ends = lab.net.call(
        "mgr",
        scans.many_logins,
        address=lab.hosts[1].ip,
        credential=lab.wrong,
        times=8,
        guard=LockoutGuard(per_account=3, per_device=3),
    )
    assert ends == ["auth-failed"] * 3 + ["locked-out"] * 5
    assert _judged(lab, "hostb") - before == 3


def test_the_guard_counts_on_over_restarts_until_it_is_unlocked(
    lab: Lab, sqlite_template: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'lab.sqlite')}"
    asked = {"address": lab.hosts[1].ip, "credential": lab.wrong, "url": url}
    before = _judged(lab, "hostb")
    ends = lab.net.call("mgr", scans.stored_logins, times=6, **asked)
    assert ends == ["auth-failed"] * 3 + ["locked-out"] * 3
    assert _judged(lab, "hostb") - before == 3
    engine = make_engine(url)
    with UnitOfWork(engine, actor="cli:test", clock=lambda: scans.NOON) as work:
        (off,) = list_failures(work.connection, off_only=True)
        assert (off["subject"], off["off_at"]) == ("lab wrong", scans.NOON)
        unlock_named(work, "lab wrong")
        work.commit()
    engine.dispose()
    again = lab.net.call("mgr", scans.stored_logins, times=1, **asked)
    assert again == ["auth-failed"]
    assert _judged(lab, "hostb") - before == 4


def test_a_host_is_reached_through_another_one(lab: Lab) -> None:
    first, second = lab.hosts
    jump = JumpHost(host=first.ip, login=lab.password)
    told = lab.net.call(
        "mgr", scans.through, address=second.ip, credential=lab.key, jumps=[jump]
    )
    name, client = told.splitlines()
    assert name == second.name
    assert client.split()[0] == first.ip


def test_the_phone_and_the_registrar_answer_sip_options(lab: Lab) -> None:
    phone = lab.net.call("mgr", scans.sip, address=lab.phone.ip)
    said = {c.kind: c.value for c in phone.clues}
    assert said["sip-server"].startswith("baresip")
    assert phone.phones[0].contact_ip == lab.phone.ip
    registrar = lab.net.call("mgr", scans.sip, address=lab.pbx.ip)
    said = {c.kind: c.value for c in registrar.clues}
    assert said["sip-server"].startswith("kamailio")
    assert said["sip-status"] == "200"


def test_raw_frames_show_who_is_there_and_what_the_switch_announces(lab: Lab) -> None:
    answered, heard = lab.net.call(
        "mgr", scans.link, network=lab.network, interface="eth0", seconds=10
    )
    there = (*lab.hosts, lab.switch, lab.phone, lab.desk, lab.pbx)
    assert {e.ip: e.mac for e in answered} == {node.ip: node.mac for node in there}
    switch = heard[0]
    assert isinstance(switch, Neighbour)
    assert (switch.sys_name, switch.port_descr) == (lab.switch.name, lab.manager.port)
    assert lab.switch.ip in switch.management_addresses


def test_a_changed_host_key_stops_the_login_until_it_is_accepted(lab: Lab) -> None:
    node = lab.hosts[0]
    pinned = lab.fingerprint(node)
    asked = {"address": node.ip, "credential": lab.password}
    seen = lab.net.call("mgr", scans.ssh, **asked, pinned_key=pinned)
    assert seen.host_keys[0].fingerprint == pinned
    lab.change_host_key(node)
    accepted = _judged(lab, "hosta")
    with pytest.raises(HostKeyChanged, match=re.escape(pinned)):
        lab.net.call("mgr", scans.ssh, **asked, pinned_key=pinned)
    assert _judged(lab, "hosta") == accepted
    new = lab.fingerprint(node)
    again = lab.net.call("mgr", scans.ssh, **asked, pinned_key=new)
    assert again.host_keys[0].fingerprint == new


def _judged(lab: Lab, short: str) -> int:
    """Return how many credentials a host has judged."""
    log = (lab.net.folder / f"sshd-{short}.log").read_text("utf-8", "replace")
    return log.count("Accepted ") + log.count("Failed ")
