"""A network map as GraphML or DOT, for other programs.

Text out of values: reads no database. May import networkx.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

FORMATS = ("graphml", "dot")
MEDIA_TYPES = {"graphml": "application/graphml+xml", "dot": "text/vnd.graphviz"}

_NODE = ("name", "type", "site", "managed")
_EDGE = ("a_port", "b_port", "kind", "evidence")

Map = Mapping[str, Sequence[Mapping[str, Any]]]


def as_graph(drawn: Map) -> nx.MultiGraph[str]:
    """Return a map as a graph.

    Node ids are `d` and the id of the device, or `n` and the id of a neighbour that
    was not visited.
    Several cables between two devices are several edges. What is not known is left
    out, since neither format has a null.

    Args:
        drawn: `nodes` and `edges`, as `map_queries.network_map` returns them.
    """
    import networkx as nx

    graph: nx.MultiGraph[str] = nx.MultiGraph()
    for node in drawn["nodes"]:
        graph.add_node(_id(node["id"]), **_plain(node, _NODE))
    for edge in drawn["edges"]:
        ends = (_id(edge["a"]), _id(edge["b"]))
        # The ends of an undirected edge have no order; which port is whose is said.
        attributes = {"a": ends[0], "b": ends[1], **_plain(edge, _EDGE)}
        if edge.get("members"):
            pairs = ("-".join(pair) for pair in edge["members"])
            attributes["members"] = _printable(", ".join(pairs))
        graph.add_edge(*ends, **attributes)
    return graph


def export(drawn: Map, form: str) -> str:
    """Return a map as text.

    Args:
        drawn: As for `as_graph`.
        form: One of `FORMATS`: GraphML 1.0, or the DOT language of Graphviz.
    """
    graph = as_graph(drawn)
    return _graphml(graph) if form == "graphml" else _dot(graph)


def _graphml(graph: nx.MultiGraph[str]) -> str:
    import networkx as nx

    return "\n".join(nx.generate_graphml(graph, named_key_ids=True)) + "\n"


def _dot(graph: nx.MultiGraph[str]) -> str:
    lines = ["graph purser {", "  node [shape=box];"]
    for node, attributes in graph.nodes(data=True):
        label = attributes.get("name") or node
        lines.append(
            f"  {_quoted(node)} [{_attributes({'label': label, **attributes})}];"
        )
    for a, b, attributes in graph.edges(data=True):
        near, far = (attributes.get(name, "") for name in ("a_port", "b_port"))
        if attributes["a"] != a:
            near, far = far, near
        shown = {"taillabel": near, "headlabel": far, "class": attributes["kind"]}
        lines.append(f"  {_quoted(a)} -- {_quoted(b)} [{_attributes(shown)}];")
    return "\n".join([*lines, "}", ""])


def _attributes(values: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}={_quoted(str(value))}" for name, value in values.items() if value != ""
    )


def _quoted(text: str) -> str:
    """Return a quoted identifier of the DOT language.

    Only the quotation mark is an escape there, but a label also reads backslashes.
    """
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_printable(inner)}"'


def _plain(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        value = row.get(name)
        if value is None:
            continue
        if isinstance(value, bool):
            found[name] = value
        else:
            text = ", ".join(value) if isinstance(value, list) else str(value)
            found[name] = _printable(text)
    return found


def _id(number: int) -> str:
    return f"d{number}" if number > 0 else f"n{-number}"


def _printable(text: str) -> str:
    """Drop control characters: a name heard on the wire may hold what XML forbids."""
    return "".join(c for c in text if c.isprintable())
