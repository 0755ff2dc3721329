"""A network map as the option of an ECharts graph. Pure.

Nodes are coloured by type and laid out in layers: what links lead furthest from the
endpoints stands at the top. The layout is computed here and not by the browser, so a
map looks the same every time and needs no animation.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

TYPES = {
    "router": "#7a3e9d",
    "firewall": "#a4262c",
    "switch": "#0f5c73",
    "wireless": "#1b6e3f",
    "phone": "#b8860b",
    "computer": "#5b7fa6",
    "server": "#3c5a80",
    "printer": "#8a6d4b",
    "storage": "#4b6b63",
    "camera": "#6b4b63",
    "other": "#8a95a1",
}
"""Type -> colour, in the order of the legend; unknown types are `other`."""

_CORE = ("router", "firewall", "switch", "wireless")
_SIZES = {"router": 30, "firewall": 30, "switch": 26, "wireless": 18}
_DASHED = {"inferred", "shared", "unmanaged", "unvisited"}
_ROW, _STEP = 150.0, 70.0
_ASPECT = 1.9
"""Width to height of the picture: a map of other proportions is drawn distorted."""

Map = Mapping[str, Sequence[Mapping[str, Any]]]


def chart(drawn: Map) -> dict[str, Any]:
    """Return the option of a graph: nodes by type, edges with their ports."""
    kinds = {node["id"]: kind_of(node) for node in drawn["nodes"]}
    places = layout(kinds, [(e["a"], e["b"]) for e in drawn["edges"]])
    used = [name for name in TYPES if name in set(kinds.values())]
    many = len(kinds) > 150
    return {
        "tooltip": {"confine": True},
        "legend": {"data": used, "top": 4, "left": "center", "icon": "circle"},
        "animation": False,
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "roam": True,
                "top": 60,
                "bottom": 40,
                "left": 50,
                "right": 50,
                "categories": [
                    {"name": name, "itemStyle": {"color": TYPES[name]}} for name in used
                ],
                "label": {
                    "show": not many,
                    "position": "bottom",
                    "fontSize": 10,
                    "color": "#16202c",
                },
                "labelLayout": {"hideOverlap": True},
                "emphasis": {"focus": "adjacency", "label": {"show": True}},
                "lineStyle": {"color": "#b3bcc6", "width": 1.2},
                "data": [
                    _node(node, kinds[node["id"]], places[node["id"]], used)
                    for node in drawn["nodes"]
                ],
                "links": [_edge(edge) for edge in drawn["edges"]],
            }
        ],
    }


def kind_of(node: Mapping[str, Any]) -> str:
    """Return the type by which a node is coloured."""
    return node["type"] if node["type"] in TYPES else "other"


def _node(
    node: Mapping[str, Any], kind: str, place: tuple[float, float], used: list[str]
) -> dict[str, Any]:
    name = node["name"] or f"device {node['id']}"
    # The tooltip is HTML; names come from the network.
    about = [f"<b>{escape(name)}</b>", escape(node["type"] or "unknown type")]
    if node["id"] < 0:
        about.append("heard, but not visited")
    elif not node["managed"]:
        about.append("known only from other devices")
    return {
        "id": str(node["id"]),
        "name": name,
        "device": node["id"],
        "x": place[0],
        "y": place[1],
        "category": used.index(kind),
        "symbolSize": _SIZES.get(kind, 12),
        "tooltip": {"formatter": "<br>".join(about)},
    }


def _edge(edge: Mapping[str, Any]) -> dict[str, Any]:
    ports = [escape(edge[name]) if edge[name] else "?" for name in ("a_port", "b_port")]
    about = f"{ports[0]} - {ports[1]}" if edge["b_port"] else f"port {ports[0]}"
    if edge["members"]:
        about = "<br>".join(escape(" - ".join(pair)) for pair in edge["members"])
    found: dict[str, Any] = {
        "source": str(edge["a"]),
        "target": str(edge["b"]),
        "tooltip": {"formatter": f"{about}<br>{escape(edge['kind'])}"},
    }
    style: dict[str, Any] = {}
    if edge["kind"] in _DASHED:
        style["type"] = "dashed"
    if edge["kind"] == "aggregate":
        style["width"] = 3
    if style:
        found["lineStyle"] = style
    return found


def layout(
    kinds: Mapping[int, str], edges: Iterable[tuple[int, int]]
) -> dict[int, tuple[float, float]]:
    """Return where each node stands: x to the right, y downwards.

    A node stands in the layer of its distance from the core, among those that hang on
    the same node above. Endpoints of one device stand in a block below it, so that a
    switch with forty of them is not forty wide.

    Args:
        kinds: Node -> type.
        edges: Pairs of nodes.
    """
    near: dict[int, set[int]] = defaultdict(set)
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    below: dict[int, list[int]] = {}
    roots = []
    for start in sorted(kinds, key=lambda n: (_rank(kinds[n]), -len(near[n]), n)):
        if start in below:
            continue
        roots.append(start)
        below |= _tree(start, near, kinds, below)
    places: dict[int, tuple[float, float]] = {}
    left = 0.0
    for root in roots:
        left = _stand(root, below, left, places)
    return _proportioned(places)


def _proportioned(
    places: Mapping[int, tuple[float, float]],
) -> dict[int, tuple[float, float]]:
    """Stretch the lower of both directions, so that both fill the picture."""
    wide = max((x for x, _ in places.values()), default=0.0)
    high = max((y for _, y in places.values()), default=0.0)
    if not wide or not high:
        return dict(places)
    across, down = max(1.0, high * _ASPECT / wide), max(1.0, wide / _ASPECT / high)
    return {
        node: (round(x * across, 1), round(y * down, 1))
        for node, (x, y) in places.items()
    }


def _rank(kind: str) -> int:
    return _CORE.index(kind) if kind in _CORE else len(_CORE)


def _tree(
    start: int,
    near: Mapping[int, set[int]],
    kinds: Mapping[int, str],
    taken: Mapping[int, list[int]],
) -> dict[int, list[int]]:
    """Return node -> nodes below it, breadth first from `start`."""
    found: dict[int, list[int]] = {start: []}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there in sorted(near[here], key=lambda n: (_rank(kinds[n]), n)):
            if there not in found and there not in taken:
                found[there] = []
                found[here].append(there)
                queue.append(there)
    return found


def _stand(
    root: int,
    below: Mapping[int, list[int]],
    left: float,
    places: dict[int, tuple[float, float]],
) -> float:
    """Place a tree from `left` on; return where the next one may begin."""
    order = [(root, 0)]
    for node, depth in order:
        order += [(child, depth + 1) for child in below[node]]
    cursor = left
    depth_of = dict(order)
    for node in _post_order(root, below):
        leaves = [n for n in below[node] if not below[n]]
        inner = [places[n][0] for n in below[node] if below[n]]
        if leaves:
            inner += _block(leaves, depth_of[node] + 1, cursor, places)
            cursor = max(places[n][0] for n in leaves) + _STEP
        if inner:
            places[node] = ((min(inner) + max(inner)) / 2, depth_of[node] * _ROW)
        elif node == root:
            places[node] = (cursor, 0.0)
            cursor += _STEP
    return cursor + _STEP / 2


def _block(
    leaves: Sequence[int],
    depth: int,
    left: float,
    places: dict[int, tuple[float, float]],
) -> list[float]:
    """Place endpoints in rows of a block; return their x."""
    wide = max(1, min(len(leaves), 6))
    for number, node in enumerate(leaves):
        row, column = divmod(number, wide)
        shift = _STEP / 4 if row % 2 else 0.0
        places[node] = (
            left + column * _STEP + shift,
            depth * _ROW + row * _ROW / 3,
        )
    return [places[node][0] for node in leaves]


def _post_order(root: int, below: Mapping[int, list[int]]) -> list[int]:
    """Return the nodes of a tree that have something below, children first."""
    order, stack = [], [root]
    while stack:
        node = stack.pop()
        order.append(node)
        stack += [n for n in below[node] if below[n]]
    return order[::-1]
