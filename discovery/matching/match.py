"""Which observations are of one device: same, new or conflict, with reasons.

Pure, and a function of the *set* of records: neither the order in which observations
came nor the worker that brought them can change the outcome. The strongest kinds of
identifier join first. A value that would join devices which contradict each other
(another serial, another system UUID) is thereby proven shared, such as the MAC of a
dock or the host key of a cloned disk, and joins nothing. What then fits several
devices and has nothing of its own to tell which goes to a person, never to a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from discovery.matching.clusters import KEYED_CARD, Clusters, Record
from discovery.matching.identifiers import Identifier
from inventory.kernel.texts import N_, Said

TIERS: tuple[tuple[str, ...], ...] = (
    ("serial",),
    ("uuid", "imei"),
    ("mac",),
    ("engine-id", "sip-instance", "announced-uuid"),
    ("host-key", "certificate-key"),
    (KEYED_CARD,),
)
"""Kinds that join by themselves, the most trusted first."""

WINDOW = timedelta(days=1)
"""How long an address is believed to stay with the device seen at it."""
UNREAD = timedelta(days=30)
"""How long somebody who answered and said nothing is believed to be who is read there
later: a credential often comes after the first look."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said two identifiers are to each other: `same` or `different`."""

    verdict: str
    a: Identifier
    b: Identifier


