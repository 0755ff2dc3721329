"""Status pages of phones: serial, model, MAC, firmware, extension. Pure.

Cisco's phones tell in XML (`/DeviceInformationX`, `/CGI/Java/Serviceability` with
`adapterX`) or in HTML tables; Poly's in JSON of their REST interface or in HTML. The
labels are data, so a page that names a field otherwise needs a word here and no code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise

from collectors import macs
from collectors.bounded_xml import parse_xml
from collectors.errors import CollectError, Malformed
from collectors.sentences import N_
from collectors.text import meaningful, printable

FIELDS: Mapping[str, tuple[str, ...]] = {
    "mac": ("macaddress", "mac address", "mac", "ethernet mac"),
    "name": ("hostname", "host name"),
    "extension": ("phonedn", "phone dn", "directory number", "extension"),
    "serial": ("serialnumber", "serial number", "serial no", "serial"),
    "model": (
        *("modelnumber", "model number", "phone model", "product name", "model"),
        "product",
    ),
    "firmware": (
        *("versionid", "version", "firmwarerelease", "uc software version"),
        *("software version", "firmware version", "apploadid", "app load id"),
    ),
    "hardware": ("hardwarerevision", "hardware revision", "hardware version"),
    "ip": ("ipv4address", "ip address"),
}
"""Field -> the words pages have for it, the best first; without case and colon."""

MAX_CELLS = 4_096
LONGEST = 256

MAKERS = {"CP": "Cisco", "Cisco": "Cisco", "VVX": "Polycom", "Trio": "Polycom"}
"""How a model begins -> who makes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePage:
    """What a status page tells of its phone."""

    mac: str | None = None
    name: str | None = None
    extension: str | None = None
    serial: str | None = None
    model: str | None = None
    firmware: str | None = None
    hardware: str | None = None
    ip: str | None = None

    @property
    def manufacturer(self) -> str | None:
        """Who makes it, by its model or its name."""
        model = self.model or ""
        if (self.name or "").upper().startswith("SEP"):
            return "Cisco"
        return next((m for k, m in MAKERS.items() if model.startswith(k)), None)


def read_page(data: bytes) -> PhonePage:
    """Read a page of any of these forms.

    Raises:
        Malformed: It tells no MAC and no serial number, so it is none of them.
    """
    values = _said(data)
    found: dict[str, str | None] = {}
    for name, words in FIELDS.items():
        found[name] = next((values[word] for word in words if values.get(word)), None)
    found["mac"] = macs.from_text(found["mac"] or "")
    page = PhonePage(
        **{k: v if k == "mac" else meaningful(v) for k, v in found.items()}
    )
    if page.mac is None and page.serial is None:
        raise Malformed(N_("no status page of a phone"))
    return page


def _said(data: bytes) -> dict[str, str]:
    begin = data.lstrip()[:64].lower()
    if begin.startswith((b"{", b"[")):
        return _of_json(data)
    if begin.startswith((b"<?xml", b"<deviceinformation", b"<devicestatistics")):
        try:
            return _of_xml(data)
        except CollectError:
            return _of_html(data)  # XML declared, HTML sent
    return _of_html(data)


def _of_xml(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in parse_xml(data).iter():
        text = printable((element.text or "")[:LONGEST])
        if text and len(found) < MAX_CELLS:
            found.setdefault(str(element.tag).lower(), text)
    return found


def _of_json(data: bytes) -> dict[str, str]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise Malformed(N_("no status page of a phone")) from None
    inner = document.get("data", document) if isinstance(document, dict) else None
    if not isinstance(inner, dict):
        raise Malformed(N_("no status page of a phone"))
    return {
        str(name).lower(): printable(str(value)[:LONGEST])
        for name, value in list(inner.items())[:MAX_CELLS]
        if isinstance(value, str | int)
    }


def _of_html(data: bytes) -> dict[str, str]:
    cells = _Cells()
    cells.feed(data.decode("utf-8", "replace"))
    cells.close()
    known = {word for words in FIELDS.values() for word in words}
    found: dict[str, str] = {}
    texts = [text for text in cells.texts if text]
    for label, value in pairwise(texts):
        word = label.lower().rstrip(": ")
        if word in known and value.lower().rstrip(": ") not in known:
            found.setdefault(word, value)
    return found


class _Cells(HTMLParser):
    """Collects the texts of a page, a cell or a line each."""

    _ENDS = frozenset({"td", "th", "tr", "div", "p", "br", "li", "dt", "dd", "span"})
    _HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """End the text before a cell; skip scripts."""
        if tag in self._HIDDEN:
            self._hidden += 1
        elif tag in self._ENDS:
            self._take()

    def handle_endtag(self, tag: str) -> None:
        """End the text of a cell."""
        if tag in self._HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in self._ENDS:
            self._take()

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        if not self._hidden and len(self.texts) < MAX_CELLS:
            self._parts.append(data)

    def _take(self) -> None:
        text = printable(" ".join("".join(self._parts).split()))[:LONGEST]
        self._parts.clear()
        if text:
            self.texts.append(text)
