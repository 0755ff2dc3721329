"""Everything one machine says to anybody, port by port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from collectors.office.announce import datagrams, encode
from collectors.office.announce.records import Announces, WebPage, Windows
from collectors.office.announce.streams import Greeting, OneAnswer, SmbPort
from collectors.office.model import Office
from collectors.office.tcp_port import TcpPort

DESCRIPTION = 8080
"""Where the office's machines have their UPnP description."""
_SMB_1 = b"\xffSMB\x72" + bytes(27) + b"\x11\0\0" + bytes(34)


class Machine:
    """One machine of the office, as probes see it.

    Args:
        office: Its office.
        key: Its key there.
        offset: Added to the ports of the protocols.
    """

    def __init__(self, office: Office, key: str, offset: int) -> None:
        self._device = office.devices[key]
        self._says: Announces = office.model_of(key).announces or Announces()
        self._fill = partial(office.fill, key=key)
        self._name = office.name_of(key)
        self._offset = offset
        self._uuid = datagrams.device_uuid(self._device.mac)

    @property
    def address(self) -> str:
        """Where it answers."""
        return str(self._device.address)

    def udp(self) -> Iterator[tuple[int, bytes]]:
        """Yield port and the answer to whatever comes."""
        says = self._says
        if says.mdns is not None:
            told = datagrams.mdns(self.address, self._name, says.mdns, self._fill)
            yield 5353, told
        if says.upnp:
            port = DESCRIPTION + self._offset
            location = f"http://{self.address}:{port}/description.xml"
            yield 1900, datagrams.ssdp(location, "Linux UPnP/1.0", self._uuid)
        if says.wsd is not None:
            yield 3702, datagrams.wsd(says.wsd, self._fill, self._uuid)
        if says.windows is not None and says.windows.netbios:
            domain, mac = says.windows.domain, self._device.mac
            yield 137, datagrams.netbios(self._name, domain, mac)

    def tcp(self) -> Iterator[tuple[int, TcpPort]]:
        """Yield port and who talks there."""
        says = self._says
        if says.upnp:
            fields = {name: self._fill(value) for name, value in says.upnp.items()}
            fields["UDN"] = f"uuid:{self._uuid}"
            body = encode.upnp_description(fields)
            yield DESCRIPTION, _always(encode.http_answer(body, "text/xml"))
        for page in says.web:
            yield page.port, _always(self._page(page))
        if says.ipp:
            yield 631, _always(self._ipp())
        if says.windows is not None:
            yield 445, self._smb(says.windows)
        for port, server in says.rtsp.items():
            head = f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: {self._fill(server)}\r\n\r\n"
            yield port, _always(head.encode())
        for port, text in says.greetings.items():
            yield port, Greeting(self._fill(text))

    def _page(self, page: WebPage) -> bytes:
        body = f"<html><head><title>{self._fill(page.title)}</title></head></html>"
        status, more = "200 OK", {}
        if page.server:
            more["Server"] = self._fill(page.server)
        if page.realm:
            status = "401 Unauthorized"
            more["WWW_Authenticate"] = f'Basic realm="{self._fill(page.realm)}"'
        return encode.http_answer(body.encode(), status=status, **more)

    def _ipp(self) -> bytes:
        told = {n: (0x41, self._fill(v)) for n, v in self._says.ipp.items()}
        told["printer-uuid"] = (0x45, f"urn:uuid:{self._uuid}")
        told["printer-name"] = (0x42, self._name)
        return encode.ipp_answer(told)

    def _smb(self, windows: Windows) -> SmbPort:
        names = {1: self._name.upper(), 2: windows.domain}
        if windows.dns:
            names |= {3: f"{self._name.lower()}.{windows.dns}", 4: windows.dns}
        guid = self._uuid.bytes if windows.build[2] else self._name.encode()[:15]
        return SmbPort(
            (
                encode.smb_negotiated(guid.ljust(16, b"\0")),
                encode.smb_challenge(names, windows.build),
            ),
            _SMB_1 if windows.smb1 else b"",
        )


def _always(answer: bytes) -> OneAnswer:
    said: Callable[[str], bytes] = lambda _line: answer  # noqa: E731
    return OneAnswer(said)
