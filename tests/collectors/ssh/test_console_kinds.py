"""What a console is, is found out; what it says is read as far as it is understood."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncssh
import pytest

from collectors.errors import Unsupported
from collectors.facts import Neighbour, Observation, Reason
from collectors.ssh.consoles.platforms import CliKnowledge, build_knowledge
from collectors.ssh.consoles.read import collect_cli
from collectors.ssh.consoles.templates import parse
from collectors.ssh.consoles.vocabulary import capabilities_of
from config import catalog
from discovery.identity.identify import build_knowledge as build_identity
from discovery.identity.identify import identify
from tests.collectors.ssh.servers import ssh_server
from tests.collectors.ssh.test_network import STATUS, SWITCH, VERSION, FakeCli
from tests.collectors.ssh.test_terminal import HOST, READER, Device, opener

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def knowledge() -> CliKnowledge:
    return build_knowledge(catalog.platforms())


async def seen(cli: FakeCli, knowledge: CliKnowledge) -> Observation:
    return await collect_cli(cli, knowledge=knowledge, address="10.1.0.2", seen_at=NOON)


class Console(Device):
    """A console with a refusal of its own."""

    def __init__(self, answers: dict[str, str], prompt: str, refusal: str) -> None:
        super().__init__(answers, prompt, "")
        self.refusal = refusal

    async def answer(
        self, process: asyncssh.SSHServerProcess[Any], command: str
    ) -> None:
        quiet = (
            "terminal ",
            "set cli",
            "screen-length",
            "config ",
            "end",
            "set output",
        )
        if not command or (command.startswith(quiet) and command not in self.answers):
            return
        word = command.split()[0]
        text = self.answers.get(command, self.refusal.format(word=word))
        process.stdout.write(text.replace("\n", "\r\n").encode() + b"\r\n")


KINDS = {
    "cisco_ios": Console({"show version": VERSION}, "sw1#", "% Invalid input detected"),
    "juniper_junos": Console(
        {
            "show version": "Hostname: ex1\nModel: ex4300-48t\nJunos: 21.4R3",
            "set cli screen-width 511": "Screen width set to 511",
            "set cli screen-length 0": "Screen length set to 0",
            "set cli complete-on-space off": "Disabling complete-on-space",
        },
        "net@ex1> ",
        "unknown command.",
    ),
    "hp_comware": Console({}, "<H3C>", "% Unrecognized command found at '^' position."),
    "huawei_vrp": Console({}, "<core>", "Error: Unrecognized command found at '^'"),
    "mikrotik_routeros": Console(
        {}, "[net@hex] > ", "bad command name {word} (line 1 column 1)"
    ),
    "arista_eos": Console(
        {
            "show version": "Arista DCS-7050TX-64-R\nSoftware image version: 4.28.3M",
            "terminal width 511": "Width set to 511 columns.",
            "terminal length 0": "Pagination disabled.",
        },
        "leaf1#",
        "% Invalid input",
    ),
}


async def test_one_account_without_a_device_type_opens_consoles_of_six_kinds(
    knowledge: CliKnowledge,
) -> None:
    async with opener(knowledge) as consoles:

        async def kind(device: Console) -> str:
            async with ssh_server(device.serve) as port:
                cli = await consoles.open(HOST, port, READER)
                await cli.close()
            return cli.device_type

        found = await asyncio.gather(*map(kind, KINDS.values()))
    assert found == list(KINDS)


@dataclass
class Changing(FakeCli):
    """A `Cli` that can go on as another kind of device."""

    answers: dict[str, str]
    device_type: str
    prompt: str = ""
    asked: list[str] = field(default_factory=list)

    async def become(self, device_type: str) -> None:
        self.device_type = device_type


async def test_a_driver_that_the_answers_contradict_is_changed(
    knowledge: CliKnowledge,
) -> None:
    found = await seen(Changing(SWITCH, "hp_comware"), knowledge)
    assert found.hardware is not None
    assert found.hardware.model == "WS-C2960X-48FPD-L"
    told = [(p.where, p.reason) for p in found.problems]
    assert told == [("ssh:platform", Reason.UNSUPPORTED)]
    kinds = [c.value for c in found.clues if c.kind == "cli-platform"]
    assert kinds == ["cisco_ios"]


NETIRON = """\
Port   Link     Port-State   Dupl Speed Trunk Tag Priori MAC            Name           Type
1/1    Up       Forward      Full 1G    None  Yes level0 0024.38a5.0100 to-core        default-port
1/2    Disabled None         None None  None  No  level0 0024.38a5.0101                default-port
ve10   Up       N/A          N/A  N/A   None  N/A N/A    0024.38a5.0100 office         default-port
"""  # noqa: E501


async def test_tables_that_only_another_platform_reads_change_the_driver(
    knowledge: CliKnowledge,
) -> None:
    """Two systems of one maker refuse alike; it may be all that was known of one."""
    told = Changing({"show interfaces brief": NETIRON}, "brocade_fastiron")
    found = await seen(told, knowledge)
    assert told.device_type == "brocade_netiron"
    assert [port.name for port in found.interfaces] == ["1/1", "1/2", "ve10"]


async def test_a_device_that_refuses_all_is_a_failure_with_its_words(
    knowledge: CliKnowledge,
) -> None:
    with pytest.raises(Unsupported, match=r"all \d+ commands .* Invalid input"):
        await seen(FakeCli({}), knowledge)


async def test_a_command_the_account_may_not_use_is_named(
    knowledge: CliKnowledge,
) -> None:
    answers = {**SWITCH, "show inventory": "Command authorization failed."}
    found = await seen(FakeCli(answers), knowledge)
    assert [(p.where, p.reason) for p in found.problems] == [
        ("ssh:show inventory", Reason.AUTH_FAILED)
    ]


ARP = """\
Flags: * - Adjacencies learnt on non-active FHRP router
       D - Static Adjacencies attached to down interface

