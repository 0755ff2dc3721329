"""Visits of a scan, and into which devices they are sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from collectors.facts import HostKey, Observation
from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier, identifiers_of
from discovery.matching.match import Decision, Resolution, resolve
from tests.discovery.fakes import T0, box, mac

CISCO, HP = "Cisco Systems, Inc.", "Hewlett-Packard"
DAY = timedelta(days=1)

CARD_1, CARD_2, CARD_3 = mac(0x111111), mac(0x222222), mac(0x333333)
AGENT_1, AGENT_2 = "800000090300aabbcc0001", "800000090300aabbcc0002"
BOARD_1 = "4c4c4544-0042-3510-8057-b4c04f4d3732"
BOARD_2 = "a1b2c3d4-1111-4222-8333-444455556666"
BOARDS = (BOARD_1, BOARD_2)


def visit(
    key: str,
    address: str = "",
    *,
    serial: str | None = None,
    maker: str = "Acme",
    uuid: str | None = None,
    name: str | None = None,
    macs: Sequence[str] = (),
    engine: str | None = None,
    base: str | None = None,
    after: timedelta = timedelta(0),
    site: str = "",
    host_key: str | None = None,
) -> Record:
    """One visit; an address of its own if none is given."""
    seen = box(
        address or f"10.1.{sum(map(ord, key)) % 250}.{len(key)}",
        serial=serial,
        maker=maker,
        uuid=uuid,
        name=name,
        macs=macs,
        engine=engine,
        base=base,
        at=T0 + after,
        site=site,
    )
    keys = (HostKey(algorithm="ssh-ed25519", fingerprint=host_key),) if host_key else ()
    return record(key, seen, host_keys=keys)


def record(key: str, seen: Observation, host_keys: Sequence[HostKey] = ()) -> Record:
    """The record of an observation."""
    seen = replace(seen, host_keys=tuple(host_keys) or seen.host_keys)
    found = frozenset(identifiers_of([seen]))
    return Record(key, found, seen.site, seen.address, seen.seen_at)


def sorted_into(*records: Record, decisions: Sequence[Decision] = ()) -> list[str]:
    """Sort visits into devices; each device as the keys of its visits."""
    return devices(resolve(records, decisions))


def devices(found: Resolution) -> list[str]:
    return sorted("+".join(sorted(map(str, group))) for group in found.groups)


def values(*seen: Observation, kind: str) -> list[str]:
    """The values of a kind that may join by themselves."""
    return [i.value for i in identifiers_of(seen) if i.kind == kind and i.joins]


def known(*seen: Observation, kind: str) -> list[Identifier]:
    """All identifiers of a kind, the weak ones too."""
    return [i for i in identifiers_of(seen) if i.kind == kind]
