"""Every packet that a scan would send, as rows for a person. Pure.

The sweep's packets go to every address, those of probes to hosts that answered; SNMP,
SSH, SIP and status pages are asked where they answered and a credential allows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.probes.catalogue import INDUSTRIAL, PROBES, Probe
from discovery.scan.requests import ScanRequest

Row = dict[str, str]
EVERY, ANSWERED = "every address", "hosts that answered"


def traffic(request: ScanRequest) -> list[Row]:
    """Return what goes where and when, in the order it is sent."""
    options = request.options
    rules = options.probe_rules()
    rows = list(_sweep(request))
    if rules.on:
        for probe in PROBES:
            if not probe.industrial:
                rows.append(_of_probe(probe, "", ANSWERED))
        for each in rules.industrial:
            name, _, network = each.partition(" ")
            for probe in PROBES:
                if probe.name == name and name in INDUSTRIAL:
                    rows.append(_of_probe(probe, network, ANSWERED))
        rows += [_row(n, "-", "no probe", "nothing") for n in rules.off]
    for server in options.name_servers:
        sends = "PTR of the address; A or AAAA of the name"
        then = "AXFR of each zone, once" if options.zones else ""
        rows.append(_row(server, "udp 53", "dns", sends, then, ANSWERED))
    rows += [
        _row(n, "-", "nothing", "nothing: fragile machines") for n in rules.passive
    ]
    return rows


def _sweep(request: ScanRequest) -> Iterator[Row]:
    options = request.options
    if options.icmp:
        yield _row("", "icmp", "ping", "echo request", when=EVERY)
    for port in dict.fromkeys((*options.tcp_ports, *options.ssh_ports)):
        sends = "SYN; an open port's greeting is read"
        yield _row("", f"tcp {port}", "connect", sends, when=EVERY)
    if options.snmp_port is not None:
        sends = "GET of sysDescr and sysObjectID, one for each credential offered"
        then = "reading, with the credential that fits"
        yield _row("", f"udp {options.snmp_port}", "snmp", sends, then, EVERY)
    if options.sip_port is not None:
        yield _row("", f"udp {options.sip_port}", "sip", "OPTIONS", when=EVERY)
    for port in options.ssh_ports:
        then = "login, where a credential is offered to this host"
        yield _row("", f"tcp {port}", "ssh", "version", then, ANSWERED)
    for port in options.page_ports:
        sends = "GET of the status pages of phones"
        yield _row("", f"tcp {port}", "phone page", sends, when=ANSWERED)


def _of_probe(probe: Probe, where: str, when: str) -> Row:
    to = f"{probe.transport} {probe.port}"
    return _row(where, to, probe.name, probe.sends, probe.follows, when)


def _row(
    where: str, to: str, name: str, sends: str, then: str = "", when: str = ""
) -> Row:
    return {
        "where": where,
        "to": to,
        "name": name,
        "sends": sends,
        "then": then,
        "when": when,
    }
