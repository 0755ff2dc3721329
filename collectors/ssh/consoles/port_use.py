"""What a console says of the use of a port: its VLANs, its power. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from collectors.facts import Interface, Poe, Vlan
from collectors.ssh.consoles.cells import Cells, as_number, vlan_of

_GIVES_POWER = frozenset(("on", "delivering", "powered-on", "enabled", "powered"))
_NO_POWER = frozenset(("off", "never", "disabled", "no"))
_SPAN = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")
_MOST = 4094


@dataclass(frozen=True, slots=True)
class Trunk:
    """The VLANs of one port.

    Attributes:
        untagged: VLAN of untagged frames.
        voice: VLAN for phones.
        tagged: Spans of VLANs with a tag, both ends included.
    """

    untagged: int | None = None
    voice: int | None = None
    tagged: tuple[tuple[int, int], ...] = ()


def trunk_of(cells: Cells) -> Trunk | None:
    """Return the VLANs of a port; None where it is no port of the switch."""
    if "dis" in (cells.first("switched") or "").lower():
        return None
    mode = (cells.first("mode") or "").lower()
    voice = vlan_of(cells.first("voice") or "")
    if "trunk" in mode:
        native = vlan_of(cells.first("native") or "")
        return Trunk(native, voice, tuple(_spans(cells.many("tagged"))))
    if "access" in mode or "static" in mode:
        return Trunk(vlan_of(cells.first("access") or ""), voice)
    return Trunk(voice=voice)


def _spans(texts: Iterable[str]) -> Iterable[tuple[int, int]]:
    for text in texts:
        if text.strip().lower() == "all":
            yield 1, _MOST
        for start, end in _SPAN.findall(text):
            yield int(start), int(end or start)


def with_trunks(
    vlans: Mapping[int, Vlan], trunks: Mapping[int, Trunk]
) -> tuple[Vlan, ...]:
    """Return the VLANs that exist, each with the ports (ifIndex) that carry it.

    A port may be allowed to carry VLANs that the switch does not have.
    """
    tagged: dict[int, set[int]] = defaultdict(set)
    untagged: dict[int, set[int]] = defaultdict(set)
    for if_index, trunk in trunks.items():
        if trunk.untagged is not None:
            untagged[trunk.untagged].add(if_index)
        for number in vlans:
            inside = any(start <= number <= end for start, end in trunk.tagged)
            if inside and number != trunk.untagged:
                tagged[number].add(if_index)
    return tuple(
        replace(
            vlan,
            tagged=tuple(sorted(tagged[number])),
            untagged=tuple(sorted(untagged[number])),
        )
        for number, vlan in vlans.items()
    )


def power_of(port: Interface, cells: Cells) -> Poe:
    """Return what a port gives over Ethernet, of a row of its table of power."""
    admin = (cells.first("admin") or "").lower()
    gives = (cells.first("oper") or "").lower() in _GIVES_POWER
    watts = re.match(r"\d+(?:\.\d+)?", cells.first("watts") or "")
    return Poe(
        port=port.name,
        if_index=port.if_index,
        enabled=admin not in _NO_POWER if admin else None,
        delivering=gives,
        device_class=as_number(cells.first("class")) if gives else None,
        milliwatts=round(float(watts[0]) * 1000) if watts and gives else None,
    )