IP ARP Table for all contexts
Address         Age       MAC Address     Interface       Physical Interface  Flags
192.0.2.181     0.038376  8c84.7401.2700  Vlan572         port-channel10
192.0.2.182     00:05:24  8c84.7401.6830  Vlan572         port-channel10
"""


def test_a_line_no_template_expects_costs_that_line() -> None:
    lines = ARP.splitlines()
    for place in range(len(lines) + 1):
        text = "\n".join((*lines[:place], "%SYS-5: hello", *lines[place:]))
        parsed = parse("cisco_nxos", "show ip arp detail vrf all", text)
        assert len(parsed.rows) == 2
        assert "%SYS-5: hello" in parsed.unread


async def test_what_was_not_read_is_reported_and_the_alternative_asked(
    knowledge: CliKnowledge,
) -> None:
    cli = FakeCli({"show ip arp detail vrf all": ARP}, "cisco_nxos")
    found = await seen(cli, knowledge)
    assert len(found.arp) == 2
    assert "show ip arp" in cli.asked
    (problem,) = found.problems
    assert problem.reason is Reason.MALFORMED
    assert "Static Adjacencies" in problem.detail


def test_letters_mean_what_their_own_legend_says() -> None:
    assert capabilities_of("S") == ("station",)
    assert capabilities_of("S I", "cdp") == ("bridge",)
    assert capabilities_of("B,T") == ("bridge", "telephone")
    assert capabilities_of("T B I", "cdp", "AIR-AP380") == ("wlan-ap", "bridge")
    assert capabilities_of("H P", "cdp") == ("station", "telephone")
    assert capabilities_of("P") == ("repeater",)
    assert capabilities_of("R r", "cdp") == ("router", "repeater")


SUMMARY = """\
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device

Device ID           Local Intf     Hold-time  Capability      Port ID
TLP-0113            Gi1/0/10       180        B,T             805e.c0aa.1122

