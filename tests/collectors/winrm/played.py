"""A WinRM service on a loopback address.

Authentication and encryption of messages are pyspnego's (MS-NLMP, MS-WSMV 2.2.9.1), the
PowerShell side is psrpcore's (MS-PSRP); the SOAP of MS-WSMV between them is written
here. What scripts print is told by whoever plays the machine.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import ssl
import struct
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import defusedxml.ElementTree as ET
import psrpcore
import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from spnego.exceptions import SpnegoError

USER, PASSWORD = "inventaris", "kapulaga-dan-adas"

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
PS = "http://schemas.microsoft.com/powershell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"

TIMED_OUT = 2150858793
"""Fault of an operation that had nothing to tell in its time."""

Answers = Callable[[str], list[str] | None]
"""Script -> what it prints; None for one that never ends."""


@dataclass
class Machine:
    """What a service does.

    Attributes:
        answers: What scripts print.
        fault: Code with which shells are refused.
        anybody: Every account is let in.
        offers: Methods of authentication, as HTTP names them.
        redirect: Where callers are sent to.
        padding: Bytes put into each answer.
        logins: Accounts that were tried.
        bodies: What arrived, as it was on the line.
    """

    answers: Answers
    fault: int | None = None
    anybody: bool = False
    offers: str = "Negotiate"
    redirect: str = ""
    padding: int = 0
    logins: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


class Shells:
    """The runspaces of one machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pools: dict[str, psrpcore.ServerRunspacePool] = {}
        self._done: set[str] = set()

    def answer(self, text: bytes) -> tuple[int, str]:
        """Return HTTP status and envelope for a message."""
        envelope = ET.fromstring(text)
        action = envelope.findtext(f"{{{S}}}Header/{{{A}}}Action") or ""
        message = envelope.findtext(f"{{{S}}}Header/{{{A}}}MessageID") or ""
        shell = next(
            (
                each.text or ""
                for each in envelope.iter(f"{{{W}}}Selector")
                if each.get("Name") == "ShellId"
            ),
            "",
        )
        body = part(envelope, f"{{{S}}}Body")
        step = getattr(self, "_" + action.rpartition("/")[2].lower())
        status, told = step(shell, body)
        padding = "x" * self._machine.padding
        return status, (
            f'<s:Envelope xmlns:s="{S}" xmlns:a="{A}" xmlns:w="{W}" xmlns:rsp="{RSP}">'
            f"<s:Header><a:RelatesTo>{escape(message)}</a:RelatesTo></s:Header>"
            f"<!--{padding}--><s:Body>{told}</s:Body></s:Envelope>"
        )

    def _create(self, _: str, body: Element) -> tuple[int, str]:
        if self._machine.fault is not None:
            return 500, _fault(self._machine.fault, "Access is denied.")
        shell = part(body, f"{{{RSP}}}Shell")
        name = shell.get("ShellId") or ""
        pool = self._pools[name] = psrpcore.ServerRunspacePool()
        self._take(pool, shell.findtext(f"{{{PS}}}creationXml"), None)
        selector = f'<w:Selector Name="ShellId">{name}</w:Selector>'
        return 200, (
            '<x:ResourceCreated xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer">'
            f"<a:ReferenceParameters><w:SelectorSet>{selector}</w:SelectorSet>"
            "</a:ReferenceParameters></x:ResourceCreated>"
            f"<rsp:Shell><rsp:ShellId>{name}</rsp:ShellId></rsp:Shell>"
        )

    def _command(self, shell: str, body: Element) -> tuple[int, str]:
        line = part(body, f"{{{RSP}}}CommandLine")
        command = line.get("CommandId")
        pool = self._pools[shell]
        self._take(pool, line.findtext(f"{{{RSP}}}Arguments"), command)
        return 200, (
            f"<rsp:CommandResponse><rsp:CommandId>{command}</rsp:CommandId>"
            "</rsp:CommandResponse>"
        )

    def _send(self, shell: str, body: Element) -> tuple[int, str]:
        stream = part(body, f"{{{RSP}}}Send/{{{RSP}}}Stream")
        self._take(self._pools[shell], stream.text, stream.get("CommandId"))
        return 200, "<rsp:SendResponse/>"

    def _receive(self, shell: str, body: Element) -> tuple[int, str]:
        stream = part(body, f"{{{RSP}}}Receive/{{{RSP}}}DesiredStream")
        command, pool = stream.get("CommandId"), self._pools[shell]
        payload = pool.data_to_send(100_000)
        if payload is None:
            threading.Event().wait(0.02)
            return 500, _fault(TIMED_OUT, "The operation has timed out.")
        named = f' CommandId="{command}"' if command else ""
        data = base64.b64encode(payload.data).decode()
        return 200, (
            f'<rsp:ReceiveResponse><rsp:Stream Name="stdout"{named}>{data}'
            "</rsp:Stream></rsp:ReceiveResponse>"
        )

    def _signal(self, shell: str, body: Element) -> tuple[int, str]:
        return 200, "<rsp:SignalResponse/>"

    def _delete(self, shell: str, body: Element) -> tuple[int, str]:
        self._pools.pop(shell, None)
        return 200, ""

    def _take(
        self, pool: psrpcore.ServerRunspacePool, text: str | None, command: str | None
    ) -> None:
        number = uuid.UUID(command) if command else None
        data = base64.b64decode(text or "")
        stream = psrpcore.StreamType.default
        if number is not None and number not in pool.pipeline_table:
            psrpcore.ServerPipeline(pool, number)
        pool.receive_data(psrpcore.PSRPPayload(data, stream, number))
        while (event := pool.next_event()) is not None:
            if not isinstance(event, psrpcore.CreatePipelineEvent):
                continue
            assert number is not None
            pipeline = pool.pipeline_table[number]
            pipeline.start()
            script = event.pipeline.commands[0].command_text
            lines = self._machine.answers(script)
            for line in lines or ():
                pipeline.write_output(line)
            if lines is not None:
                pipeline.complete()