@dataclass(frozen=True, slots=True)
class Conflict:
    """Records that fit several devices which contradict each other.

    Attributes:
        keys: The records in question.
        between: The groups they might belong to.
        shared: The identifiers that fit them all.
    """

    keys: frozenset[Hashable]
    between: tuple[frozenset[Hashable], ...]
    shared: tuple[Identifier, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return sentences for a person."""
        return tuple(
            Said(
                N_("{kind} {value} belongs to {count} devices that are not the same"),
                kind=i.kind,
                value=i.value,
                count=len(self.between),
            )
            for i in self.shared
        )


@dataclass(frozen=True, slots=True)
class Borne:
    """A value that identifies nobody: devices that are not the same bear it.

    Attributes:
        value: Such as a serial number the maker gave to every box.
        by: The groups that bear it.
        proven: Two of them told their cards, and have none in common.
    """

    value: Identifier
    by: tuple[frozenset[Hashable], ...]
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """Records sorted into devices.

    Attributes:
        groups: One set of record keys a device, in a stable order.
        conflicts: Records in no group.
        shared: Identifiers proven to stand for several devices.
        borne: Those of them that several groups bear, with the groups.
    """

    groups: tuple[frozenset[Hashable], ...]
    conflicts: tuple[Conflict, ...]
    shared: frozenset[Identifier]
    borne: tuple[Borne, ...] = ()


def resolve(
    records: Iterable[Record],
    decisions: Sequence[Decision] = (),
    *,
    window: timedelta = WINDOW,
    borne: Set[tuple[str, str]] = frozenset(),
) -> Resolution:
    """Sort records into devices.

    Args:
        records: All records that share identifiers with each other, directly or
            through others; keys must differ.
        decisions: Merges and splits by hand; they outrank everything.
        window: How long an address stays with a device.
        borne: (kind, value) of what was proven before to stand for several devices:
            it stays so when the devices that proved it are gone.
    """
    records = tuple(records)
    if len(records) == 1 and not decisions:
        return Resolution((frozenset((records[0].key,)),), (), frozenset())
    clusters = Clusters(records)
    for decision in decisions:
        clusters.decide(decision.verdict, decision.a, decision.b)
    shared: dict[Identifier, frozenset[int]] = {}
    for tier in TIERS:
        _join_tier(clusters, tier, shared, borne)
    _join_addresses(clusters, window, {(i.kind, i.value) for i in shared})
    conflicts = _conflicts(clusters, shared)
    lost = {key for conflict in conflicts for key in conflict.keys}
    groups = [g for g in clusters.groups() if not g <= lost]
    return Resolution(
        tuple(groups), tuple(conflicts), frozenset(shared), _borne(clusters, shared)
    )


def _borne(
    clusters: Clusters, shared: Mapping[Identifier, frozenset[int]]
) -> tuple[Borne, ...]:
    by = {value: clusters.roots(members) for value, members in shared.items()}
    return tuple(
        Borne(
            value,
            tuple(sorted((clusters.keys(r) for r in roots), key=_order)),
            clusters.other_cards(roots),
        )
        for value, roots in sorted(by.items(), key=lambda i: (i[0].kind, i[0].value))
        if len(roots) > 1
    )


def _join_tier(
    clusters: Clusters,
    kinds: tuple[str, ...],
    shared: dict[Identifier, frozenset[int]],
    borne: Set[tuple[str, str]],
) -> None:
    """Join by the values of one tier, all at once, until nothing changes."""
    while True:
        holders = {
            value: roots
            for value, roots in clusters.holders(kinds).items()
            if len(roots) > 1 and value not in shared
        }
        for value in [
            v
            for v, r in holders.items()
            if (v.kind, v.value) in borne or clusters.clash(r, v.kind)
        ]:
            shared[value] = clusters.members(holders.pop(value))
        if not holders:
            return
        for component in _components(holders.values()):
            inside = {v: r for v, r in holders.items() if r <= component}
            if not clusters.clash(component, kinds[0]):
                clusters.join(component)
                continue
            for value in _bridging(clusters, inside, kinds[0]) or inside:
                shared[value] = clusters.members(inside[value])


def _bridging(
    clusters: Clusters, holders: Mapping[Identifier, frozenset[int]], kind: str
) -> list[Identifier]:
    """Return the values that tie one record to devices which contradict each other."""
    touching: dict[int, set[int]] = defaultdict(set)
    for roots in holders.values():
        for root in roots:
            touching[root] |= roots - {root}
    bridges = {r for r, near in touching.items() if clusters.clash(near, kind)}
    return [value for value, roots in holders.items() if roots & bridges]


def _components(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Join sets that overlap."""
    found: list[set[int]] = []
    for each in sets:
        touching = [old for old in found if old & each]
        merged = set(each).union(*touching)
        found = [old for old in found if old not in touching] + [merged]
    return [frozenset(each) for each in found]


def _join_addresses(
    clusters: Clusters, window: timedelta, shared: Set[tuple[str, str]]
) -> None:
    """Attach records without identity to what was seen at the same address.

    Only where they cannot contradict. What bears a value that several devices bear is
    the one of these that was seen there at the nearest time. What tells nothing is the
    device at that address within the window, or that says the same to anybody, or that
    was read there later, if it is one; or all of them tell nothing.
    Who was seen at another address since has left.
    """
    for place, numbers in clusters.at_same_address():
        roots = clusters.roots(numbers)
        strong = {r for r in roots if clusters.has_identity(r, shared)}
        for one in sorted(r for r in roots - strong if clusters.bears(r)):
            stayed = [r for r in clusters.roots(strong) if r != one]
            alike = [
                r
                for r in stayed
                if clusters.common(r, one) and clusters.stayed(r, place, window)
            ]
            _attach(clusters, one, _nearest(clusters, one, alike, place))
            strong.add(clusters.root(one))
        for weak in sorted(clusters.roots(roots) - clusters.roots(strong)):
            near = [
                r
                for r in clusters.roots(strong)
                if clusters.stayed(r, place, window)
                and (
                    clusters.gap(r, weak, place) <= window
                    or clusters.says_same(r, weak)
                    or clusters.found_later(r, weak, place, UNREAD)
                )
            ]
            _attach(clusters, weak, near)
        rest = clusters.roots(roots) - clusters.roots(strong)
        if len(rest) > 1 and not clusters.clash(rest, "ip"):
            clusters.join(rest)


def _nearest(
    clusters: Clusters, one: int, others: Sequence[int], place: tuple[str, str]
) -> list[int]:
    """Return those that were at the place at the time nearest to one's visit."""
    gaps = {other: clusters.gap(one, other, place) for other in others}
    least = min(gaps.values(), default=None)
    return [other for other, gap in gaps.items() if gap == least]


def _attach(clusters: Clusters, one: int, candidates: Sequence[int]) -> None:
    """Join a cluster to the only one it can be, if nothing contradicts."""
    if len(candidates) == 1:
        both = frozenset((one, candidates[0]))
        if not clusters.clash(both, "ip"):
            clusters.join(both)


def _conflicts(
    clusters: Clusters, shared: Mapping[Identifier, frozenset[int]]
) -> list[Conflict]:
    """Find the records that have shared values only, and whom they might be."""
    found = []
    for root in clusters.roots():
        if clusters.is_anchored(root):
            continue
        mine = clusters.members(frozenset((root,)))
        fits = {v: clusters.roots(m) for v, m in shared.items() if m & mine}
        others = frozenset().union(*fits.values()) - {root} if fits else frozenset()
        if len(others) > 1 and clusters.clash(others, "mac"):
            found.append(
                Conflict(
                    clusters.keys(root),
                    tuple(sorted((clusters.keys(r) for r in others), key=_order)),
                    tuple(sorted(fits, key=lambda i: (i.kind, i.value))),
                )
            )
    return found


def _order(keys: frozenset[Hashable]) -> list[str]:
    return sorted(str(key) for key in keys)


def assign(
    groups: Sequence[frozenset[Hashable]],
    current: Mapping[Hashable, int],
) -> list[int | None]:
    """Give each group the device id it keeps; None for a new device.

    A group keeps the lowest id among its records. An id wanted by two groups (a
    split) stays with the one that has more of its records, then the first in order.

    Args:
        groups: From `resolve`.
        current: Record key -> device id it has now; records without one are absent.
    """
    votes: dict[int, list[tuple[int, list[str], int]]] = defaultdict(list)
    for number, group in enumerate(groups):
        held = [current[key] for key in group if key in current]
        for device in set(held):
            votes[device].append((-held.count(device), _order(group), number))
    owner = {device: min(wanting)[2] for device, wanting in votes.items()}
    device_ids: list[int | None] = [None] * len(groups)
    for device in sorted(owner, reverse=True):
        device_ids[owner[device]] = device
    return device_ids


def explain(record: Record, others: Iterable[Record]) -> tuple[float, tuple[str, ...]]:
    """Say how well a record fits the records of its group.

    Returns:
        A score from 0 to 1 and the identifiers they share, the strongest first.
    """
    known = {i for other in others for i in other.identifiers}
    common = sorted(
        (i for i in record.identifiers if i in known),
        key=lambda i: (-i.strength, i.kind, i.value),
    )
    doubt = 1.0
    for identifier in common:
        doubt *= 1 - min(identifier.strength, 99) / 100
    return round(1 - doubt, 3), tuple(f"same {i.kind} {i.value}" for i in common[:5])


def newest(records: Iterable[Record]) -> datetime:
    """Return when the newest of the records was made."""
    return max(record.seen_at for record in records)