Total entries displayed: 1
"""

DETAIL = """\
------------------------------------------------
Chassis id: 192.0.2.77
Port id: 805e.c0aa.1122
Port Description: WAN PORT
System Name: TLP-0113

System Description:
SIP-T46U 108.86.0.20

Time remaining: 130 seconds
System Capabilities: B,T
Enabled Capabilities: B,T
Management Addresses:
    IP: 192.0.2.77

MED Information:

    H/W revision: 108.0
    Serial number: 805ec0aa1122
    Manufacturer: Yealink
    Model: SIP-T46U

Total entries displayed: 1
"""


async def test_details_without_our_port_are_joined_with_the_summary(
    knowledge: CliKnowledge,
) -> None:
    answers = {"show lldp neighbors": SUMMARY, "show lldp neighbors detail": DETAIL}
    phone: Neighbour
    (phone,) = (await seen(FakeCli(answers), knowledge)).neighbours
    assert (phone.local_port, phone.sys_name) == ("Gi1/0/10", "TLP-0113")
    assert phone.management_addresses == ("192.0.2.77",)
    assert phone.med is not None
    assert (phone.med.model, phone.med.serial) == ("SIP-T46U", "805ec0aa1122")
    assert (phone.med.manufacturer, phone.med.hardware_rev) == ("Yealink", "108.0")


@pytest.mark.parametrize(
    ("device_type", "answers", "kind"),
    [
        ("cisco_ios", SWITCH, "switch"),
        ("cisco_ios", {"show interfaces status": STATUS}, "switch"),
        (
            "cisco_asa",
            {"show version": "Cisco Adaptive Security Appliance Software Version 9.1"},
            "firewall",
        ),
        ("mikrotik_routeros", {"/system identity print": "name: hex"}, "router"),
    ],
)
async def test_a_console_makes_no_computer_of_a_network_device(
    knowledge: CliKnowledge, device_type: str, answers: dict[str, str], kind: str
) -> None:
    found = await seen(FakeCli(dict(answers), device_type), knowledge)
    known = build_identity(catalog.vendors(), catalog.fingerprints())
    assert identify([found], known).fields["type"].value == kind


ETHERNET = """\
{name} is up
admin state is up, Dedicated Interface
  Hardware: 1000/10000 Ethernet, address: 0005.9b7a.000{n} (bia 0005.9b7a.000{n})
  Description: to the core
  MTU 1500 bytes, BW 10000000 Kbit,, BW 10000000 Kbit, DLY 10 usec
  reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation ARPA, medium is broadcast
  Port mode is trunk
  full-duplex, 10 Gb/s, media type is 10G
"""
FIBRE = """\
fc1/{n} is down ({why})
{described}    Hardware is Fibre Channel
    Port WWN is 20:2b:54:7f:ee:01:02:8{n}
    Admin port mode is auto, trunk mode is on
    snmp link state traps are enabled
    Port vsan is 1
    Receive data field Size is 2112
    Beacon is turned off
      0 frames input, 0 bytes
        0 discards, 0 errors
"""


async def test_fibre_channel_ports_stand_between_those_of_ethernet(
    knowledge: CliKnowledge,
) -> None:
    printed = "\n".join(
        (
            ETHERNET.format(name="Ethernet1/1", n=1),
            FIBRE.format(n=3, why="SFP not present", described=""),
            FIBRE.format(
                n=4,
                why="Link failure: loss of signal",
                described="    Port description is disk shelf\n",
            ),
            ETHERNET.format(name="Ethernet1/2", n=2),
        )
    )
    found = await seen(FakeCli({"show interface": printed}, "cisco_nxos"), knowledge)
    ports = {port.name: port for port in found.interfaces}
    assert sorted(ports) == ["Ethernet1/1", "Ethernet1/2", "fc1/3", "fc1/4"]
    assert ports["Ethernet1/2"].mac == "00:05:9b:7a:00:02"
    assert [ports[name].oper_up for name in ("Ethernet1/1", "fc1/3")] == [True, False]
