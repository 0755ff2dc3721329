"""By what a phone is asked, beside SIP over UDP: from what answered in the sweep. Pure.

A host that accepts connections where SIP is spoken over TCP or TLS is asked there if
UDP brought nothing. A status page is asked for where a web server answers and no SNMP
agent does, which would tell more.
"""

from __future__ import annotations

from collectors.ports import Sip
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanOptions


def sip_streams(
    host: Host, context: ScanContext, options: ScanOptions
) -> list[tuple[Sip, int]]:
    """Return the ports to ask through, with their numbers: TCP, then TLS beside it."""
    base = options.sip_port or 5060
    return [
        (sip, port)
        for sip, port in ((context.sip_tcp, base), (context.sip_tls, base + 1))
        if sip is not None and _open(host, port)
    ]


def page_port(host: Host, options: ScanOptions) -> int | None:
    """Return where to ask for a status page; None for not at all."""
    if host.answer("snmp") is not None:
        return None
    return next((port for port in options.page_ports if _open(host, port)), None)


def _open(host: Host, port: int) -> bool:
    return any(a.protocol == "tcp" and a.port == port for a in host.answers)
