"""What consoles say of the VLANs and the power of a port."""

from __future__ import annotations

import pytest

from collectors.ssh.consoles.platforms import CliKnowledge, build_knowledge
from config.catalog import load_folder
from tests.collectors.ssh.test_network import SWITCH, FakeCli, seen

SWITCHPORT = """\
Name: Gi1/0/1
Switchport: Enabled
Administrative Mode: static access
Operational Mode: static access
Administrative Trunking Encapsulation: dot1q
Negotiation of Trunking: Off
Access Mode VLAN: 20 (VLAN0020)
Trunking Native Mode VLAN: 1 (default)
Voice VLAN: 40 (VOICE)
Trunking VLANs Enabled: ALL
Pruning VLANs Enabled: 2-1001

Name: Gi1/0/48
Switchport: Enabled
Administrative Mode: trunk
Operational Mode: trunk
Administrative Trunking Encapsulation: dot1q
Negotiation of Trunking: On
Access Mode VLAN: 1 (default)
Trunking Native Mode VLAN: 30 (VLAN0030)
Voice VLAN: none
Trunking VLANs Enabled: 20,30-41
Pruning VLANs Enabled: 2-1001
"""

VLANS = """\

VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active
20   OFFICE                           active    Gi1/0/1
30   MGMT                             active
40   VOICE                            active
50   GUEST                            active
"""

POWER = """\
Available:740.0(w)  Used:12.6(w)  Remaining:727.4(w)

Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Gi1/0/1   auto   on         6.3     IP Phone 8841       2     30.0
Gi1/0/2   auto   off        0.0     n/a                 n/a   30.0
Gi1/0/3   off    off        0.0     n/a                 n/a   30.0
"""


@pytest.fixture(scope="module")
def knowledge() -> CliKnowledge:
    return build_knowledge(load_folder("platforms"))


async def test_a_port_has_its_vlans_and_its_power(knowledge: CliKnowledge) -> None:
    answers = SWITCH | {
        "show interfaces switchport": SWITCHPORT,
        "show vlan": VLANS,
        "show power inline": POWER,
    }
    found = await seen(FakeCli(answers), knowledge)
    names = {card.if_index: card.name for card in found.interfaces}
    ports = {card.name: card for card in found.interfaces}
    assert (ports["Gi1/0/1"].pvid, ports["Gi1/0/1"].voice_vlan) == (20, 40)
    assert (ports["Gi1/0/48"].pvid, ports["Gi1/0/48"].voice_vlan) == (30, None)
    tagged = {v.vlan: [names[i] for i in v.tagged] for v in found.vlans}
    assert tagged == {1: [], 20: ["Gi1/0/48"], 30: [], 40: ["Gi1/0/48"], 50: []}
    power = {p.port: (p.enabled, p.delivering, p.milliwatts) for p in found.poe}
    assert power == {
        "Gi1/0/1": (True, True, 6300),
        "Gi1/0/2": (True, False, None),
        "Gi1/0/3": (False, False, None),
    }
    assert found.poe[0].device_class == 2


async def test_a_trunk_that_allows_all_carries_what_there_is(
    knowledge: CliKnowledge,
) -> None:
    every = SWITCHPORT.replace("20,30-41", "ALL")
    answers = SWITCH | {"show interfaces switchport": every, "show vlan": VLANS}
    found = await seen(FakeCli(answers), knowledge)
    assert [v.vlan for v in found.vlans if v.tagged] == [1, 20, 40, 50]
