"""AIX, HP-UX and Solaris: who the machine is, in formats of their own."""

from __future__ import annotations

from collectors.facts import Component
from collectors.ssh.computers.unix import parse_aix, parse_hpux, parse_solaris


def chips(parts: list[Component]) -> list[str | None]:
    return [part.model for part in parts if part.kind == "cpu"]


def test_aix_tells_its_frame_modules_cards_and_filesets() -> None:
    machine = parse_aix(
        {
            "lsvpd": (
                "*VC 5.0\n*TM IBM,9111-520\n*SE IBM,02TESTAB\n*OS AIX 5.3.0.0\n"
                "*FC ????????\n*DS System VPD\n*YL U9111\n*BR O0\n*SE 65TESTAB\n"
                "*FC 19A0\n*DS Memory DIMM\n*SN YH10TEST\n*SZ 0000512\n*YL P1-C9\n"
            ),
            "lsconf": "Processor Type: PowerPC_POWER5\nNumber Of Processors: 2\n",
            "lscfg": (
                "  ent0   U787A-P1-T5  2-Port Adapter\n\n"
                "        Network Address.............00145E4D20C6\n"
            ),
            "lslpp": (
                "#Fileset:Level:PTF Id:State:Type:Description:EFIX Locked\n"
                "/usr/lib/objrepos:bos.net.tcp:5.3.0.60::COMMITTED:I:TCP/IP:\n"
            ),
        }
    )
    assert machine.hardware is not None
    assert (machine.hardware.manufacturer, machine.hardware.model) == (
        "IBM",
        "9111-520",
    )
    assert machine.hardware.serial == "65TESTAB"
    assert chips(machine.components) == ["PowerPC_POWER5"] * 2
    memory = [p for p in machine.components if p.kind == "memory"]
    assert [(p.serial, p.size) for p in memory] == [("YH10TEST", 512 << 20)]
    assert [(i.name, i.mac) for i in machine.interfaces] == [
        ("en0", "00:14:5e:4d:20:c6")
    ]
    assert ("bos.net.tcp", "5.3.0.60") in {
        (s.name, s.version) for s in machine.software
    }


def test_hpux_tells_its_model_serial_and_cards() -> None:
    machine = parse_hpux(
        {
            "identity": "kernel=HP-UX\nrelease=B.11.31\nhostname=hp1",
            "machinfo": (
                "CPU info:\n  3 Intel(R) Itanium 2 processors (1.6 GHz, 9 MB)\n\n"
                "Memory: 8180 MB (7.99 GB)\n\nFirmware info:\n"
                "   Firmware revision:  03.17\n\nPlatform info:\n"
                '   Model:                  "ia64 hp server rx4640"\n'
                "   Machine ID number:      3eeda24a-5ca0-11da-9b03-a7647c3c8ad0\n"
                "   Machine serial number:  DEH0TEST\n"
            ),
            "lanscan": "0x0016353EAC5C lan0 snap0     0\n",
        }
    )
    assert machine.hardware is not None
    assert machine.hardware.model == "ia64 hp server rx4640"
    assert machine.hardware.serial == "DEH0TEST"
    assert machine.hardware.uuid == "3eeda24a-5ca0-11da-9b03-a7647c3c8ad0"
    assert chips(machine.components) == ["Intel(R) Itanium 2"] * 3
    assert [m.value for m in machine.measures] == [8180 * (1 << 20)]
    assert [i.mac for i in machine.interfaces] == ["00:16:35:3e:ac:5c"]


def test_solaris_tells_its_product_release_and_chips() -> None:
    machine = parse_solaris(
        {
            "prtdiag": (
                "System Configuration: Sun Microsystems  sun4v SPARC Enterprise T5120\n"
                "Memory size: 3968 Megabytes\n"
            ),
            "release.sun": "      Solaris 10 5/09 s10s_u7wos_08 SPARC\n",
            "psrinfo": (
                "The physical processor has 2 virtual processors (0-1)\n"
                "  x86 (AuthenticAMD 870F10 family 23 clock 3823 MHz)\n"
                "\tAMD Ryzen 9 3900X\t[ Socket: AM4 ]\n"
                "The UltraSPARC-IIIi physical processor has 1 virtual processor (1)\n"
            ),
            "serial": "TEST0001",
            "pkginfo": "   PKGINST:  SUNWtest\n      NAME:  x\n   VERSION:  11.10\n",
        }
    )
    assert machine.hardware is not None
    assert machine.hardware.manufacturer == "Sun Microsystems"
    assert machine.hardware.model == "SPARC Enterprise T5120"
    assert machine.hardware.serial == "TEST0001"
    assert machine.operating_system is not None
    assert machine.operating_system.version == "10"
    assert chips(machine.components) == ["AMD Ryzen 9 3900X", "UltraSPARC-IIIi"]
    assert [(s.name, s.version) for s in machine.software] == [("SUNWtest", "11.10")]
