"""Cases of what is announced, heard by the parsers of the probes and judged.

A case is kept back or for practice by the hash of what it says, so that nobody chooses
and a case that is added later changes no other's side.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from collectors.facts import Clue, Observation
from collectors.link.dhcp_observation import dhcp_client_observation
from collectors.link.frames import DhcpSign
from collectors.office.announce import encode
from collectors.probes.collect import observation_of
from collectors.probes.parsers import (
    certificates,
    greetings,
    http_page,
    ipp,
    mdns,
    netbios,
    smb,
    ssh_hello,
    upnp,
    wsd,
)
from collectors.probes.parsers.said import Said
from discovery.identity.clean_text import key, words
from discovery.identity.identify import Identity, Knowledge, identify
from discovery.identity.spelling import vendor_name

FILE = Path(__file__).with_name("cases.yaml")
ADDRESS, MAC = "192.0.2.7", "02:00:00:11:22:33"
SEEN = datetime(2026, 11, 29, tzinfo=UTC)
FIELDS = ("type", "vendor", "model")
SILENT = "-"
"""Expectation of a field about which nothing may be concluded."""
LONGER = 18
"""Letters and digits that may stand around the model that is expected."""
Case = Mapping[str, Any]


@cache
def cases() -> tuple[Case, ...]:
    """Read all cases."""
    return tuple(yaml.safe_load(FILE.read_text("utf-8")))


def kept_back(case: Case) -> bool:
    """Whether no rule was written with this case in view."""
    said = json.dumps(case, sort_keys=True).encode()
    return bool(hashlib.sha256(said).digest()[0] % 2)


def observed(case: Case) -> list[Observation]:
    """Encode what a case says by its protocols, and read it as a collector would."""
    said = Said()
    for name, told in case.items():
        if name in _HEARD:
            said.add(_HEARD[name](told))
    if service := next(iter(case.get("mdns", {})), None):
        said.announced(f"mdns {service.split('.')[0]} instance", case.get("instance"))
    found = observation_of(said, ADDRESS, "", SEEN)
    more = []
    if mac := case.get("mac"):
        more.append(Clue("mac", mac, "arp"))
    if engine := case.get("engine"):
        more.append(Clue("announced", str(engine), "snmp engine enterprise"))
    if agent := case.get("sip"):
        more.append(Clue("sip-user-agent", agent, "User-Agent"))
    found = replace(found, clues=(*found.clues, *more))
    return [found, *_asking(case.get("dhcp", {}))]


def _asking(told: Mapping[str, str]) -> Iterable[Observation]:
    """Yield what a DHCP request says."""
    sign = DhcpSign(
        mac=MAC.replace("02:", "00:", 1),
        vendor_class=told.get("class") or None,
        hostname=told.get("hostname"),
    )
    found = dhcp_client_observation(sign, SEEN) if told else None
    if found:
        # The card is of nobody in particular: what counts is what was said.
        yield replace(found, clues=tuple(c for c in found.clues if c.kind != "mac"))


def _ipp(told: Mapping[str, str]) -> Said:
    answer = encode.ipp_answer({name: (0x41, v) for name, v in told.items()})
    return ipp.read_attributes(http_page.body_of(answer))


def _mdns(told: Mapping[str, Mapping[str, str]]) -> Said:
    said = Said()
    for service, pairs in told.items():
        records = encode.instance("Somebody", service, "somebody", **pairs)
        said.add(mdns.read([encode.dns_answer(*records)], ADDRESS))
    return said


def _wsd(told: Sequence[str]) -> Said:
    endpoint = "urn:uuid:4d696e69-444c-164e-9d41-d2e13ae0c770"
    match = encode.probe_match(told[0], told[1], endpoint, "")
    return wsd.read_matches([match], ADDRESS)


def _wsd_metadata(told: Mapping[str, str]) -> Said:
    model = "".join(f"<{n}>{v}</{n}>" for n, v in told.items() if n in _OF_MODEL)
    rest = "".join(f"<{n}>{v}</{n}>" for n, v in told.items() if n not in _OF_MODEL)
    text = f"<m><ThisModel>{model}</ThisModel><ThisDevice>{rest}</ThisDevice></m>"
    return wsd.read_metadata(text.encode())


_OF_MODEL = ("Manufacturer", "ModelName", "ModelNumber")


def _web(told: Mapping[str, str]) -> Said:
    head = {"Server": told["server"]} if told.get("server") else {}
    if realm := told.get("realm"):
        head["WWW_Authenticate"] = f'Basic realm="{realm}"'
    body = f"<title>{told.get('title', '')}</title>".encode()
    return http_page.read_page(encode.http_answer(body, **head), 80, ADDRESS)


def _ntlm(told: Sequence[int]) -> Said:
    said = smb.read_negotiated(encode.smb_negotiated(bytes(range(16))))
    major, minor, build = told
    said.add(smb.read_challenge(encode.smb_challenge({1: "PC"}, (major, minor, build))))
    return said


def _rtsp(told: Mapping[str, str]) -> Said:
    lines = ["RTSP/1.0 401 Unauthorized", "CSeq: 1"]
    if told.get("server"):
        lines.append(f"Server: {told['server']}")
    if told.get("realm"):
        lines.append(f'WWW-Authenticate: Digest realm="{told["realm"]}"')
    return greetings.read_rtsp("\r\n".join((*lines, "", "")).encode(), 554)


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


_PARTS = {
    "CN": NameOID.COMMON_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
}


def _tls(told: Mapping[str, str]) -> Said:
    parts = [x509.NameAttribute(_PARTS[n], v) for n, v in told.items()]
    made = x509.CertificateBuilder(
        issuer_name=x509.Name(parts),
        subject_name=x509.Name(parts),
        public_key=_key().public_key(),
        serial_number=1,
        not_valid_before=SEEN,
        not_valid_after=SEEN + timedelta(days=365),
    ).sign(_key(), hashes.SHA256())
    der = made.public_bytes(serialization.Encoding.DER)
    return certificates.read_tls(der, 443)


def _netbios(told: Sequence[str]) -> Said:
    name, group = told
    names = [(name, 0x00, False), (group, 0x00, True), (name, 0x20, False)]
    return netbios.read_status(encode.netbios_status(names, MAC))


def _ssdp(told: str) -> Said:
    text = f"HTTP/1.1 200 OK\r\nSERVER: {told}\r\nST: upnp:rootdevice\r\n\r\n"
    return upnp.read_answers([text.encode()], ADDRESS)


_HEARD: Mapping[str, Callable[[Any], Said]] = {
    "ipp": _ipp,
    "mdns": _mdns,
    "upnp": lambda told: upnp.read_description(encode.upnp_description(told)),
    "wsd": _wsd,
    "wsdmeta": _wsd_metadata,
    "web": _web,
    "ntlm": _ntlm,
    "rtsp": _rtsp,
    "tls": _tls,
    "netbios": _netbios,
    "ssdpserver": _ssdp,
    "ftp": lambda told: greetings.read_mail_or_ftp(told.encode(), greetings.FTP),
    "smtp": lambda told: greetings.read_mail_or_ftp(told.encode(), greetings.SMTP),
    "telnet": lambda told: greetings.read_telnet(told.encode(), greetings.TELNET),
    "ssh": lambda told: ssh_hello.read_hello(told, (), 22),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A field of a case: what is expected, what was told, and what that is."""

    field: str
    wanted: str
    told: str | None
    verdict: str


