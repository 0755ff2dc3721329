"""Network devices: commands are data, outputs become facts, refusals no failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import CollectError, TimedOut, Unsupported
from collectors.facts import Component, Observation, Reason
from collectors.ssh.consoles import interface_names
from collectors.ssh.consoles.cells import Cells, address_of, speed_of, vlan_of
from collectors.ssh.consoles.platforms import CliKnowledge, build_knowledge
from collectors.ssh.consoles.read import collect_cli
from collectors.ssh.consoles.templates import known, parse
from collectors.ssh.consoles.vocabulary import capabilities_of, host_of_prompt
from config.catalog import load_folder

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFUSAL = "          ^\n% Invalid input detected at '^' marker."

VERSION = """\
Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3, RELEASE
ROM: Bootstrap program is C2960X boot loader

acme-sw1 uptime is 1 year, 2 weeks, 3 days, 4 hours, 5 minutes
System image file is "flash:c2960x-universalk9-mz.152-7.E3.bin"

cisco WS-C2960X-48FPD-L (APM86XXX) processor (revision A0) with 524288K bytes of memory.
Processor board ID FOC1111A1AA
Base ethernet MAC Address       : 00:11:22:33:44:55

Switch Ports Model                     SW Version            SW Image
------ ----- -----                     ----------            ----------
*    1 52    WS-C2960X-48FPD-L         15.2(7)E3             C2960X-UNIVERSALK9-M

Configuration register is 0xF
"""

STATUS = """\

Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   Sari's desk        connected    20         a-full a-1000 10/100/1000BaseTX
Gi1/0/2                      notconnect   20           auto   auto 10/100/1000BaseTX
Gi1/0/3   old printer        disabled     30           auto   auto 10/100/1000BaseTX
"""

BRIEF = """\
Interface              IP-Address      OK? Method Status                Protocol
Vlan10                 10.1.0.2        YES NVRAM  up                    up
GigabitEthernet1/0/1   unassigned      YES unset  up                    up
"""

MAC_TABLE = """\
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  20    0004.1374.1767    DYNAMIC     Gi1/0/1
  20    8c8c.aa11.2233    DYNAMIC     Gi1/0/1
Total Mac Addresses for this criterion: 3
"""

CDP = """\
-------------------------
Device ID: core1.example.org
Entry address(es):
  IP address: 10.1.0.1
Platform: cisco C9500-24Y4C,  Capabilities: Router Switch IGMP
Interface: GigabitEthernet1/0/48,  Port ID (outgoing port): TwentyFiveGigE1/0/7
Holdtime : 155 sec

Version :
Cisco IOS Software, Version 17.9.4

advertisement version: 2
Management address(es):
  IP address: 10.1.0.1
"""

CDP_BRIEF = """\
Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge

Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
core1.example.org
                 Gig 1/0/48        155              R S I C9500-24Y Twe 1/0/7
