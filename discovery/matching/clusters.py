"""Sets of records that are believed to be one device, while `match` joins them.

Pure. A cluster knows what its records say about identity, so that two clusters can be
asked whether they contradict each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

from discovery.matching.identifiers import Identifier, joining

KEYED_CARD = "card and key"
"""The made-up address of a card together with another identifier: what was cloned with
a disk tells machines apart no more, but which of them has which card does."""

_WITH_CARD = frozenset(("serial", "uuid", "engine-id", "host-key"))
MOST_CARDS = 8

DEFINING = ("serial", "uuid", "imei")
"""Kinds of which a device has its own: disjoint values mean different devices."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one visit, or one announcement heard by others, says about identity.

    Attributes:
        key: Tells records apart.
        identifiers: Without bogus values.
        site: Where `address` is unique.
        address: The address visited, empty if it was only heard of.
        seen_at: When.
    """

    key: Hashable
    identifiers: frozenset[Identifier]
    site: str
    address: str
    seen_at: datetime


@dataclass(slots=True)
class _Cluster:
    records: list[int]
    values: dict[str, set[str]]
    soft: dict[str, set[str]]
    first: datetime
    last: datetime
    places: set[tuple[str, str]] = field(default_factory=set)


class Clusters:
    """A partition of records that only gets coarser."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = sorted(records, key=lambda r: str(r.key))
        self._parent = list(range(len(self._records)))
        self._clusters = {n: _start(n, r) for n, r in enumerate(self._records)}
        self._joining = [joining(r.identifiers) for r in self._records]
        self._holders: dict[Identifier, list[int]] = defaultdict(list)
        for number, record in enumerate(self._records):
            for identifier in record.identifiers:
                self._holders[identifier].append(number)
            for identifier in _keyed_cards(record.identifiers):
                self._joining[number] |= {identifier}
                self._holders[identifier].append(number)
        self._apart: list[tuple[frozenset[int], frozenset[int]]] = []

    def root(self, number: int) -> int:
        """Return the cluster a record is in."""
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def roots(self, numbers: Iterable[int] | None = None) -> frozenset[int]:
        """Return the clusters of some records, or all clusters."""
        if numbers is None:
            return frozenset(self._clusters)
        return frozenset(self.root(number) for number in numbers)

    def members(self, roots: Iterable[int]) -> frozenset[int]:
        """Return the records of some clusters."""
        return frozenset(n for root in roots for n in self._clusters[root].records)

    def keys(self, root: int) -> frozenset[Hashable]:
        """Return the keys of the records of a cluster."""
        return frozenset(self._records[n].key for n in self._clusters[root].records)

    def groups(self) -> list[frozenset[Hashable]]:
        """Return the clusters as sets of keys, in a stable order."""
        found = [self.keys(root) for root in self._clusters]
        return sorted(found, key=lambda keys: sorted(str(key) for key in keys))

    def holders(self, kinds: tuple[str, ...]) -> dict[Identifier, frozenset[int]]:
        """Return which clusters hold each joining value of the kinds.

        A serial without a maker is taken for the one maker that has this serial.
        """
        found: dict[Identifier, set[int]] = defaultdict(set)
        scopes: dict[tuple[str, str], set[str]] = defaultdict(set)
        identifiers = [i for i in self._holders if i.kind in kinds]
        for identifier in identifiers:
            scopes[identifier.kind, identifier.value].add(identifier.scope)
        for identifier in identifiers:
            named = scopes[identifier.kind, identifier.value] - {""}
            scope = next(iter(named)) if len(named) == 1 else identifier.scope
            value = Identifier(identifier.kind, identifier.value, scope)
            for number in self._holders[identifier]:
                if self._joins(number, identifier):
                    found[value].add(self.root(number))
        return {value: frozenset(roots) for value, roots in found.items()}

    def _joins(self, number: int, identifier: Identifier) -> bool:
        return identifier in self._joining[number]

    def join(self, roots: frozenset[int]) -> None:
        """Make one cluster of several."""
        first, *rest = sorted(roots)
        joined = self._clusters[first]
        for root in rest:
            gone = self._clusters.pop(root)
            self._parent[root] = first
            joined.records += gone.records
            for mine, theirs in (
                (joined.values, gone.values),
                (joined.soft, gone.soft),
            ):
                for kind, values in theirs.items():
                    mine.setdefault(kind, set()).update(values)
            joined.places |= gone.places
            joined.first = min(joined.first, gone.first)
            joined.last = max(joined.last, gone.last)

    def decide(self, verdict: str, a: Identifier, b: Identifier) -> None:
        """Carry out what a person said about two identifiers."""
        ours, theirs = set(self._holders.get(a, ())), set(self._holders.get(b, ()))
        if not ours or not theirs:
            return
        if verdict == "same":
            self.join(self.roots(ours | theirs))
        else:
            both = ours & theirs
            self._apart.append((frozenset(ours - both), frozenset(theirs - both)))

    def clash(self, roots: Iterable[int], kind: str) -> bool:
        """Whether any two of the clusters contradict each other.

        Args:
            roots: Clusters.
            kind: Kind of identifier that would join them; the weaker it is, the
                less it takes to contradict.
        """
        return any(self._differ(a, b, kind) for a, b in combinations(roots, 2))

    def _differ(self, a: int, b: int, kind: str) -> bool:
        if self._kept_apart(a, b):
            return True
        ours, theirs = self._clusters[a], self._clusters[b]
        for defining in DEFINING:
            if defining != kind and _disjoint(ours.values, theirs.values, defining):
                # One serial with two boards, as after a repair: the cards tell.
                repaired = kind in ("serial", "mac") and all(
                    _overlap(ours, theirs, each) for each in ("serial", "mac")
                )
                if not repaired:
                    return True
        if kind == "ip" and _other_cards(ours, theirs):
            # Some make up another address whenever they start: then the name tells.
            names = ours.soft.get("name", set()), theirs.soft.get("name", set())
            return self.bears(a) or self.bears(b) or not _names_agree(*names)
        return _unlike(ours, theirs, kind)

    def _kept_apart(self, a: int, b: int) -> bool:
        for one, other in self._apart:
            ours = set(self._clusters[a].records)
            theirs = set(self._clusters[b].records)
            if (ours & one and theirs & other) or (ours & other and theirs & one):
                return True
        return False

    def is_anchored(self, root: int) -> bool:
        """Whether a cluster has an identifier of which every device has its own."""
        return any(self._clusters[root].values.get(kind) for kind in DEFINING)

    def has_identity(self, root: int, shared: Set[tuple[str, str]]) -> bool:
        """Whether a cluster has any identifier that joins by itself.

        Args:
            root: The cluster.
            shared: (kind, value) of identifiers that several devices bear.
        """
        values = self._clusters[root].values
        return any(
            (kind, v) not in shared for kind, each in values.items() for v in each
        )

    def bears(self, root: int) -> bool:
        """Whether a cluster has values that join, be they of several devices."""
        return any(self._clusters[root].values.values())

    def common(self, a: int, b: int) -> bool:
        """Whether two clusters have such a value in common."""
        ours, theirs = self._clusters[a], self._clusters[b]
        return any(_overlap(ours, theirs, kind) for kind in ours.values)

    def other_cards(self, roots: Iterable[int]) -> bool:
        """Whether two of the clusters told their cards and have none in common."""
        found = [self._clusters[root] for root in roots]
        return any(_other_cards(a, b) for a, b in combinations(found, 2))

    def gap(self, a: int, b: int, place: tuple[str, str]) -> timedelta:
        """Return the time between the visits of two clusters at a place."""
        ours, theirs = self._at(a, place), self._at(b, place)
        return max(timedelta(0), min(ours) - max(theirs), min(theirs) - max(ours))

    def says_same(self, a: int, b: int) -> bool:
        """Whether two clusters said the same to anybody at one address."""
        ours, theirs = self._clusters[a].soft, self._clusters[b].soft
        return bool(ours.get("said", set()) & theirs.get("said", set()))

    def found_later(
        self, root: int, silent: int, place: tuple[str, str], window: timedelta
    ) -> bool:
        """Whether one that says nothing but its address was at a place just before.

        The other way round it may be anybody: who was read there may have left.
        """
        says = self._clusters[silent]
        quiet = not any(says.values.values()) and not says.soft.keys() - {"ip"}
        earlier = max(self._at(silent, place)) <= min(self._at(root, place))
        return quiet and earlier and self.gap(root, silent, place) <= window

    def stayed(self, root: int, place: tuple[str, str], window: timedelta) -> bool:
        """Whether a cluster was not seen at other places since it was at this one."""
        return self._clusters[root].last - max(self._at(root, place)) <= window

    def _at(self, root: int, place: tuple[str, str]) -> list[datetime]:
        records = [self._records[n] for n in self._clusters[root].records]
        return [r.seen_at for r in records if (r.site, r.address) == place]

    def at_same_address(self) -> list[tuple[tuple[str, str], frozenset[int]]]:
        """Return the places that several clusters were visited at, with records."""
        found: dict[tuple[str, str], set[int]] = defaultdict(set)
        for number, record in enumerate(self._records):
            if record.address:
                found[record.site, record.address].add(number)
        return [
            (place, frozenset(found[place]))
            for place in sorted(found)
            if len(self.roots(found[place])) > 1
        ]