def judged(case: Case, known: Knowledge) -> list[Judged]:
    """Return each field as `right`, `wrong`, `silent`, or `open` where nobody knows."""
    identity = identify(observed(case), known)
    return [
        Judged(name, wanted, told, _verdict(name, wanted, told, known))
        for name, wanted in zip(FIELDS, map(str, case["is"]), strict=True)
        for told in [_told(identity, name)]
    ]


def _told(identity: Identity, name: str) -> str | None:
    verdict = identity.fields[name]
    return None if verdict.suggested else verdict.value


def _verdict(name: str, wanted: str, told: str | None, known: Knowledge) -> str:
    if wanted == SILENT:
        return "right" if told is None else "wrong"
    if not wanted:
        return "open"
    if told is None:
        return "silent"
    if name == "vendor":
        one, other = vendor_name(wanted, known), vendor_name(told, known)
        # One house has several names: `LG` and `LG Electronics`.
        a, b = sorted((words(one or ""), words(other or "")), key=len)
        return "right" if a == b[: len(a)] else "wrong"
    if name == "type":
        return "right" if wanted == told else "wrong"
    short, long = key(wanted), key(told)
    fits = short in long and len(long) - len(short) <= LONGER
    return "right" if fits else "wrong"


@dataclass(frozen=True, slots=True)
class Figure:
    """Fields of cases: how many have an expectation, are answered, and rightly."""

    fair: int
    answered: int
    right: int

    @property
    def accuracy(self) -> float:
        """Share of expectations that are met."""
        return self.right / self.fair if self.fair else 0.0

    @property
    def precision(self) -> float:
        """Share of answers that are right."""
        return self.right / self.answered if self.answered else 0.0


def figures(which: Iterable[Case], known: Knowledge) -> dict[str, Figure]:
    """Return the figure of each field; silence that is due counts in neither."""
    verdicts: dict[str, list[str]] = {name: [] for name in FIELDS}
    for case in which:
        for each in judged(case, known):
            due = each.wanted == SILENT and each.verdict == "right"
            if each.verdict != "open" and not due:
                verdicts[each.field].append(each.verdict)
    return {
        name: Figure(
            len([v for v in found if v]),
            len([v for v in found if v != "silent"]),
            found.count("right"),
        )
        for name, found in verdicts.items()
    }