"""

SWITCH = {
    "show version": VERSION,
    "show interfaces status": STATUS,
    "show ip interface brief": BRIEF,
    "show mac address-table": MAC_TABLE,
    "show cdp neighbors detail": CDP,
    "show cdp neighbors": CDP_BRIEF,
}


@pytest.fixture(scope="module")
def knowledge() -> CliKnowledge:
    return build_knowledge(load_folder("platforms"))


class FakeCli:
    """A `Cli` that answers from a table."""

    def __init__(
        self, answers: dict[str, str], device_type: str = "cisco_ios", prompt: str = ""
    ) -> None:
        self.answers = answers
        self.device_type = device_type
        self.prompt = prompt
        self.asked: list[str] = []

    async def run(self, command: str, *, timeout: float = 60.0) -> str:
        self.asked.append(command)
        return self.answers.get(command, REFUSAL)

    async def close(self) -> None:
        """Nothing is open."""


async def seen(cli: FakeCli, knowledge: CliKnowledge) -> Observation:
    return await collect_cli(
        cli, knowledge=knowledge, address="10.1.0.2", credential="net", seen_at=NOON
    )


async def test_the_box_tells_model_serial_version_and_name(
    knowledge: CliKnowledge,
) -> None:
    found = await seen(FakeCli(SWITCH), knowledge)
    assert found.hardware is not None
    assert found.operating_system is not None
    assert found.system is not None
    assert (found.hardware.manufacturer, found.hardware.model) == (
        "Cisco",
        "WS-C2960X-48FPD-L",
    )
    assert found.hardware.serial == "FOC1111A1AA"
    assert (found.operating_system.name, found.operating_system.version) == (
        "IOS",
        "15.2(7)E3",
    )
    assert (found.system.name, found.system.base_mac) == (
        "acme-sw1",
        "00:11:22:33:44:55",
    )


async def test_two_spellings_of_a_port_are_one_port_called_as_in_snmp(
    knowledge: CliKnowledge,
) -> None:
    found = await seen(FakeCli(SWITCH), knowledge)
    ports = {i.name: i for i in found.interfaces}
    assert set(ports) == {"Gi1/0/1", "Gi1/0/2", "Gi1/0/3", "Gi1/0/48", "Vl10"}
    desk = ports["Gi1/0/1"]
    assert (desk.alias, desk.pvid, desk.speed, desk.duplex) == (
        "Sari's desk",
        20,
        10**9,
        "full",
    )
    assert (desk.admin_up, desk.oper_up) == (True, True)
    assert (ports["Gi1/0/2"].admin_up, ports["Gi1/0/2"].oper_up) == (True, False)
    assert (ports["Gi1/0/3"].admin_up, ports["Gi1/0/3"].oper_up) == (False, False)
    assert [(a.ip, a.if_index) for a in found.addresses] == [
        ("10.1.0.2", ports["Vl10"].if_index)
    ]


async def test_learned_addresses_lie_on_their_port_and_its_own_on_none(
    knowledge: CliKnowledge,
) -> None:
    found = await seen(FakeCli(SWITCH), knowledge)
    names = {i.if_index: i.name for i in found.interfaces}
    assert {
        (e.mac, names.get(e.if_index or 0), e.vlan, e.status) for e in found.fdb
    } == {
        ("01:00:0c:cc:cc:cc", None, None, "self"),
        ("00:04:13:74:17:67", "Gi1/0/1", 20, "learned"),
        ("8c:8c:aa:11:22:33", "Gi1/0/1", 20, "learned"),
    }


async def test_a_neighbour_told_in_short_and_in_full_is_one_neighbour(
    knowledge: CliKnowledge,
) -> None:
    found = await seen(FakeCli(SWITCH), knowledge)
    assert len(found.neighbours) == 1
    core = found.neighbours[0]
    assert (core.protocol, core.sys_name) == ("cdp", "core1.example.org")
    assert (core.port_id, core.platform) == ("TwentyFiveGigE1/0/7", "cisco C9500-24Y4C")
    assert core.management_addresses == ("10.1.0.1",)
    assert core.capabilities == ("router", "bridge")


async def test_only_answered_tables_count_as_read_and_refusals_are_no_problem(
    knowledge: CliKnowledge,
) -> None:
    found = await seen(FakeCli(SWITCH), knowledge)
    assert found.reads == {"interfaces", "neighbours", "fdb"}
    assert found.problems == ()


async def test_an_output_that_breaks_its_template_is_a_problem_beside_the_rest(
    knowledge: CliKnowledge,
) -> None:
    broken = {**SWITCH, "show interfaces status": "Gi1/0/1 is on fire\n\x1b[2J"}
    found = await seen(FakeCli(broken), knowledge)
    assert [(p.where, p.reason) for p in found.problems] == [
        ("ssh:show interfaces status", Reason.MALFORMED)
    ]
    assert found.problems[0].detail.isprintable()
    assert found.hardware is not None


class SilentCli(FakeCli):
    async def run(self, command: str, *, timeout: float = 60.0) -> str:
        self.asked.append(command)
        raise TimedOut("no prompt came back")


async def test_a_device_that_falls_silent_is_given_up_soon(
    knowledge: CliKnowledge,
) -> None:
    cli = SilentCli({})
    with pytest.raises(TimedOut, match="no command was answered"):
        await seen(cli, knowledge)
    assert len(cli.asked) == 2


async def test_a_platform_without_a_file_gives_what_its_templates_parse(
    knowledge: CliKnowledge,
) -> None:
    bare = replace(knowledge, platforms={})
    cli = FakeCli({"show version": VERSION, "show ip arp": REFUSAL}, "cisco_ios")
    found = await seen(cli, bare)
    assert found.hardware is not None
    assert found.hardware.serial == "FOC1111A1AA"
    assert found.hardware.manufacturer is None


async def test_what_no_template_and_no_file_knows_is_unsupported(
    knowledge: CliKnowledge,
) -> None:
    with pytest.raises(Unsupported, match="add a file"):
        await seen(FakeCli({}, "no_such_platform"), knowledge)


async def test_the_prompt_names_a_device_that_does_not_say_its_name(
    knowledge: CliKnowledge,
) -> None:
    answers = {k: v for k, v in SWITCH.items() if k != "show version"}
    found = await seen(FakeCli(answers, prompt="acme-sw7"), knowledge)
    assert found.system is not None
    assert found.system.name == "acme-sw7"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("admin@fw1(active)>", "fw1"),
        ("RP/0/RSP0/CPU0:pe-1#", "pe-1"),
        ("[admin@MikroTik-A]", "MikroTik-A"),
        ("(WLC-7)", "WLC-7"),
        ("SSH@core", "core"),
        ("<H3C>", "H3C"),
        (">", None),
        ("", None),
    ],
)
def test_host_names_are_found_in_prompts(prompt: str, name: str | None) -> None:
    assert host_of_prompt(prompt) == name


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Gi1/0/1", "GigabitEthernet1/0/1"),
        ("Te1/1/4", "TenGigabitEthernet 1/1/4"),
        ("Po5", "port-channel5"),
        ("Vl20", "Vlan20"),
        ("Eth1/3", "Ethernet1/3"),
        ("Twe1/0/7", "TwentyFiveGigE1/0/7"),
        ("XGE1/0/29", "Ten-GigabitEthernet1/0/29"),
        ("BAGG4", "Bridge-Aggregation4"),
        ("mgmt0", "Management0"),
    ],
)
def test_short_and_long_names_are_one_port(one: str, two: str) -> None:
    assert interface_names.key(one) == interface_names.key(two)


def test_different_ports_stay_different() -> None:
    names = ["ge-0/0/1", "xe-0/0/1", "Gi0/0/1", "Te0/0/1", "ae1", "1/1", "A1", "lo0"]
    assert len({interface_names.key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("a-1000", 10**9),
        ("1000", 10**9),
        ("10 Gb/s", 10**10),
        ("100Mbps", 10**8),
        ("1G", 10**9),
        ("2.5G", 2_500_000_000),
        ("1000000000", 10**9),
        ("auto", None),
        ("", None),
    ],
)
def test_speeds_are_bits_per_second(text: str, bits: int | None) -> None:
    assert speed_of(text) == bits


@pytest.mark.parametrize(
    ("text", "mask", "found"),
    [
        ("10.1.1.1/24", None, ("10.1.1.1", 24)),
        ("10.1.1.1", "255.255.255.252", ("10.1.1.1", 30)),
        ("10.1.1.1 255.255.0.0", None, ("10.1.1.1", 16)),
        ("2001:DB8::1/64", None, ("2001:db8::1", 64)),
        ("127.0.0.1", None, None),
        ("0.0.0.0", None, None),
        ("unassigned", None, None),
    ],
)
def test_addresses_are_canonical(
    text: str, mask: str | None, found: tuple[str, int | None] | None
) -> None:
    assert address_of(text, mask) == found


def test_columns_may_be_joined_searched_filled_in_and_fixed() -> None:
    row: dict[str, Any] = {"a": "x", "b": ["y", "-"], "c": "v 1.2", "d": ["br", "oken"]}
    columns = {
        "both": ("a+b",),
        "searched": ("c~(\\d\\.\\d)",),
        "filled": ("{a} {c}",),
        "fixed": ("=mgmt",),
        "joined": ("d&",),
        "second": ("nope", "a"),
        "empty": ("{a} {nope}",),
    }
    cells = Cells(row, columns, {}, frozenset({"-", ""}))
    assert cells.many("both") == ["x", "y"]
    assert cells.first("searched") == "1.2"
    assert cells.first("filled") == "x v 1.2"
    assert cells.first("fixed") == "mgmt"
    assert cells.first("joined") == "broken"
    assert cells.first("second") == "x"
    assert cells.first("empty") is None


def test_a_stack_lists_every_member(knowledge: CliKnowledge) -> None:
    from collectors.ssh.consoles.rows import Console

    platform = knowledge.platforms["cisco_ios"]
    console = Console(platform, knowledge)
    row = {"hardware": ["C9300-48P", "C9300-24P"], "serial": ["FOC1", "FOC2"]}
    console.take(platform.reads[0], [row])
    assert [(c.kind, c.model, c.serial) for c in console.box.components()] == [
        ("chassis", "C9300-48P", "FOC1"),
        ("chassis", "C9300-24P", "FOC2"),
    ]
    assert isinstance(console.box.components()[0], Component)


def test_every_platform_file_is_valid_and_its_commands_have_templates(
    knowledge: CliKnowledge,
) -> None:
    platforms = {p.name: p for p in knowledge.platforms.values()}
    assert len(platforms) >= 50
    blind = [
        name
        for name, platform in platforms.items()
        if not any(
            known(name, read.template or read.command) for read in platform.reads
        )
    ]
    assert blind == []


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"platform": "x", "reeds": []}, "unknown keys"),
        (
            {"platform": "x", "reads": [{"ask": "show version"}]},
            "needs `ask` and `for`",
        ),
        ({"platform": "x", "reads": [{"ask": "a", "for": "colour"}]}, "needs `ask`"),
        ({"platform": "x", "detect": {"probe": "("}}, "regular expression"),
        (
            {
                "platform": "x",
                "reads": [{"ask": "a", "for": "arp", "states": {"up": 1}}],
            },
            "admin, oper",
        ),
    ],
)
def test_a_broken_platform_file_is_named_with_what_is_wrong(
    document: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as refusal:
        build_knowledge([("platforms/x.yaml", document)])
    assert "platforms/x.yaml" in str(refusal.value)


def test_a_device_is_told_by_its_banner_or_its_answer(knowledge: CliKnowledge) -> None:
    assert knowledge.detect("ROSSSH") == "mikrotik_routeros"
    assert knowledge.detect("HUAWEI-1.5") == "huawei_vrp"
    assert knowledge.detect("OpenSSH_9.2p1") is None
    assert knowledge.detect("OpenSSH_9.2p1", answer=VERSION) == "cisco_ios"
    assert knowledge.detect(answer="Junos: 21.4R3") == "juniper_junos"
    assert knowledge.detect(answer="% Bad command") is None


def test_vlans_out_of_range_are_none() -> None:
    assert [vlan_of(t) for t in ("1", "VLAN0020", "4094", "4095", "0", "trunk")] == [
        1,
        20,
        4094,
        None,
        None,
        None,
    ]


def test_capabilities_are_words_of_the_vocabulary() -> None:
    assert capabilities_of("R S I", "cdp") == ("router", "bridge")
    assert capabilities_of("Bridge, WLAN AP, Telephone") == (
        "bridge",
        "wlan-ap",
        "telephone",
    )
    assert capabilities_of(None) == ()


@given(st.text(max_size=300), st.sampled_from(["show version", "show vlan"]))
def test_any_text_is_parsed_or_refused_with_a_reason(text: str, command: str) -> None:
    reason = ""
    try:
        parse("cisco_ios", command, text)
    except CollectError as error:
        reason = str(error)
    assert reason == "" or reason.isprintable()


def test_the_platform_folder_is_where_the_catalog_looks() -> None:
    assert (Path(__file__).parents[3] / "config" / "platforms").is_dir()