def part(element: Element, path: str) -> Element:
    found = element.find(path)
    assert found is not None
    return found


def _fault(code: int, text: str) -> str:
    return (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason>"
        f'<s:Text xml:lang="en-US">{text}</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{FAULT}" Code="{code}" Machine="here">'
        f"<f:Message>{text}</f:Message></f:WSManFault></s:Detail></s:Fault>"
    )


class Handler(BaseHTTPRequestHandler):
    """One connection: first the login, then messages."""

    protocol_version = "HTTP/1.1"
    machine: Machine
    shells: Shells

    def setup(self) -> None:
        super().setup()
        self.context: Any = None
        self.basic = False

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.machine.bodies.append(body)
        if self.machine.redirect:
            self._reply(302, b"", Location=self.machine.redirect)
            return
        how, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if how == "Basic":
            user, _, secret = base64.b64decode(token).decode().partition(":")
            self.machine.logins.append(user)
            self.basic = self.machine.anybody or (user, secret) == (USER, PASSWORD)
        elif token and not self._negotiated(base64.b64decode(token)):
            return
        done = self.basic or (self.context is not None and self.context.complete)
        if not done:
            self._reply(401, b"", **{"WWW-Authenticate": self.machine.offers})
        elif body:
            self._message(body)
        else:
            self._reply(200, b"")

    def _negotiated(self, token: bytes) -> bool:
        """Take one step of the login; whether it is done."""
        if self.context is None or self.context.complete:
            self.context = spnego.server(protocol="negotiate")
        try:
            answer = self.context.step(token)
        except SpnegoError:
            self.machine.logins.append("refused")
            self.context = None
            self._reply(401, b"", **{"WWW-Authenticate": self.machine.offers})
            return False
        self.token = base64.b64encode(answer or b"").decode()
        if self.context.complete:
            self.machine.logins.append(str(self.context.client_principal))
            return True
        self._reply(401, b"", **{"WWW-Authenticate": f"Negotiate {self.token}"})
        return False

    def _message(self, body: bytes) -> None:
        sealed = "encrypted" in (self.headers.get("Content-Type") or "")
        if sealed:
            body = self._opened(body)
        status, answer = self.shells.answer(body)
        if not sealed:
            kind = "application/soap+xml;charset=UTF-8"
            self._reply(status, answer.encode(), **{"Content-Type": kind})
            return
        kind = (
            'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted"'
            ';boundary="Encrypted Boundary"'
        )
        self._reply(status, self._sealed(answer.encode()), **{"Content-Type": kind})

    def _opened(self, body: bytes) -> bytes:
        data = body.partition(b"application/octet-stream\r\n")[2]
        data = data.removesuffix(b"--Encrypted Boundary--\r\n")
        size = struct.unpack("<i", data[:4])[0]
        opened: bytes = self.context.unwrap_winrm(data[4 : 4 + size], data[4 + size :])
        return opened

    def _sealed(self, answer: bytes) -> bytes:
        header, data, padding = self.context.wrap_winrm(answer)
        sealed: bytes = (
            b"--Encrypted Boundary\r\n"
            b"\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length="
            + str(len(answer) + padding).encode()
            + b"\r\n--Encrypted Boundary\r\n"
            b"\tContent-Type: application/octet-stream\r\n"
            + struct.pack("<i", len(header))
            + header
            + data
            + b"--Encrypted Boundary--\r\n"
        )
        return sealed

    def _reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        token = getattr(self, "token", "")
        if token and "WWW-Authenticate" not in headers:
            headers["WWW-Authenticate"] = f"Negotiate {token}"
            self.token = ""
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def certificate(folder: Path, name: str) -> Path:
    """Write a certificate that signed itself, with its key, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    return file


@contextmanager
def service(
    machine: Machine,
    *,
    address: str = "127.0.0.1",
    tls: Path | None = None,
    port: int = 0,
) -> Iterator[int]:
    """Play a service and yield its port.

    Args:
        machine: What it does.
        address: Where.
        tls: Certificate and key; None for plain HTTP.
        port: Where; 0 for any that is free.
    """
    shells = Shells(machine)
    handler = type("Here", (Handler,), {"machine": machine, "shells": shells})
    server = ThreadingHTTPServer((address, port), handler)
    server.daemon_threads = True
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(120)


def scripted(sections: dict[str, str]) -> Answers:
    """Return the machine whose script prints some sections, each part its own."""

    def answer(script: str) -> list[str]:
        named = re.findall(r"(?:purser:|Show-\w+ )(\w+)", script)
        lines: list[str] = []
        for name in dict.fromkeys(named):
            if name in sections:
                lines += [f"#:purser:{name}", *sections[name].splitlines()]
            elif name == "end":
                lines.append("#:purser:end")
        return lines

    return answer
