"""Computers: the script runs here, invented machines are read right."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.errors import Unsupported
from collectors.facts import Observation, Reason
from collectors.ports import CommandResult
from collectors.ssh.computers.edid import parse_edid
from collectors.ssh.computers.linux import parse_linux
from collectors.ssh.computers.read import collect_shell, unix_script
from collectors.ssh.computers.sections import Machine, parse_sections, render
from tests.collectors.ssh.machines import LAPTOP, SERVER, edid_block

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LAPTOP_KEY = parse_linux(LAPTOP).host_keys[0].fingerprint


class Played:
    """A `Shell` whose commands print what they were told to."""

    def __init__(self, *results: CommandResult, host_key: str = "SHA256:new") -> None:
        self.results = list(results)
        self.host_key = host_key
        self.asked: list[str] = []

    async def run(
        self, command: str, *, stdin: str = "", timeout: float = 60.0
    ) -> CommandResult:
        self.asked.append(command)
        return self.results.pop(0)

    async def close(self) -> None:
        """Nothing is open."""


async def seen(shell: Played) -> Observation:
    return await collect_shell(
        shell, address="10.1.2.3", port=22, credential="readers", seen_at=NOON
    )


async def laptop() -> Observation:
    return await seen(Played(CommandResult(render(LAPTOP)), host_key=LAPTOP_KEY))


async def test_a_laptop_tells_maker_model_chassis_and_firmware_without_root() -> None:
    hardware = (await laptop()).hardware
    assert hardware is not None
    assert (hardware.manufacturer, hardware.model) == ("LENOVO", "ThinkPad T14 Gen 4")
    assert (hardware.chassis_type, hardware.part_number) == ("notebook", "21HDCTO1WW")
    assert (hardware.firmware, hardware.bios_date) == ("N3QET36W (1.36 )", "11/30/2023")
    assert (hardware.serial, hardware.uuid, hardware.asset_tag) == (None, None, None)


async def test_what_only_root_may_read_is_said() -> None:
    problem = (await laptop()).problems[0]
    assert problem.where == "ssh:dmi"
    assert "serial number, system UUID" in problem.detail


async def test_the_operating_system_has_version_uptime_host_and_last_user() -> None:
    system = (await laptop()).operating_system
    assert system is not None
    assert (system.name, system.version) == ("Debian GNU/Linux", "12.7")
    assert (system.build, system.architecture) == ("6.1.0-25-amd64", "x86_64")
    assert (system.hostname, system.last_user) == ("sari-laptop", "sari")
    assert (system.uptime, system.virtualisation) == (93784.21, None)


async def test_parts_have_numbers_serials_and_sizes() -> None:
    parts = {c.kind: c for c in (await laptop()).components}
    assert parts["cpu"].model == "13th Gen Intel(R) Core(TM) i5-1335U"
    assert parts["cpu"].descr == "10 cores, 12 threads"
    assert (parts["monitor"].manufacturer, parts["monitor"].model) == (
        "DEL",
        "DELL U2722D",
    )
    assert (parts["monitor"].serial, parts["monitor"].manufactured) == (
        "ABC1234",
        "2021-W12",
    )
    assert parts["battery"].serial == "1234"
    assert parts["graphics"].model == "Raptor Lake-P [Iris Xe]"
    indexes = [c.index for c in (await laptop()).components]
    assert len(set(indexes)) == len(indexes)


async def test_disks_are_the_physical_ones_with_the_serial_on_their_label() -> None:
    disks = {c.name: c for c in (await laptop()).components if c.kind == "disk"}
    assert set(disks) == {"nvme0n1", "sda"}
    nvme = disks["nvme0n1"]
    assert (nvme.serial, nvme.firmware_rev) == ("S64KNX0T412345", "GXA7801Q")
    assert (nvme.size, nvme.descr) == (1000215216 * 512, "nvme ssd")
    assert (disks["sda"].manufacturer, disks["sda"].serial) == ("SanDisk", "4C531001")


async def test_open_encryption_and_container_hosts_are_clues() -> None:
    clues = {(c.kind, c.value) for c in (await laptop()).clues}
    assert ("disk-encryption", "LUKS2") in clues
    assert ("virtualisation-host", "docker") in clues


async def test_network_cards_keep_their_burnt_in_address_under_a_bond() -> None:
    cards = {i.name: i for i in (await laptop()).interfaces}
    wired = cards["enp0s31f6"]
    assert wired.mac == "8c:8c:aa:11:22:33"
    assert (wired.speed, wired.duplex, wired.lag_if_index) == (10**9, "full", 4)
    assert (wired.physical, cards["bond0"].physical) == (True, False)
    assert (cards["wlp9s0"].type, cards["wlp9s0"].admin_up) == (71, False)
    assert cards["lo"].mac is None


async def test_addresses_and_neighbours_belong_to_their_interface() -> None:
    found = await laptop()
    assert {(a.ip, a.prefix_length, a.if_index) for a in found.addresses} == {
        ("10.1.2.3", 24, 4),
        ("2001:db8::3", 64, 4),
    }
    assert {(a.ip, a.mac, a.if_index) for a in found.arp} == {
        ("10.1.2.1", "00:00:0c:07:ac:01", 4),
        ("fe80::2", "00:04:13:74:17:67", 4),
    }


async def test_only_installed_packages_count_and_the_tables_are_complete() -> None:
    found = await laptop()
    assert [(s.name, s.version) for s in found.software] == [("bash", "5.2.15-2")]
    kinds = {f"components/{part.kind}" for part in found.components}
    assert found.reads == {"software", "interfaces", "addresses", "arp"} | kinds


async def test_the_key_of_the_connection_comes_first_whatever_is_listed() -> None:
    assert (await laptop()).host_keys[0].algorithm == "ssh-ed25519"
    stranger = await seen(Played(CommandResult(render(LAPTOP)), host_key="SHA256:new"))
    assert [k.fingerprint for k in stranger.host_keys] == ["SHA256:new", LAPTOP_KEY]


async def test_a_server_read_by_root_gives_serials_of_everything() -> None:
    found = await seen(Played(CommandResult(render(SERVER))))
    hardware = found.hardware
    assert hardware is not None
    assert (hardware.serial, hardware.asset_tag) == ("AC00042", "IT-00412")
    assert hardware.uuid == "4c4c4544-0042-3510-8051-b4c04f463333"
    parts = {(c.kind, c.name): c for c in found.components}
    assert parts["memory", "A1"].size == 32 << 30
    assert parts["memory", "A1"].serial == "93E1A2B3"
    assert parts["memory", "A1"].descr == "DDR4 2666 MT/s"
    assert parts["disk", "sda"].size == 480_103_981_056
    assert parts["disk", "sda"].descr == "sata ssd, health PASSED"
    assert [name for kind, name in parts if kind == "cpu"] == ["CPU1"]
    assert [s.name for s in found.software] == ["kernel", "acme"]
    assert [(a.ip, a.prefix_length) for a in found.addresses] == [("192.168.1.181", 24)]
    assert found.problems == ()


async def test_a_transcript_that_broke_off_says_so_and_completes_no_table() -> None:
    text = render(LAPTOP).partition("#:purser:virt")[0]
    found = await seen(Played(CommandResult(text, status=137)))
    assert [p.reason for p in found.problems][-1] is Reason.MALFORMED
    assert found.reads == frozenset()
    assert found.operating_system is not None


async def test_too_much_output_is_kept_as_far_as_it_went_with_a_reason() -> None:
    found = await seen(Played(CommandResult(render(LAPTOP), truncated=True)))
    assert [p.reason for p in found.problems][-1] is Reason.TOO_MUCH


async def test_an_unknown_system_is_a_reason_not_a_failure() -> None:
    text = render({"identity": "kernel=Plan9\nhostname=gnot"})
    found = await seen(Played(CommandResult(text)))
    assert [p.reason for p in found.problems] == [Reason.UNSUPPORTED]


async def test_what_is_no_computer_is_unsupported() -> None:
    answers = [CommandResult("% Invalid input detected", status=1)] * 2
    with pytest.raises(Unsupported):
        await seen(Played(*answers))


def test_the_script_runs_under_a_posix_shell_here_and_changes_nothing() -> None:
    done = subprocess.run(
        ["sh", "-s"],
        input=unix_script(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    sections = parse_sections(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert next(iter(sections)) == "identity"
    assert list(sections)[-1] == "end"
    machine = parse_linux(sections)
    assert machine.operating_system is not None
    assert machine.operating_system.name
    assert {i.name for i in machine.interfaces} >= {"lo"}


FORBIDDEN = (">/", "> /", " rm ", " mv ", " tee ", "mktemp", "chmod", "kill ")
OWN = (">/dev/null", "kill $reader", "kill $watcher", "has sudo", "name=sudo")


def test_the_script_writes_nothing_and_asks_for_no_password() -> None:
    lines = unix_script().splitlines()
    script = "\n".join(line for line in lines if not line.startswith("#"))
    for allowed in OWN:
        script = script.replace(allowed, "")
    assert [word for word in FORBIDDEN if word in script] == []
    assert script.count("sudo") == script.count("sudo -n") > 0


def test_sections_survive_escapes_line_ends_and_a_login_message() -> None:
    text = "Welcome!\r\n\x1b[31m#:purser:a\r\n\x1b]0;title\x07one\r\n\n#:purser:b\n#two"
    assert parse_sections(text) == {"a": "one", "b": "#two"}


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z.]{0,8}", fullmatch=True),
        st.text(st.characters(codec="ascii", exclude_characters="\r\x1b\x0b\x0c")),
    )
)
def test_what_is_rendered_reads_back(sections: dict[str, str]) -> None:
    whole = {n: t for n, t in sections.items() if "#:purser:" not in t}
    back = parse_sections(render(whole))
    assert {n: t.strip("\n") for n, t in whole.items()} | {"end": ""} == back


SECTION_NAMES = [*LAPTOP, *SERVER, "apk", "snap", "flatpak", "pacman", "devicetree"]


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(SECTION_NAMES), st.text(max_size=400)))
def test_any_text_in_any_section_is_read_without_an_error(
    sections: dict[str, str],
) -> None:
    assert isinstance(parse_linux(sections), Machine)


@given(st.sampled_from(SECTION_NAMES), st.data())
def test_a_transcript_cut_anywhere_is_read_without_an_error(
    name: str, data: st.DataObject
) -> None:
    whole = {**LAPTOP, **SERVER}
    text = whole.get(name, "")
    cut = text[: data.draw(st.integers(0, len(text)))]
    assert isinstance(parse_linux({**whole, name: cut}), Machine)


@given(st.binary(max_size=160))
def test_any_bytes_after_an_edid_header_are_read(data: bytes) -> None:
    parse_edid(edid_block()[:8] + data)