def _keyed_cards(identifiers: frozenset[Identifier]) -> Iterator[Identifier]:
    cards = sorted(i.value for i in identifiers if i.kind == "card")
    for key in identifiers if cards else ():
        if key.joins and key.kind in _WITH_CARD:
            for card in cards[:MOST_CARDS]:
                value = f"{card} {key.kind} {key.value}"
                yield Identifier(KEYED_CARD, value, key.scope, key.strength)


def _start(number: int, record: Record) -> _Cluster:
    values: dict[str, set[str]] = defaultdict(set)
    soft: dict[str, set[str]] = defaultdict(set)
    for identifier in record.identifiers:
        value = identifier.value
        if identifier.kind == "ip":  # sites may use the same addresses
            value = f"{identifier.scope} {value}"
        (values if identifier.joins else soft)[identifier.kind].add(value)
    visited = {(record.site, record.address)} if record.address else set()
    at = record.seen_at
    return _Cluster([number], values, soft, at, at, visited)


def _disjoint(a: dict[str, set[str]], b: dict[str, set[str]], kind: str) -> bool:
    ours, theirs = a.get(kind), b.get(kind)
    return bool(ours and theirs and not ours & theirs)


def _overlap(a: _Cluster, b: _Cluster, kind: str) -> bool:
    return bool(a.values.get(kind, set()) & b.values.get(kind, set()))


