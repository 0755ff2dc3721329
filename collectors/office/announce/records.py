"""What a model announces to anybody, as the truth file has it. Pure.

All texts are patterns (`{name}`, `{serial}`, `{mac}`, ...) that a device fills.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Windows(_Record):
    """What SMB and NetBIOS of a Windows computer say.

    Attributes:
        domain: NetBIOS name of the domain or the workgroup.
        dns: DNS name of the domain; empty: none.
        build: Version of Windows: major, minor, build; 0 where it is Samba.
        smb1: SMB 1 is spoken as well.
        netbios: The NetBIOS name service answers.
    """

    domain: str = "WORKGROUP"
    dns: str = ""
    build: tuple[int, int, int] = (10, 0, 22631)
    smb1: bool = False
    netbios: bool = True


class WebPage(_Record):
    """The first page of a web server."""

    title: str = ""
    server: str = ""
    realm: str = ""
    port: int = 80


class Wsd(_Record):
    """The answer to a Probe of WS-Discovery."""

    types: str
    scopes: str = ""


class Announces(_Record):
    """Everything a model says without a credential.

    Attributes:
        mdns: Service type to the pairs of its TXT record; None for no responder.
        upnp: Elements of the device description.
        wsd: WS-Discovery.
        windows: SMB and NetBIOS.
        web: Web servers.
        ipp: Attributes of a printer.
        rtsp: Port to Server header.
        greetings: Port to what is said first.
    """

    mdns: Mapping[str, Mapping[str, str]] | None = None
    upnp: Mapping[str, str] = Field(default_factory=dict)
    wsd: Wsd | None = None
    windows: Windows | None = None
    web: tuple[WebPage, ...] = ()
    ipp: Mapping[str, str] = Field(default_factory=dict)
    rtsp: Mapping[int, str] = Field(default_factory=dict)
    greetings: Mapping[int, str] = Field(default_factory=dict)
