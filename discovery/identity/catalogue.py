"""Facts of all vendors at once: enterprises, product names, likely objects.

They come from tables of numbers and names (`config/fingerprints/*.tsv`), and serve
the vendors nobody wrote a rule file for. Pure: standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from discovery.identity.schema import KnowledgeError

PREFIX = "1.3.6.1.4.1."
KINDS = {
    "s": "serial",
    "m": "model",
    "p": "model",
    "n": "model",
    "v": "version",
    "f": "firmware",
    "h": "hardware_rev",
}
"""Letter in the objects table to the field the object fills."""


@dataclass(frozen=True, slots=True)
class Likely:
    """An object that, by its MIB, holds a field.

    Attributes:
        field: The field.
        oid: Instance, or column ending with a dot.
        score: 0 to 1, how surely it is the device's own.
    """

    field: str
    oid: str
    score: float

    @property
    def column(self) -> bool:
        """Whether a row has to be looked for."""
        return self.oid.endswith(".")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tables, indexed by enterprise number.

    Attributes:
        organisations: Enterprise number to the registered organisation.
        products: sysObjectID to product name.
        objects: Enterprise number to likely objects, best first.
        generic: Enterprise numbers of agents that many vendors ship.
    """

    organisations: Mapping[int, str]
    products: Mapping[str, str]
    objects: Mapping[int, tuple[Likely, ...]]
    generic: frozenset[int]

    def is_generic(self, object_id: str) -> bool:
        """Whether a sysObjectID says nothing about who made the device."""
        number = enterprise_of(object_id)
        return number is None or self.is_agent(object_id)

    def is_agent(self, object_id: str) -> bool:
        """Whether a sysObjectID is that of an agent that many vendors ship."""
        return enterprise_of(object_id) in self.generic

    def product(self, object_id: str) -> str | None:
        """Return the product registered for a sysObjectID, or for one above it."""
        arcs = object_id.split(".")
        for length in range(len(arcs), 7, -1):
            if name := self.products.get(".".join(arcs[:length])):
                return name
        return None


def enterprise_of(object_id: str) -> int | None:
    """Return the IANA enterprise number of an OID, None when it has none."""
    if not object_id.startswith(PREFIX):
        return None
    number = object_id[len(PREFIX) :].split(".", 1)[0]
    return int(number) if number.isdigit() else None


def build_catalogue(tables: Mapping[str, str]) -> Catalogue:
    """Read the tables `enterprises`, `products`, `objects` and `agents`.

    Raises:
        KnowledgeError: A row has not the columns it should; names table and line.
    """
    organisations = {
        _number("enterprises", n, row[0]): row[1]
        for n, row in _rows(tables, "enterprises", 2)
    }
    products = {f"{PREFIX}{row[0]}": row[1] for _, row in _rows(tables, "products", 2)}
    objects: dict[int, list[Likely]] = {}
    for n, row in _rows(tables, "objects", 3):
        number = _number("objects", n, row[0].split(".", 1)[0])
        if row[1] not in KINDS:
            raise KnowledgeError(f"objects.tsv, line {n}: unknown kind {row[1]!r}")
        score = _number("objects", n, row[2]) / 100
        likely = Likely(KINDS[row[1]], f"{PREFIX}{row[0].removesuffix('*')}", score)
        objects.setdefault(number, []).append(likely)
    for found in objects.values():
        found.sort(key=lambda likely: -likely.score)
    generic = {_number("agents", n, row[0]) for n, row in _rows(tables, "agents", 1)}
    return Catalogue(
        organisations,
        products,
        {number: tuple(found) for number, found in objects.items()},
        frozenset(generic),
    )


def _rows(
    tables: Mapping[str, str], name: str, columns: int
) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of a table; the first line names the columns."""
    rows = []
    for n, line in enumerate(tables.get(name, "").splitlines(), 1):
        if n == 1 or not line:
            continue
        cells = line.split("\t")
        if len(cells) < columns:
            raise KnowledgeError(
                f"{name}.tsv, line {n}: {columns} columns expected, tab-separated"
            )
        rows.append((n, cells))
    return rows


def _number(table: str, line: int, text: str) -> int:
    if not text.isdigit():
        raise KnowledgeError(f"{table}.tsv, line {line}: {text!r} is no number")
    return int(text)
