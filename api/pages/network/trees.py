"""The network as trees, for picture and outline alike. Pure.

The root of a tree is its middle: the device of whose branches the largest is smallest.
That is the core, wherever a scan began. What hangs on it follows breadth first.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_CORE = ("router", "firewall", "switch", "wireless")
SITE = "site"
"""Type of a branch that stands for all of a site."""

Map = Mapping[str, Sequence[Mapping[str, Any]]]
Near = Mapping[int, Sequence[tuple[int, Mapping[str, Any]]]]


@dataclass(slots=True)
class Branch:
    """A device, by which ports it hangs there, and what hangs on it.

    Attributes:
        id: Of the device; negative for what was heard and not visited, 0 for a site.
        name: Of the device or the site.
        type: Of the device; `site` for a site.
        managed: It answers itself.
        near: Port of what it hangs on.
        far: Its own port.
        link: Kind of the link.
        below: What hangs on it.
        count: How many hang on it, all levels together.
    """

    id: int
    name: str
    type: str
    managed: bool = True
    near: str = ""
    far: str = ""
    link: str = ""
    below: list[Branch] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the outline.

    Attributes:
        branch: What it shows.
        closes: Lists that end before it.
        opens: It has a list of its own.
        open: Whether that list is open at first.
    """

    branch: Branch
    closes: int
    opens: bool
    open: bool


def trees(drawn: Map, *, by_site: bool = False) -> list[Branch]:
    """Return the trees of a map.

    Args:
        drawn: Nodes and edges as `network_map` returns them.
        by_site: The trees of each site hang on a branch of their own.
    """
    near: dict[int, list[tuple[int, Mapping[str, Any]]]] = defaultdict(list)
    for edge in drawn["edges"]:
        near[edge["a"]].append((edge["b"], edge))
        near[edge["b"]].append((edge["a"], edge))
    made = {
        node["id"]: Branch(
            node["id"],
            node["name"] or f"#{node['id']}",
            node["type"] or "",
            bool(node["managed"]),
        )
        for node in drawn["nodes"]
    }
    sites = {node["id"]: node["site"] or "" for node in drawn["nodes"]}
    roots = _grown(made, near)
    if by_site and len(set(sites.values())) > 1:
        roots = _gathered(roots, sites)
    for root in roots:
        _count(root)
    return roots


def _rank(branch: Branch, near: Near) -> tuple[int, int, int]:
    kind = branch.type
    place = _CORE.index(kind) if kind in _CORE else len(_CORE)
    return place, -len(near.get(branch.id, ())), branch.id


def _grown(made: Mapping[int, Branch], near: Near) -> list[Branch]:
    seen: set[int] = set()
    roots = []
    for start in sorted(made, key=lambda n: _rank(made[n], near)):
        if start in seen:
            continue
        root = _middle(start, near)
        seen.add(root)
        roots.append(made[root])
        queue = deque([root])
        while queue:
            here = queue.popleft()
            for there, edge in sorted(
                near.get(here, ()), key=lambda pair: _rank(made[pair[0]], near)
            ):
                if there in seen:
                    continue
                seen.add(there)
                mine, its = ("a", "b") if edge["a"] == here else ("b", "a")
                child = made[there]
                child.near = edge[f"{mine}_port"] or ""
                child.far = edge[f"{its}_port"] or ""
                child.link = edge["kind"]
                made[here].below.append(child)
                queue.append(there)
    return roots


def _middle(start: int, near: Near) -> int:
    """Return the node of whose branches the largest is smallest."""
    above: dict[int, int | None] = {start: None}
    order = [start]
    for here in order:
        for there, _ in near.get(here, ()):
            if there not in above:
                above[there] = here
                order.append(there)
    below: dict[int, list[int]] = defaultdict(list)
    size = dict.fromkeys(order, 1)
    for here in reversed(order):
        parent = above[here]
        if parent is not None:
            below[parent].append(here)
            size[parent] += size[here]
    here = start
    while True:
        heavy = [n for n in below[here] if size[n] * 2 > len(order)]
        if not heavy:
            return here
        here = heavy[0]


def _gathered(roots: Sequence[Branch], sites: Mapping[int, str]) -> list[Branch]:
    found: dict[str, Branch] = {}
    for root in roots:
        name = sites[root.id]
        found.setdefault(name, Branch(0, name or "-", SITE)).below.append(root)
    return sorted(found.values(), key=lambda one: one.name)


def _count(root: Branch) -> None:
    order = [root]
    for here in order:
        order += here.below
    for here in reversed(order):
        here.count = sum(1 + one.count for one in here.below)


def walk(roots: Sequence[Branch]) -> Iterator[tuple[Branch, int, int]]:
    """Yield each branch with its depth and the place of what it hangs on, or -1.

    Places count from 0 in the order of this walk, which goes down first.
    """
    stack = [(root, 0, -1) for root in reversed(roots)]
    place = -1
    while stack:
        branch, depth, above = stack.pop()
        place += 1
        yield branch, depth, above
        stack += [(one, depth + 1, place) for one in reversed(branch.below)]


def outline(roots: Sequence[Branch]) -> Iterator[Line]:
    """Yield the lines of the outline, with the lists that open and close."""
    before = 0
    for branch, depth, _ in walk(roots):
        yield Line(branch, max(0, before - depth), bool(branch.below), depth < 1)
        before = depth + 1 if branch.below else depth


def closing(roots: Sequence[Branch]) -> int:
    """Return how many lists are open after the last line."""
    last = None
    for branch, depth, _ in walk(roots):
        last = depth + 1 if branch.below else depth
    return last or 0
