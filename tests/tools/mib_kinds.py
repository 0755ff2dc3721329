"""What the names in public MIB files tell of types, for config/fingerprints/kinds.tsv.

Names vote. A product's or a family's name may tell a type by its words, and so may the
name it is registered under (`apProducts`). A subtree is of a type where most of the
products registered below it, or most of the MIB modules that define objects below it,
tell the same one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from discovery.identity.device_types import GENERAL

PREFIX = "1.3.6.1.4.1."
Row = Mapping[str, str]
OF_PRODUCT, OF_PARENT, OF_PRODUCTS, OF_MODULES, OF_ENTERPRISE = 40, 36, 34, 28, 24
"""Trust in per cent, by what tells the type."""
LEAST_PRODUCTS = 3
LEAST_AGREEMENT = 0.7
"""Share of those which tell a type that must tell the same."""
LEAST_TELLING = {"products": 0.3, "modules": 0.5}
"""Share of all that must tell any."""
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ONLY_IN_PRODUCTS = frozenset({"fw", "ips"})
"""Short for firmware and for addresses in names of objects."""


def kind_in(name: str, words: Mapping[str, str]) -> str | None:
    """Return the type that the words of a name mean; pairs of words come first."""
    found = [token.lower() for token in _TOKEN.findall(name)]
    for one, other in pairwise(found):
        if one + other in words:
            return words[one + other]
    told = [words[token] for token in found if token in words]
    return told[-1] if told else None


@dataclass(slots=True)
class _Votes:
    exact: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    products: dict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    modules: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )


def kinds(
    products: Iterable[Row], objects: Iterable[Row], words: Mapping[str, str]
) -> Iterator[tuple[str, str, int]]:
    """Yield OID below enterprises, type and trust in per cent, in order.

    Args:
        products: Rows of `sysobjectids.tsv`.
        objects: Rows of `identity_objects.tsv`.
        words: Word to type.
    """
    votes = _Votes()
    for row in products:
        if row["oid"].startswith(PREFIX):
            _vote_product(row, words, votes)
    for row in objects:
        if row["oid"].startswith(PREFIX):
            _vote_object(row, words, votes)
    found = _settled(votes)
    for oid in sorted(found, key=lambda o: [int(arc) for arc in o.split(".")]):
        yield oid, *found[oid]


def _vote_product(row: Row, words: Mapping[str, str], votes: _Votes) -> None:
    if row["class"] not in ("product", "family", "mibroot"):
        return
    arcs = row["oid"].removeprefix(PREFIX).split(".")
    own, above = kind_in(row["name"], words), kind_in(row["via"], words)
    if own and row["class"] != "mibroot" and int(row["confidence"]) >= 50:
        votes.exact[".".join(arcs)] = own
    if above and len(arcs) > 2:
        votes.parents[".".join(arcs[:-1])] = above
    if row["class"] == "product":
        told = GENERAL.get(own or above or "", "")
        for n in range(1, len(arcs)):
            votes.products[".".join(arcs[:n])][told] += 1


def _vote_object(row: Row, words: Mapping[str, str], votes: _Votes) -> None:
    plain = {w: kind for w, kind in words.items() if w not in _ONLY_IN_PRODUCTS}
    arcs = row["oid"].removeprefix(PREFIX).removesuffix(".0").split(".")
    told = kind_in(row["mib"], plain) or kind_in(row["object"], plain)
    for n in range(1, len(arcs) - 1):
        votes.modules[".".join(arcs[:n])][row["mib"]][GENERAL.get(told or "", "")] += 1


def _settled(votes: _Votes) -> dict[str, tuple[str, int]]:
    """Return the type of each node, the surest way of telling first."""
    found = {oid: (kind, OF_PRODUCT) for oid, kind in votes.exact.items()}
    for oid, kind in votes.parents.items():
        found.setdefault(oid, (kind, OF_PARENT))
    for oid, counted in votes.products.items():
        most = _majority(counted, LEAST_TELLING["products"])
        if most and counted.total() >= LEAST_PRODUCTS:
            found.setdefault(oid, (most, OF_PRODUCTS))
    for oid, modules in votes.modules.items():
        if most := _of_modules(oid, modules):
            found.setdefault(oid, (most, OF_MODULES))
            if most == "wireless" and "." not in oid:
                _switches_of_radio(oid, found)
    for oid in found:
        if "." not in oid:
            found[oid] = (found[oid][0], OF_ENTERPRISE)
    return {
        oid: told for oid, told in found.items() if not _said_above(oid, told, found)
    }


def _of_modules(oid: str, modules: Mapping[str, Counter[str]]) -> str | None:
    """Return what most modules tell; of a whole enterprise it takes several."""
    each = Counter(_majority(c, 0.5) or "" for c in modules.values())
    kind = _majority(each, LEAST_TELLING["modules"])
    enough = "." in oid or (kind and each[kind] >= LEAST_PRODUCTS)
    return kind if enough else None


def _switches_of_radio(number: str, found: dict[str, tuple[str, int]]) -> None:
    """A maker of wireless networks calls controllers of access points switches."""
    for oid, (kind, trust) in found.items():
        if kind == "switch" and oid.startswith(f"{number}."):
            found[oid] = ("wireless-controller", trust)


def _majority(counted: Counter[str], least: float) -> str | None:
    told = Counter({kind: n for kind, n in counted.items() if kind})
    if not told or told.total() < least * counted.total():
        return None
    kind, most = told.most_common(1)[0]
    return kind if most >= LEAST_AGREEMENT * told.total() else None


def _said_above(
    oid: str, told: tuple[str, int], found: Mapping[str, tuple[str, int]]
) -> bool:
    """Whether the next node above that tells anything tells the same as surely."""
    arcs = oid.split(".")
    for n in range(len(arcs) - 1, 0, -1):
        above = found.get(".".join(arcs[:n]))
        if above:
            return above == told
    return False
