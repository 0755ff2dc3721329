"""A telephone played by SIPp: it registers, then answers OPTIONS; it speaks no LLDP."""

from __future__ import annotations

from pathlib import Path

from tests.lab.namespaces import Namespaces

AGENT = "Yealink SIP-T46S 66.86.0.15"
PORT = 5060


def start(
    net: Namespaces, short: str, *, ip: str, mac: str, extension: str, registrar: str
) -> None:
    """Register an extension from a namespace, then answer there until the lab ends.

    Args:
        net: Where.
        short: Namespace.
        ip: Of the telephone.
        mac: Announced in the SIP instance, as makers of telephones do (RFC 5626).
        extension: That it registers.
        registrar: Its address; it must be at work.

    Raises:
        RuntimeError: The registrar did not take it.
    """
    sipp = [
        *("sipp", f"{registrar}:{PORT}", "-i", ip, "-p", str(PORT), "-nostdin"),
        *("-s", extension, "-key", "agent", AGENT),
    ]
    here = Path(__file__).parent
    bare = mac.replace(":", "").upper()
    register = ["-sf", str(here / "sipp_register.xml"), "-key", "mac", bare]
    net.inside(short, *sipp, *register, "-m", "1", "-timeout", "10")
    answer = ["-sf", str(here / "sipp_options.xml")]
    net.daemon(f"sipp-{short}", short, short, [*sipp, *answer])
    net.wait("SIPp", lambda: bool(net.inside(short, "ss", "-Hlun", f"sport = :{PORT}")))