def _unlike(a: _Cluster, b: _Cluster, kind: str) -> bool:
    """Whether the rest of two clusters speaks against one shared value of `kind`.

    * One serial on boxes with other cards, other agents, other names and at other
      places is a serial that the maker gave to all of them; several serials are those
      of the boxes of one stack, whichever is its master.
    * One engine id on boxes with other cards and other names was copied with a
      configuration.
    * One MAC on two agents with other names, at the same time, is a virtual one.
    * One host key is no more than a cloned disk, unless a name or address agrees; nor
      is one key of a certificate.
    * Whatever it is, two that answer at different addresses at the same time are two
      if they have other cards, or differ in something and agree in nothing else.
    """
    if kind == "serial" and _several(a, b):
        return False
    if _apart(a, b) and _strangers(a, b, kind):
        return True
    cards = _disjoint(a.values, b.values, "mac")
    names = _other_names(a.soft.get("name"), b.soft.get("name"))
    agents = _disjoint(a.values, b.values, "engine-id")
    if kind == "serial":
        return cards and names and agents and not a.places & b.places
    if kind == "engine-id":
        return cards and names
    if kind == "mac":
        return agents and names and _together(a, b)
    if kind in ("host-key", "certificate-key"):
        addresses = a.soft.get("ip", set()) & b.soft.get("ip", set())
        agree = addresses or _names_agree(
            a.soft.get("name", set()), b.soft.get("name", set())
        )
        return cards or not agree
    return kind == "ip" and names


def _several(a: _Cluster, b: _Cluster) -> bool:
    """Whether two stacks have more than one box in common."""
    ours, theirs = a.values.get("serial", set()), b.values.get("serial", set())
    return len(ours & theirs) > 1


def _other_cards(a: _Cluster, b: _Cluster) -> bool:
    """Whether both told their cards, and none is of both."""
    ours, theirs = _cards(a), _cards(b)
    return bool(ours and theirs) and not ours & theirs


def _cards(cluster: _Cluster) -> set[str]:
    """Return the addresses of all cards, burnt-in or made up."""
    soft = cluster.soft
    return cluster.values.get("mac", set()).union(
        soft.get("mac", ()), soft.get("card", ())
    )


_TELLING = ("serial", "uuid", "mac", "engine-id", "host-key", "sip-instance", "imei")
"""Kinds in which two boxes differ, if both tell them."""


def _apart(a: _Cluster, b: _Cluster) -> bool:
    """Whether both answered themselves, at different addresses, at the same time."""
    visited = a.places and b.places and not a.places & b.places
    return bool(visited) and _together(a, b)


def _strangers(a: _Cluster, b: _Cluster, kind: str) -> bool:
    """Whether one value of `kind` is too little for two that answer apart.

    A value that one of them does not tell is neither agreement nor contradiction.
    Other names alone do not part what has one burnt-in address. Virtual cards have
    made-up addresses: whatever was cloned with the disk, those at work at once differ.
    """
    if kind != "mac" and _disjoint(a.soft, b.soft, "card"):
        return not _overlap(a, b, "mac")
    others = [each for each in _TELLING if each != kind]
    agrees = any(_overlap(a, b, each) for each in others)
    if kind != "mac" and _disjoint(a.values, b.values, "mac"):
        return not agrees
    names = a.soft.get("name", set()), b.soft.get("name", set())
    addresses = a.soft.get("ip", set()) & b.soft.get("ip", set())
    if agrees or addresses or _names_agree(*names):
        return False
    differs = any(_disjoint(a.values, b.values, each) for each in others)
    return differs or (kind != "mac" and _other_names(*names))


def _other_names(ours: set[str] | None, theirs: set[str] | None) -> bool:
    """Whether both have names, and none of them can be the same host's."""
    return bool(ours and theirs and not _names_agree(ours, theirs))


def _names_agree(ours: set[str], theirs: set[str]) -> bool:
    """Whether some name is the same, or is the first label of a complete one."""
    return bool(ours & theirs) or any(
        short & {name.partition(".")[0] for name in others}
        for short, others in (
            ({name for name in ours if "." not in name}, theirs),
            ({name for name in theirs if "." not in name}, ours),
        )
    )


def _together(a: _Cluster, b: _Cluster) -> bool:
    day = timedelta(days=1)
    return a.first - b.last <= day and b.first - a.last <= day
