"""SIP messages as values (RFC 3261), read with bounds. Pure.

Only what discovery needs: the start line and the headers. Bodies are not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.errors import Malformed, TooMuch
from collectors.sentences import N_
from collectors.text import printable

MAX_BYTES = 16_384
"""Longest head of a message that is read; phones send about 600 bytes."""

MAX_HEADERS = 128
MAX_VALUE = 2_048

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "k": "supported",
    "s": "subject",
    "e": "content-encoding",
    "o": "event",
    "u": "allow-events",
}
"""Compact header names: RFC 3261 section 7.3.3 and RFC 6665."""

_STATUS = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?", re.IGNORECASE)
_REQUEST = re.compile(r"([A-Z]{1,20}) (\S{1,512}) SIP/2\.0", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]{1,64}")
_BRANCH = re.compile(r";\s*branch\s*=\s*\"?([^\s;,\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SipMessage:
    """A request or a response without its body.

    Attributes:
        status: Status code of a response, 0 for a request.
        phrase: Reason phrase, or the method of a request.
        uri: Request URI, empty for a response.
        headers: Lower-case full names; repeated ones joined with a comma.
    """

    status: int
    phrase: str
    uri: str
    headers: Mapping[str, str]

    @property
    def branch(self) -> str | None:
        """The branch of the topmost Via: which request this belongs to."""
        found = _BRANCH.search(self.headers.get("via", "").split(",")[0])
        return found[1] if found else None

    def items(self, name: str) -> tuple[str, ...]:
        """Return the comma-separated members of a header such as `allow`."""
        parts = (part.strip() for part in self.headers.get(name, "").split(","))
        return tuple(part for part in parts if part)


def parse(data: bytes) -> SipMessage:
    """Read one datagram.

    Raises:
        TooMuch: The head is longer than `MAX_BYTES` or has too many headers.
        Malformed: It is not SIP.
    """
    head = re.split(rb"\r?\n\r?\n", data[: MAX_BYTES + 4], maxsplit=1)[0]
    if len(head) > MAX_BYTES:
        raise TooMuch(
            N_("a SIP message head of more than {max_bytes} bytes"), max_bytes=MAX_BYTES
        )
    lines = re.split(r"\r?\n", head.decode("utf-8", "replace").lstrip("\r\n"))
    if len(lines) > 2 * MAX_HEADERS:
        raise TooMuch(N_("a SIP message of {lines} header lines"), lines=len(lines))
    status, phrase, uri = _start_line(lines[0])
    return SipMessage(status, phrase, uri, _headers(lines[1:]))


def _start_line(line: str) -> tuple[int, str, str]:
    line = line.strip()
    if found := _STATUS.fullmatch(line):
        return int(found[1]), printable(found[2] or ""), ""
    if found := _REQUEST.fullmatch(line):
        return 0, found[1].upper(), found[2]
    raise Malformed(
        N_("not a SIP message: it begins with {what}"), what=repr(printable(line[:40]))
    )


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1] in {" ", "\t"} and name:
            value = f"{headers[name]} {line.strip()}"
        else:
            label, colon, value = line.partition(":")
            name = label.strip().lower()
            if not colon or not _NAME.fullmatch(name):
                name = ""
                continue
            name = _COMPACT.get(name, name)
            if name in headers:
                value = f"{headers[name]}, {value.strip()}"
        headers[name] = printable(value)[:MAX_VALUE]
    return headers


def options_request(
    *,
    host: str,
    port: int,
    local_host: str,
    local_port: int,
    branch: str,
    transport: str = "UDP",
) -> bytes:
    """Return an OPTIONS request outside any dialogue (RFC 3261 section 11).

    Args:
        host: Address asked; IPv6 without brackets.
        port: Its port.
        local_host: Our address towards it.
        local_port: Our port; `rport` (RFC 3581) asks for the answer to come here.
        branch: Transaction id, starting `z9hG4bK`.
        transport: `UDP`, `TCP` or `TLS`.
    """
    there, here = bracketed(host), bracketed(local_host)
    more = "" if transport == "UDP" else f";transport={transport.lower()}"
    target = f"sip:{there}:{port}{more}"
    lines = (
        f"OPTIONS {target} SIP/2.0",
        f"Via: SIP/2.0/{transport} {here}:{local_port};branch={branch};rport",
        "Max-Forwards: 70",
        f"From: <sip:purser@{here}>;tag={branch[-8:]}",
        f"To: <{target}>",
        f"Call-ID: {branch[7:]}@{here}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:purser@{here}:{local_port}>",
        "Accept: application/sdp",
        "User-Agent: Purser",
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def bracketed(host: str) -> str:
    """Return a host as it stands in a URI: IPv6 in brackets, without its zone."""
    return f"[{host.split('%')[0]}]" if ":" in host else host
