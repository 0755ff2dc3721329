"""A SIP user agent that answers OPTIONS and nothing more (RFC 3261). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

_REASONS = {200: "OK", 401: "Unauthorized", 405: "Method Not Allowed"}
_ALLOW = "INVITE, ACK, OPTIONS, BYE, CANCEL, REFER, NOTIFY, INFO, UPDATE"
_COPIED = ("via", "from", "to", "call-id", "cseq")
_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id"}
_RPORT = re.compile(r";rport(?==|;|,|$)(=\d*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAgent:
    """A phone, or a telephone system that wants a login.

    Attributes:
        product: User-Agent header; `Server` where the status is not 200.
        status: Status of the answer to OPTIONS.
        contact: Own address and port.
        user: Extension, for the Contact header.
    """

    product: str
    status: int = 200
    contact: str = ""
    user: str = ""

    def answer(self, datagram: bytes, source: tuple[str, int]) -> bytes | None:
        """Return the answer to a request; None for what is no request or an ACK.

        Args:
            datagram: What came.
            source: Address and port it came from, for `received` and `rport`.
        """
        head = datagram.decode("utf-8", "replace").split("\r\n\r\n")[0]
        first, *lines = head.split("\r\n")
        method, _, rest = first.partition(" ")
        if not rest.endswith(" SIP/2.0") or method == "ACK":
            return None
        copied = [h for line in lines if (h := _copied(line, source, self.product))]
        if {name for name, _ in copied} != set(_COPIED):
            return None
        status = self.status if method == "OPTIONS" else 405
        own = [("Allow", _ALLOW), ("Content-Length", "0")]
        if status == 401:
            realm = f'Digest realm="{self.contact.split(":")[0]}", nonce="{_tag(head)}"'
            own = [("WWW-Authenticate", realm), ("Server", self.product), *own]
        else:
            contact = f"<sip:{self.user}@{self.contact}>"
            own = [("Contact", contact), ("User-Agent", self.product), *own]
        written = [f"{name}: {value}" for name, value in [*copied, *own]]
        answer = [f"SIP/2.0 {status} {_REASONS[status]}", *written, "", ""]
        return "\r\n".join(answer).encode()


def _copied(line: str, source: tuple[str, int], product: str) -> tuple[str, str] | None:
    """Return a header that an answer repeats, as RFC 3261 8.2.6.2 wants it."""
    name, _, value = line.partition(":")
    name = name.strip().lower()
    name = _COMPACT.get(name, name)
    value = value.strip()
    if name not in _COPIED:
        return None
    if name == "via" and _RPORT.search(value):
        value = _RPORT.sub(f";rport={source[1]}", value)
        value += f";received={source[0]}"
    if name == "to" and ";tag=" not in value:
        value += f";tag={_tag(product + value)}"
    return name, value


def _tag(seed: str) -> str:
    return sha256(seed.encode()).hexdigest()[:16]
